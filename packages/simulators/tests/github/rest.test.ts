import { describe, expect, test } from 'vitest'
import { descriptionOf } from '../../src/github/description.ts'
import { operations } from '../../src/github/rest/operations.ts'
import { at, issuesPath, never, Sample } from './support/sample.ts'

test.each(['api.github.com', 'ghes-3.17'] as const)('%s describes just what is served', (profile) => {
  const described = Object.keys(descriptionOf(profile).document.operations)
  expect(described.sort()).toEqual(Object.keys(operations).sort())
})

test('a comparison has 250 commits at once, or pages of 100; those of two branches diverge', async () => {
  const sample = new Sample()
  const { git } = sample.repository
  const base = git.commit({ author: sample.alice })
  let head = base
  for (let count = 0; count < 260; count += 1) head = git.commit({ author: sample.bob, parents: [head] })
  git.branch('main', git.commit({ author: sample.alice, parents: [base] }))
  const path = `/repos/octo-org/octo-app/compare/main...${head}`
  const shape = async (query: string) => {
    const { body, headers } = await sample.rest('GET', `${path}${query}`)
    const { status, total_commits, behind_by, commits } = Object(body)
    return [status, total_commits, behind_by, commits.length, headers.get('link')?.includes('rel="next"') ?? false]
  }
  expect(await shape('')).toEqual(['diverged', 260, 1, 250, true])
  expect(await shape('?per_page=100&page=2')).toEqual(['diverged', 260, 1, 100, true])
  expect(await shape('?per_page=100&page=3')).toEqual(['diverged', 260, 1, 60, false])
  expect(sample.github.violations).toEqual([])
})

describe.each(['api.github.com', 'ghes-3.17'] as const)('%s', (profile) => {
  test('an issue lives: opened, commented, edited, reacted to, closed', async () => {
    const sample = new Sample({ profile })
    const body = { title: 'Deploy v1', body: 'Please.', labels: ['deployment-approval'], assignees: ['ALICE'] }
    const issue = await sample.rest('POST', issuesPath, { body })
    expect(issue).toMatchObject({
      status: 201,
      body: { number: 1, state: 'open', user: { id: 41_898_282, type: 'Bot' } },
    })
    expect(issue.body).toMatchObject({ created_at: '2026-03-01T10:00:00Z', assignees: [{ login: 'alice' }] })
    const comment = await sample.rest('POST', `${issuesPath}/1/comments`, { body: { body: '1 of 2' } })
    expect(comment.status).toBe(201)
    await sample.clock.sleep(60_000, never)
    const path = `${issuesPath}/comments/${at(comment, 'id')}`
    const edited = await sample.rest('PATCH', path, { body: { body: '2 of 2' } })
    expect(edited.body).toMatchObject({ body: '2 of 2', updated_at: '2026-03-01T10:01:00Z', user: { id: 41_898_282 } })
    expect((await sample.rest('GET', path)).body).toEqual(edited.body)
    const reactions = await Promise.all(
      [1, 2].map(() => sample.rest('POST', `${path}/reactions`, { body: { content: '+1' } })),
    )
    expect(reactions.map(({ status }) => status)).toEqual([201, 200])
    const closed = await sample.rest('PATCH', `${issuesPath}/1`, {
      body: { state: 'closed', state_reason: 'not_planned' },
    })
    expect(closed.body).toMatchObject({ state: 'closed', state_reason: 'not_planned', comments: 1 })
    expect(at(closed, 'closed_by', 'login')).toBe('github-actions[bot]')
    expect((await sample.rest('DELETE', path)).status).toBe(204)
    const timeline = await sample.rest('GET', `${issuesPath}/1/timeline`)
    // Whoever deletes a comment of his own leaves no event.
    const events = ['labeled', 'assigned', 'closed'].map((event) => ({ event }))
    expect(timeline.body).toMatchObject(events)
    expect(timeline.body).toHaveLength(events.length)
    expect(sample.github.violations).toEqual([])
  })

  test('a run, its attempts, its commits and its tag', async () => {
    const sample = new Sample({ profile })
    const { github, repository, alice, bob } = sample
    const first = repository.git.commit({ author: alice })
    const second = repository.git.commit({ author: bob, committer: null, parents: [first] })
    repository.git.branch('main', second)
    repository.git.tag('v1', second, { annotated: true })
    const run = github.run(repository, { actor: alice, sha: second, event: 'push', branch: 'v1' })
    run.complete('failure')
    run.rerun(bob)
    const path = '/repos/octo-org/octo-app'
    const answered = await sample.rest('GET', `${path}/actions/runs/${run.id}`)
    expect(answered.body).toMatchObject({
      run_attempt: 2,
      actor: { login: 'alice' },
      triggering_actor: { login: 'bob' },
    })
    const attempt = await sample.rest('GET', `${path}/actions/runs/${run.id}/attempts/1`)
    expect(attempt.body).toMatchObject({ run_attempt: 1, conclusion: 'failure', triggering_actor: { login: 'alice' } })
    const compared = await sample.rest('GET', `${path}/compare/${first}...v1`)
    expect(compared.body).toMatchObject({
      status: 'ahead',
      total_commits: 1,
      commits: [{ author: { login: 'bob' }, committer: null }],
    })
    expect((await sample.rest('GET', `${path}/compare/v1...${first}`)).body).toMatchObject({
      status: 'behind',
      commits: [],
    })
    const ref = await sample.rest('GET', `${path}/git/ref/tags/v1`)
    expect(ref.body).toMatchObject({ object: { type: 'tag' } })
    expect((await sample.rest('GET', `${path}/commits/tags/v1`)).body).toMatchObject({ sha: second })
    expect((await sample.rest('GET', `${path}/commits/heads%2Fmain`)).body).toMatchObject({ sha: second })
    expect((await sample.rest('GET', `${path}/actions/runs/5`)).status).toBe(404)
    expect((await sample.rest('GET', path)).body).toMatchObject({
      id: repository.id,
      has_issues: true,
      archived: false,
    })
    expect(github.violations).toEqual([])
  })

  test('people and teams', async () => {
    const sample = new Sample({ profile })
    const team = sample.github.team('octo-org/release', [sample.bob])
    team.add(sample.alice, 'pending')
    const path = '/orgs/octo-org/teams/release/members'
    expect((await sample.rest('GET', path)).status).toBe(403)
    const token = sample.tokenOf({ issues: 'write', members: 'read' })
    expect((await sample.rest('GET', path, { token })).body).toMatchObject([{ login: 'bob', id: sample.bob.id }])
    const carol = sample.github.account('carol')
    sample.github.team('octo-org/night-shift', [carol], team)
    team.remove(sample.bob)
    expect((await sample.rest('GET', path, { token })).body).toMatchObject([{ login: 'carol' }])
    sample.github.rename('bob', 'robert')
    const newcomer = sample.github.account('Bob')
    expect((await sample.rest('GET', '/users/bob')).body).toMatchObject({ login: 'Bob', id: newcomer.id, type: 'User' })
    expect((await sample.rest('GET', '/users/robert')).body).toMatchObject({ id: sample.bob.id })
    expect((await sample.rest('GET', '/users/nobody')).status).toBe(404)
    expect(sample.github.violations).toEqual([])
  })
})
