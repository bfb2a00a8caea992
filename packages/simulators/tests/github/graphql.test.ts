import { type GraphQLNamedType, getNamedType, isAbstractType, isCompositeType, isObjectType } from 'graphql'
import { describe, expect, test } from 'vitest'
import { githubSchema } from '../../src/github/graphql/execute.ts'
import { at, issuesPath, never, Sample } from './support/sample.ts'

const verification = `query Verify($owner: String!, $name: String!, $number: Int!, $after: String) {
  viewer { login databaseId }
  repository(owner: $owner, name: $name) {
    databaseId hasIssuesEnabled isArchived isDisabled viewerPermission
    assignableUsers(first: 100) { nodes { databaseId login } }
    issue(number: $number) {
      title body state stateReason createdAt lastEditedAt includesCreatedEdit
      author { ...who } editor { ...who }
      userContentEdits(first: 10) { nodes { editedAt deletedAt diff editor { ...who } } }
      comments(first: 100, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes {
          id databaseId fullDatabaseId body createdAt lastEditedAt includesCreatedEdit createdViaEmail
          author { ...who } editor { ...who }
          userContentEdits(first: 10) { nodes { diff editor { ...who } } }
        }
      }
      timelineItems(first: 100, itemTypes: [RENAMED_TITLE_EVENT, COMMENT_DELETED_EVENT, CLOSED_EVENT, REOPENED_EVENT,
        TRANSFERRED_EVENT, LOCKED_EVENT, CONVERTED_TO_DISCUSSION_EVENT, USER_BLOCKED_EVENT]) {
        pageInfo { hasNextPage }
        nodes {
          __typename
          ... on RenamedTitleEvent { createdAt previousTitle currentTitle actor { ...who } }
          ... on CommentDeletedEvent { actor { ...who } deletedCommentAuthor { ...who } }
          ... on ClosedEvent { stateReason actor { ...who } }
          ... on ReopenedEvent { actor { ...who } }
          ... on TransferredEvent { fromRepository { nameWithOwner } }
          ... on LockedEvent { lockReason }
        }
      }
    }
    issues(first: 5, states: [OPEN], orderBy: { field: CREATED_AT, direction: DESC }) { nodes { number } }
  }
}
fragment who on Actor {
  __typename login
  ... on User { databaseId } ... on Bot { databaseId } ... on Mannequin { databaseId } ... on Organization { databaseId }
}`

function variables(number = 1) {
  return { owner: 'octo-org', name: 'octo-app', number }
}

async function story(sample: Sample) {
  const { github, repository } = sample
  await sample.rest('POST', issuesPath, { body: { title: 'Deploy', body: 'v1' } })
  const place = repository.issues[0]
  if (place === undefined) throw new Error('No issue was opened')
  const { clock } = sample
  const vote = github.as('alice').comment(place, 'innocent')
  const mail = github.as('bob').comment(place, '/approve', { viaEmail: true })
  await clock.sleep(1_000, never)
  github.as('bob').edit(vote, '/approve')
  github.as('alice').delete(mail)
  github.as('alice').retitle(place, 'Deploy v2')
  github.as('bob').rewrite(place, 'v2')
  github.as('bob').lock(place, 'too heated')
  github.as('alice').close(place, 'not_planned')
  github.as('alice').reopen(place)
  return place
}

describe.each(['api.github.com', 'ghes-3.17'] as const)('%s', (profile) => {
  test('the verification query tells who edited, deleted, renamed and closed', async () => {
    const sample = new Sample({ profile })
    await story(sample)
    const answer = await sample.graphql(verification, { variables: variables() })
    expect(at(answer, 'errors')).toBeUndefined()
    const alice = { __typename: 'User', login: 'alice', databaseId: sample.alice.id }
    const bob = { __typename: 'User', login: 'bob', databaseId: sample.bob.id }
    const us = { __typename: 'Bot', login: 'github-actions', databaseId: 41_898_282 }
    expect(at(answer, 'data', 'viewer')).toEqual({ login: 'github-actions[bot]', databaseId: 41_898_282 })
    expect(at(answer, 'data', 'repository', 'assignableUsers', 'nodes')).toHaveLength(2)
    expect(at(answer, 'data', 'repository', 'issue')).toMatchObject({
      ...{
        title: 'Deploy v2',
        body: 'v2',
        author: us,
        editor: bob,
        lastEditedAt: '2026-03-01T10:00:01Z',
        state: 'OPEN',
      },
      userContentEdits: {
        nodes: [
          { diff: 'v2', editor: bob },
          { diff: 'v1', editor: us },
        ],
      },
      comments: {
        totalCount: 1,
        nodes: [
          {
            body: '/approve',
            databaseId: null,
            author: alice,
            editor: bob,
            createdViaEmail: false,
            includesCreatedEdit: true,
          },
        ],
      },
      timelineItems: {
        nodes: [
          { __typename: 'CommentDeletedEvent', actor: alice, deletedCommentAuthor: bob },
          { __typename: 'RenamedTitleEvent', previousTitle: 'Deploy', currentTitle: 'Deploy v2', actor: alice },
          { __typename: 'LockedEvent', lockReason: 'TOO_HEATED' },
          { __typename: 'ClosedEvent', stateReason: 'NOT_PLANNED', actor: alice },
          { __typename: 'ReopenedEvent', actor: alice },
        ],
      },
    })
    expect(sample.github.violations).toEqual([])
  })
})

test('a comment that came by e-mail says so, a redacted edit has no text', async () => {
  const sample = new Sample()
  const issue = sample.github.as('alice').open(sample.repository, 'A')
  const mail = sample.github.as('bob').comment(issue, '/approve', { viaEmail: true })
  sample.github.as('bob').edit(mail, '/deny')
  sample.github.as('bob').redact(mail)
  const query =
    'query($id: ID!) { node(id: $id) { ... on IssueComment { createdViaEmail userContentEdits(first: 2) { nodes { diff deletedAt } } } } }'
  const answer = await sample.graphql(query, { variables: { id: mail.nodeId } })
  const edit = { diff: null, deletedAt: '2026-03-01T10:00:00Z' }
  expect(at(answer, 'data', 'node')).toEqual({ createdViaEmail: true, userContentEdits: { nodes: [edit, edit] } })
})

test.each([
  ['a login of a bot', '{ user(login: "github-actions[bot]") { databaseId } }', 'user', 'NOT_FOUND'],
  ['a login of nobody', '{ user(login: "nobody") { databaseId } }', 'user', 'NOT_FOUND'],
  ['a repository that is not there', '{ repository(owner: "octo-org", name: "x") { id } }', 'repository', 'NOT_FOUND'],
  ['a node that is not there', '{ node(id: "I_x") { id } }', 'node', 'NOT_FOUND'],
])('%s: null beside an error, with status 200', async (_, query, field, type) => {
  const answer = await new Sample().graphql(query)
  expect(answer).toMatchObject({ status: 200, body: { data: { [field]: null }, errors: [{ type, path: [field] }] } })
})

test('an issue that is gone, in whatever way, is not found', async () => {
  const sample = new Sample()
  const { github, repository } = sample
  const elsewhere = github.repository('octo-org/other')
  const person = github.as('alice')
  const [moved, deleted] = [person.open(repository, 'A'), person.open(repository, 'B')]
  person.openPullRequest(repository, 'C')
  person.transfer(moved, elsewhere)
  person.deleteIssue(deleted)
  for (const number of [1, 2, 3, 9]) {
    const answer = await sample.graphql(verification, { variables: variables(number) })
    expect(at(answer, 'data', 'repository', 'issue')).toBeNull()
    expect(at(answer, 'errors', 0)).toMatchObject({ type: 'NOT_FOUND', path: ['repository', 'issue'] })
  }
  expect(moved).toMatchObject({ number: 1, repository: elsewhere })
})

test('what a token may not read is forbidden, and the rest is answered', async () => {
  const sample = new Sample()
  sample.github.as('alice').open(sample.repository, 'A')
  const token = sample.tokenOf({ contents: 'read' })
  const answer = await sample.graphql(verification, { token, variables: variables() })
  expect(at(answer, 'data')).toMatchObject({ viewer: { databaseId: 41_898_282 } })
  expect(at(answer, 'errors', 0)).toMatchObject({
    type: 'FORBIDDEN',
    message: 'Resource not accessible by integration',
  })
})

test('pages of comments, 250 in all, with one deleted between two pages', async () => {
  const sample = new Sample()
  const issue = sample.github.as('alice').open(sample.repository, 'A')
  const comments = Array.from({ length: 250 }, (_, index) => sample.github.as('bob').comment(issue, `${index}`))
  const seen: unknown[] = []
  let after: unknown
  do {
    const answer = await sample.graphql(verification, { variables: { ...variables(), after } })
    const page = ['data', 'repository', 'issue', 'comments'] as const
    seen.push(...(at(answer, ...page, 'nodes') as unknown[]))
    after = at(answer, ...page, 'pageInfo', 'hasNextPage') ? at(answer, ...page, 'pageInfo', 'endCursor') : undefined
    if (seen.length === 100 && comments[99] !== undefined) sample.github.as('bob').delete(comments[99])
  } while (after !== undefined)
  expect(seen).toHaveLength(250)
})

test('without a limit, or with too large a one, a list is refused', async () => {
  const sample = new Sample()
  const ask = (first: string) => `{ repository(owner: "octo-org", name: "octo-app") { issues${first} { totalCount } } }`
  const types = await Promise.all(['', '(first: 101)'].map((first) => sample.graphql(ask(first))))
  expect(types.map((answer) => at(answer, 'errors', 0, 'type'))).toEqual([
    'MISSING_PAGINATION_BOUNDARIES',
    'EXCESSIVE_PAGINATION',
  ])
})

test('every field of the cut schema is answered', async () => {
  const sample = new Sample()
  const place = await story(sample)
  sample.github.as('alice').label(place, 'x')
  sample.github.as('alice').record(place, { event: 'user_blocked', subject: sample.bob })
  sample.github.as('alice').record(place, { event: 'converted_to_discussion' })
  const repository = githubSchema().getType('Repository')
  const fields = repository && select(repository, 4)
  const answer = await sample.graphql(`{ rateLimit { cost limit remaining used resetAt }
    repository(owner: "octo-org", name: "octo-app") ${fields} }`)
  expect(at(answer, 'errors')).toBeUndefined()
  expect(sample.github.violations).toEqual([])
})

/** All fields of a type, and of what is below it. */
function select(type: GraphQLNamedType, depth: number): string {
  if (isAbstractType(type)) {
    const fragments = githubSchema()
      .getPossibleTypes(type)
      .map((one) => `... on ${one.name} ${select(one, depth)}`)
    return `{ __typename ${fragments.join(' ')} }`
  }
  if (!isObjectType(type)) return ''
  const chosen = Object.values(type.getFields()).flatMap((field) => {
    const below = getNamedType(field.type)
    if (isCompositeType(below) && depth === 0) return []
    const known: Record<string, string> = { first: '(first: 5)', number: '(number: 1)' }
    const argument = field.args.find(({ name }) => name in known)?.name ?? ''
    return `${field.name}${known[argument] ?? ''} ${select(below, depth - 1)}`
  })
  return `{ __typename ${chosen.join(' ')} }`
}

test('a query that does not fit the schema has only errors', async () => {
  const answer = await new Sample().graphql('{ viewer { shoeSize } }')
  expect(answer).toMatchObject({ status: 200, body: { errors: [{ locations: [{ line: 1, column: 12 }] }] } })
  expect(answer.headers.get('x-ratelimit-resource')).toBe('graphql')
})
