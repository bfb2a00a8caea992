import { expect, test } from 'vitest'
import { faults } from '../../src/github/fault.ts'
import { at, issuesPath, never, Sample } from './support/sample.ts'

function withIssue() {
  const sample = new Sample()
  const issue = sample.github.as('alice').open(sample.repository, 'Deploy')
  return { sample, issue }
}

test('what has not changed costs nothing, and the validator is of the token', async () => {
  const { sample, issue } = withIssue()
  const other = sample.tokenOf()
  const path = `${issuesPath}/1`
  const etag = (await sample.rest('GET', path)).headers.get('etag') ?? ''
  const headers = { 'if-none-match': etag }
  const unchanged = await sample.rest('GET', path, { headers })
  expect(unchanged).toMatchObject({ status: 304, body: undefined })
  expect(unchanged.headers.get('x-ratelimit-remaining')).toBe('999')
  expect((await sample.rest('GET', path, { headers, token: other })).status).toBe(200)
  sample.github.as('bob').comment(issue, '/approve')
  expect(await sample.rest('GET', path, { headers })).toMatchObject({ status: 200, body: { comments: 1 } })
  expect(sample.github.requests.map(({ status, counted }) => [status, counted])).toEqual([
    ...[
      [200, true],
      [304, false],
      [200, true],
      [200, true],
    ],
  ])
  expect(sample.github.counted).toBe(3)
})

test('the hour of a token runs out, and a new one begins', async () => {
  const { sample } = withIssue()
  const token = sample.github.token({ identity: sample.github.actionsBot, permissions: { issues: 'read' }, limit: 2 })
  const ask = async () => {
    const { status, headers } = await sample.rest('GET', `${issuesPath}/1`, { token })
    return [status, headers.get('x-ratelimit-remaining')]
  }
  expect([await ask(), await ask(), await ask()]).toEqual([
    [200, '1'],
    [200, '0'],
    [403, '0'],
  ])
  expect((await sample.graphql('{ viewer { login } }', { token })).headers.get('x-ratelimit-used')).toBe('1')
  await sample.clock.sleep(3_600_000, never)
  expect(await ask()).toEqual([200, '1'])
})

test('GraphQL says with a 200 that its hour is over', async () => {
  const { sample } = withIssue()
  const token = sample.github.token({ identity: sample.github.actionsBot, permissions: {}, limit: 1 })
  const ask = () => sample.graphql('{ viewer { login } }', { token })
  expect(await ask()).toMatchObject({ status: 200, body: { data: { viewer: {} } } })
  expect(await ask()).toMatchObject({ status: 200, body: { errors: [{ type: 'RATE_LIMIT' }] } })
  sample.github.fail('graphql', faults.graphqlError())
  expect(await sample.graphql('{ viewer { login } }')).toMatchObject({ status: 200, body: { data: null } })
})

test('an Enterprise Server has no limits and another place', async () => {
  const sample = new Sample({ profile: 'ghes-3.17' })
  const answer = await sample.rest('GET', '/repos/octo-org/octo-app')
  expect(answer.headers.get('x-ratelimit-limit')).toBeNull()
  expect(answer.headers.get('x-github-enterprise-version')).toBe('3.17.0')
  expect(sample.github.graphqlUrl).toMatch(/\/api\/graphql$/)
  expect(answer.body).toMatchObject({ url: `${sample.github.url}/repos/octo-org/octo-app` })
})

test.each([
  ['GET', `${issuesPath}/1`, { contents: 'read' }, 'issues=read'],
  ['POST', `${issuesPath}/1/comments`, { issues: 'read' }, 'issues=write'],
  ['GET', '/repos/octo-org/octo-app/actions/runs/1', { issues: 'write' }, 'actions=read'],
  ['GET', '/repos/octo-org/octo-app/commits/main', { issues: 'write' }, 'contents=read'],
] as const)('%s %s needs a permission, which is named', async (method, path, permissions, needed) => {
  const { sample } = withIssue()
  const options = method === 'POST' ? { body: { body: 'x' } } : {}
  const answer = await sample.rest(method, path, { token: sample.tokenOf(permissions), ...options })
  expect(answer).toMatchObject({ status: 403, body: { message: 'Resource not accessible by integration' } })
  expect(answer.headers.get('x-accepted-github-permissions')).toBe(needed)
})

test('a token ends, is unknown, or is of another repository', async () => {
  const { sample } = withIssue()
  const { github } = sample
  const other = github.repository('octo-org/other')
  const options = { identity: github.actionsBot, permissions: { issues: 'write' } } as const
  const brief = github.token({ ...options, expiresAt: new Date('2026-03-01T11:00:00Z') })
  const elsewhere = github.token({ ...options, repositories: [other] })
  const ask = async (token: { readonly value: string }) =>
    (await sample.rest('GET', `${issuesPath}/1`, { token })).status
  expect(await Promise.all([brief, elsewhere, { value: 'ghs_x' }].map(ask))).toEqual([200, 404, 401])
  await sample.clock.sleep(3_600_000, never)
  expect(await ask(brief)).toBe(401)
})

test('a transferred issue leads on; what hangs on it does not; others are gone or were never there', async () => {
  const { sample, issue } = withIssue()
  const { github, repository } = sample
  const other = github.repository('octo-org/other')
  const person = github.as('alice')
  person.transfer(issue, other)
  person.deleteIssue(person.open(repository, 'B'))
  const moved = await sample.rest('GET', `${issuesPath}/1`)
  expect(moved).toMatchObject({ status: 301, headers: { get: expect.any(Function) } })
  const location = moved.headers.get('location') ?? ''
  expect(location).toBe(`https://api.github.com/repositories/${other.id}/issues/1`)
  expect((await sample.rest('GET', location.replace(github.url, ''))).body).toMatchObject({ id: issue.id })
  const headers = { authorization: `Bearer ${sample.token.value}` }
  const followed = await github.fetch(`${github.url}${issuesPath}/1`, { headers })
  expect(await followed.json()).toMatchObject({ repository_url: 'https://api.github.com/repos/octo-org/other' })
  const status = async (path: string) => (await sample.rest('GET', `${issuesPath}${path}`)).status
  expect(await Promise.all(['/1/comments', '/1/timeline', '/2', '/2/comments', '/3'].map(status))).toEqual([
    ...[404, 404, 410, 410, 404],
  ])
  repository.hasIssues = false
  expect(await status('')).toBe(410)
  expect(github.violations).toEqual([])
})

test.each([
  [{ title: 'x'.repeat(257) }, 422],
  [{ title: '' }, 422],
  [{ title: 'A', body: 'x'.repeat(65_537) }, 422],
  [{ title: 'A', body: 'x'.repeat(65_536) }, 201],
  [{ title: 'A', assignees: ['carol'] }, 422],
  [{ title: 'A', assignees: ['nobody'] }, 422],
])('an issue with limits, case %#', async (body, status) => {
  const sample = new Sample()
  sample.github.account('carol')
  expect((await sample.rest('POST', issuesPath, { body })).status).toBe(status)
  expect(sample.repository.issues).toHaveLength(status === 201 ? 1 : 0)
  expect(sample.github.violations).toEqual([])
})

test('who may not push opens an issue without labels and assignees, and cannot write to a locked one', async () => {
  const sample = new Sample()
  const token = sample.github.token({ identity: sample.bob, permissions: { issues: 'write' } })
  const body = { title: 'A', labels: ['x'], assignees: ['nobody'] }
  expect((await sample.rest('POST', issuesPath, { token, body })).body).toMatchObject({ labels: [], assignees: [] })
  const issue = sample.repository.issues[0]
  if (issue !== undefined) sample.github.as('alice').lock(issue)
  const comment = (by?: { readonly value: string }) =>
    sample.rest('POST', `${issuesPath}/1/comments`, { body: { body: 'x' }, ...(by && { token: by }) })
  expect([(await comment(token)).status, (await comment()).status]).toEqual([403, 201])
})

test('who may not push changes nothing that others wrote', async () => {
  const { sample, issue } = withIssue()
  const token = sample.github.token({ identity: sample.bob, permissions: { issues: 'write' } })
  const [own, others] = [sample.github.as('bob').comment(issue, 'x'), sample.github.as('alice').comment(issue, 'x')]
  const edit = async ({ id }: { readonly id: number }) =>
    (await sample.rest('PATCH', `${issuesPath}/comments/${id}`, { token, body: { body: 'y' } })).status
  expect([await edit(own), await edit(others)]).toEqual([200, 403])
  expect((await sample.rest('PATCH', `${issuesPath}/1`, { token, body: { state: 'closed' } })).status).toBe(403)
})

test('only who writes sees who deleted a comment', async () => {
  const { sample, issue } = withIssue()
  sample.github.as('bob').delete(sample.github.as('alice').comment(issue, 'x'))
  const deleter = async (token: { readonly value: string }) =>
    at(await sample.rest('GET', `${issuesPath}/1/timeline`, { token }), 0, 'actor', 'login')
  expect(await deleter(sample.token)).toBe('bob')
  expect(await deleter(sample.tokenOf({ issues: 'read' }))).toBe('octo-org')
})

test('lists are paged and filtered', async () => {
  const { sample, issue } = withIssue()
  const { github, repository } = sample
  for (let count = 0; count < 205; count += 1) github.as('bob').comment(issue, `${count}`)
  const first = await sample.rest('GET', `${issuesPath}/1/comments?per_page=100`)
  const link = (page: number, relation: string) =>
    `<https://api.github.com${issuesPath}/1/comments?per_page=100&page=${page}>; rel="${relation}"`
  expect(first.headers.get('link')).toBe([link(2, 'next'), link(3, 'last')].join(', '))
  const last = await sample.rest('GET', `${issuesPath}/1/comments?per_page=100&page=3`)
  expect(last.body).toHaveLength(5)
  expect(last.headers.get('link')).toBe([link(2, 'prev'), link(1, 'first')].join(', '))
  expect((await sample.rest('GET', `${issuesPath}/1/comments`)).body).toHaveLength(30)
  await sample.clock.sleep(60_000, never)
  const late = github.as('alice').comment(issue, 'late')
  const since = await sample.rest('GET', `${issuesPath}/1/comments?since=2026-03-01T10:01:00Z`)
  expect(since.body).toMatchObject([{ id: late.id }])
  const labelled = github.as('bob').open(repository, 'B')
  github.as('bob').label(labelled, 'x')
  github.as('bob').close(github.as('bob').openPullRequest(repository, 'C'))
  const numbers = async (query: string) => {
    const { body } = await sample.rest('GET', `${issuesPath}?${query}`)
    return Array.isArray(body) ? body.map(({ number }) => number) : body
  }
  expect(await numbers('state=all&sort=created&direction=asc')).toEqual([1, 2, 3])
  expect(await numbers('labels=x')).toEqual([2])
  expect(await numbers('creator=Alice')).toEqual([1])
  expect(await numbers('state=closed')).toEqual([3])
  expect(github.violations).toEqual([])
})

test('a story happens at its times, in their order, whenever somebody asks', async () => {
  const { sample, issue } = withIssue()
  const { github } = sample
  const begin = sample.clock.date().getTime()
  github.at(begin + 90_000, () => github.as('bob').close(issue))
  github.at(new Date(begin + 30_000), () => github.as('alice').comment(issue, '/approve'))
  expect(await sample.rest('GET', `${issuesPath}/1`)).toMatchObject({ body: { comments: 0 } })
  await sample.clock.sleep(120_000, never)
  const closed = { comments: 1, state: 'closed', closed_at: '2026-03-01T10:01:30Z' }
  expect(await sample.rest('GET', `${issuesPath}/1`)).toMatchObject({ body: closed })
  expect(issue.comments[0]?.createdAt).toEqual(new Date(begin + 30_000))
})

test('a replica shows a new comment later than the issue counts it', async () => {
  const sample = new Sample({ readLagMs: 2_000 })
  const issue = sample.github.as('alice').open(sample.repository, 'A')
  sample.github.as('bob').comment(issue, '/deny')
  const read = async () => [
    at(await sample.rest('GET', `${issuesPath}/1`), 'comments'),
    at(await sample.rest('GET', `${issuesPath}/1/comments`), 'length'),
  ]
  expect(await read()).toEqual([1, 0])
  await sample.clock.sleep(2_000, never)
  expect(await read()).toEqual([1, 1])
})

test('virtual time stands still while a request is answered', async () => {
  const { sample } = withIssue()
  const sleeping = sample.clock.sleep(1_000, never)
  const answers: string[] = []
  const ask = async () => {
    for (let count = 0; count < 3; count += 1) {
      const answer = await sample.rest('POST', `${issuesPath}/1/comments`, { body: { body: 'x' } })
      answers.push(`${answer.status} ${sample.clock.now()}`)
    }
  }
  await Promise.all([ask(), sleeping])
  expect(answers).toEqual(['201 0', '201 0', '201 0'])
})

test('a mistake in a story is no answer', async () => {
  const { sample } = withIssue()
  sample.github.at(sample.clock.date(), () => sample.github.as('nobody'))
  await expect(sample.rest('GET', `${issuesPath}/1`)).rejects.toThrow('There is no account nobody')
  expect(sample.github.violations).toHaveLength(1)
})

test('an answer that GitHub would not give does not leave the simulator', async () => {
  const { sample, issue } = withIssue()
  issue.lockReason = 'off-topic'
  Object.assign(issue, { locked: 'yes' })
  expect((await sample.rest('GET', `${issuesPath}/1`)).status).toBe(500)
  expect(sample.github.violations).toMatchObject([expect.stringContaining('data/locked must be boolean')])
})

test('what GitHub does not describe is a violation, not an answer', async () => {
  const { sample } = withIssue()
  const asked = [
    sample.rest('GET', `${issuesPath}?stat=open`),
    sample.rest('GET', `${issuesPath}/x`),
    sample.rest('POST', `${issuesPath}/1/comments`, { body: { text: 'x' } }),
    sample.rest('GET', '/repos/octo-org/octo-app/labels'),
  ]
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([500, 500, 500, 500])
  expect(sample.github.violations).toHaveLength(4)
})

test('a replica lists a new issue later than it is there', async () => {
  const sample = new Sample({ readLagMs: 2_000 })
  sample.github.as('alice').open(sample.repository, 'A')
  const listed = async () => at(await sample.rest('GET', issuesPath), 'length')
  expect(await sample.rest('GET', `${issuesPath}/1`)).toMatchObject({ status: 200 })
  expect(await listed()).toBe(0)
  await sample.clock.sleep(2_000, never)
  expect(await listed()).toBe(1)
})
