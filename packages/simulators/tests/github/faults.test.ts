import { expect, test } from 'vitest'
import { type Fault, faults } from '../../src/github/fault.ts'
import { startGitHub } from '../../src/github/server.ts'
import { issuesPath, never, Sample } from './support/sample.ts'

const body = { body: '/status' }

function opened() {
  const sample = new Sample()
  const issue = sample.github.as('alice').open(sample.repository, 'Deploy')
  const create = (signal?: AbortSignal) =>
    sample.rest('POST', `${issuesPath}/1/comments`, { body, ...(signal && { signal }) })
  return { sample, issue, create }
}

const reset = new Date('2026-03-01T10:30:00Z')

test.each<[string, Fault, Readonly<Record<string, unknown>>]>([
  ['500', faults.status(500), { status: 500 }],
  ['502', faults.status(502), { status: 502 }],
  ['503', faults.status(503), { status: 503 }],
  ['404', faults.status(404), { status: 404 }],
  ['410', faults.status(410), { status: 410 }],
  ['401', faults.badCredentials(), { status: 401, body: { message: 'Bad credentials' } }],
  ['301', faults.moved('https://api.github.com/repositories/5/issues/1'), { status: 301 }],
  ['secondary limit', faults.secondaryLimit(), { status: 403 }],
  ['429', faults.tooManyRequests(7), { status: 429 }],
  ['primary limit', faults.primaryLimit(reset), { status: 403 }],
])('%s, once, before or after the effect', async (_, fault, expected) => {
  for (const effect of ['before', 'after'] as const) {
    const { sample, issue, create } = opened()
    sample.github.fail('issues/create-comment', fault, { effect })
    expect(await create()).toMatchObject(expected)
    expect(issue.comments).toHaveLength(effect === 'after' ? 1 : 0)
    expect((await create()).status).toBe(201)
    expect(sample.github.violations).toEqual([])
  }
})

test('what a client is told to wait for is in the headers', async () => {
  const { sample, create } = opened()
  const plan = [
    faults.secondaryLimit(5),
    faults.secondaryLimit(),
    faults.tooManyRequests(7),
    faults.primaryLimit(reset),
  ]
  for (const fault of plan) sample.github.fail('issues/create-comment', fault)
  const headers = ['retry-after', 'x-ratelimit-remaining', 'x-ratelimit-reset']
  const told: unknown[] = []
  for (const _ of plan) {
    const answer = await create()
    told.push(headers.map((name) => answer.headers.get(name)))
  }
  const hour = String(new Date('2026-03-01T11:00:00.250Z').getTime() / 1_000 + 0.75)
  const half = String(reset.getTime() / 1_000)
  expect(told).toEqual([
    ['5', '999', hour],
    [null, '998', hour],
    ['7', '997', hour],
    [null, '0', half],
  ])
})

test('a page of HTML in place of JSON, and an answer that ends in its middle', async () => {
  const { sample, issue, create } = opened()
  sample.github.fail('issues/create-comment', faults.html())
  await expect(create()).rejects.toThrow(SyntaxError)
  sample.github.fail('issues/create-comment', faults.truncated(), { effect: 'after' })
  await expect(create()).rejects.toThrow('terminated')
  expect(issue.comments).toHaveLength(1)
})

test('a lost connection and a hang that only an abort ends, after the effect', async () => {
  const { sample, issue, create } = opened()
  sample.github.fail('issues/create-comment', faults.lost(), { effect: 'after' })
  await expect(create()).rejects.toThrow('fetch failed')
  sample.github.fail('issues/create-comment', faults.hang(), { effect: 'after' })
  const timeout = new AbortController()
  const hanging = create(timeout.signal)
  await sample.clock.sleep(10_000, never)
  timeout.abort(new Error('10 s are over'))
  await expect(hanging).rejects.toThrow('10 s are over')
  expect(issue.comments).toHaveLength(2)
})

test('faults begin later, last longer, and meet what they are meant for', async () => {
  const { sample, create } = opened()
  const { github } = sample
  github.fail({ method: 'POST', path: /\/comments$/ }, faults.status(502), { after: 1, times: 2 })
  github.fail((request) => request.body?.includes('viewer') ?? false, faults.status(500))
  const statuses: number[] = []
  for (let count = 0; count < 5; count += 1) statuses.push((await create()).status)
  expect(statuses).toEqual([201, 502, 502, 201, 201])
  const query = '{ viewer { login } }'
  expect([(await sample.graphql(query)).status, (await sample.graphql(query)).status]).toEqual([500, 200])
})

test('over a socket the same happens', async () => {
  const { sample, issue } = opened()
  await using server = await startGitHub(sample.github)
  const headers = { authorization: `Bearer ${sample.token.value}` }
  const ask = async (signal?: AbortSignal) => {
    const url = `${server.url}${issuesPath}/1/comments`
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal: signal ?? null })
    return [response.status, await response.json()] as const
  }
  const answered = await ask()
  expect(answered).toMatchObject([201, { issue_url: `${server.url}${issuesPath}/1` }])
  sample.github.fail('issues/create-comment', faults.lost(), { effect: 'after' })
  await expect(ask()).rejects.toThrow('fetch failed')
  sample.github.fail('issues/create-comment', faults.truncated(), { effect: 'after' })
  await expect(ask()).rejects.toThrow('terminated')
  sample.github.fail('issues/create-comment', faults.hang())
  await expect(ask(AbortSignal.timeout(50))).rejects.toThrow('timeout')
  expect(issue.comments).toHaveLength(3)
  const viewer = { method: 'POST', headers, body: '{"query":"{ viewer { databaseId } }"}' }
  const graphql = await fetch(server.graphqlUrl, viewer)
  expect(await graphql.json()).toEqual({ data: { viewer: { databaseId: 41_898_282 } } })
  expect(sample.github.violations).toEqual([])
})
