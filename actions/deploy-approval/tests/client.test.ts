import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '@deploy-safety/common/clock'
import { ProbeError, type ReasonCode } from '@deploy-safety/probe/reason'
import { VirtualClock } from '@deploy-safety/simulators/clock'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { Client } from '../src/github/client.ts'
import { type Fetch, fetchThrough } from '../src/github/transport.ts'

const minute = 60_000

/** A client whose requests all get the same answer. */
function clientOf(fetch: Fetch, patience = { attempts: 3, untilMs: 0, rateLimitUntilMs: minute }) {
  const clock = new VirtualClock()
  const { signal } = new AbortController()
  const at = { apiUrl: 'https://api.github.com', graphqlUrl: 'https://api.github.com/graphql' }
  return { clock, client: new Client({ ...at, token: 't', fetch, clock, signal }, patience) }
}

const answering =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Fetch =>
  async () =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

const anything = v.unknown()

describe('what is wrong on the way to GitHub', () => {
  it.each<[ReasonCode, RegExp]>([
    ['tls-untrusted', /NODE_EXTRA_CA_CERTS/],
    ['tls-expired', /certificate/],
    ['tls-name-mismatch', /certificate/],
    ['proxy-failure', /HTTPS_PROXY/],
    ['dns-failure', /network/],
    ['connect-refused', /network/],
  ])('%s: the next step is at the runner, not at GitHub', async (reasonCode, nextStep) => {
    const { client, clock } = clientOf(async () => {
      throw new ProbeError({ reasonCode, detail: 'x' })
    })
    await expect(client.send('GET /user', {}, anything)).rejects.toMatchObject({
      reasonCode: 'api-error',
      nextStep: expect.stringMatching(nextStep),
    })
    expect([client.requests, clock.now()]).toEqual([3, 3_000])
  })
})

describe('what GitHub refuses', () => {
  it.each([
    { status: 401, body: 'Bad credentials', reasonCode: 'token-expired', requests: 1 },
    { status: 403, body: 'Resource not accessible by integration', reasonCode: 'missing-permission', requests: 1 },
    { status: 403, body: 'Repository was archived so is read-only.', reasonCode: 'issues-disabled', requests: 1 },
    { status: 404, body: 'Not Found', reasonCode: 'api-error', requests: 1 },
    { status: 422, body: 'Validation Failed', reasonCode: 'api-error', requests: 1 },
    { status: 301, body: 'Moved Permanently', reasonCode: 'api-error', requests: 1 },
    { status: 408, body: 'Timeout', reasonCode: 'api-error', requests: 3 },
    { status: 500, body: 'Oops', reasonCode: 'api-error', requests: 3 },
    { status: 429, body: 'Too many', reasonCode: 'rate-limited', requests: 2 },
  ])('$status "$body" is $reasonCode after $requests requests', async ({ status, body, reasonCode, requests }) => {
    const { client } = clientOf(answering(status, { message: body }))
    await expect(client.send('GET /user', {}, anything)).rejects.toMatchObject({ reasonCode })
    expect(client.requests).toBe(requests)
  })

  it('is never asked for again at once, even where GitHub says that it may be', async () => {
    const { client, clock } = clientOf(answering(429, { message: 'x' }, { 'retry-after': '0' }))
    await expect(client.send('GET /user', {}, anything)).rejects.toMatchObject({ reasonCode: 'rate-limited' })
    expect(clock.now()).toBeGreaterThanOrEqual(minute)
    expect(client.requests).toBeLessThanOrEqual(62)
  })

  it('names the permission that GitHub says, or the one of the request', async () => {
    const refusal = { message: 'Resource not accessible by integration' }
    const said = clientOf(
      answering(403, refusal, { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' }),
    )
    const route = 'POST /repos/{owner}/{repo}/issues'
    const asked = { owner: 'o', repo: 'r' }
    await expect(said.client.send(route, asked, anything)).rejects.toThrow(
      'lacks issues: write or pull_requests: write',
    )
    await expect(clientOf(answering(403, refusal)).client.send(route, asked, anything)).rejects.toThrow('issues: write')
  })

  it('never shows the token', async () => {
    const { client } = clientOf(answering(500, { message: 'x' }))
    await expect(client.send('GET /user', {}, anything)).rejects.not.toThrow(/token t\b/)
  })
})

describe('a refusal that is no JSON', () => {
  it.each([401, 403, 404, 407, 410])('(%i) is not of GitHub: it is asked again', async (status) => {
    const page = () => new Response('<html>Blocked</html>', { status, headers: { 'content-type': 'text/html' } })
    const { client } = clientOf(async () => page())
    await expect(client.send('GET /user', {}, anything)).rejects.toMatchObject({
      reasonCode: 'api-error',
      message: expect.stringContaining(`HTTP ${status}`),
    })
    expect(client.requests).toBe(3)
  })

  it('is none with a status that does not exist', async () => {
    const server = createServer((_, response) => response.writeHead(999).end())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { signal } = new AbortController()
    const options = { apiUrl, graphqlUrl: apiUrl, token: 't', fetch: fetchThrough(() => undefined, []), signal }
    const client = new Client({ ...options, clock: systemClock }, { attempts: 1, untilMs: 0, rateLimitUntilMs: 0 })
    await expect(client.send('GET /user', {}, anything)).rejects.toMatchObject({
      reasonCode: 'api-error',
      message: expect.stringContaining('HTTP 999'),
    })
    server.closeAllConnections()
    server.close()
  })
})

describe('a limit of GraphQL, which comes with a 200', () => {
  const query = 'query { viewer { login } }'

  it.each([
    ['of old', { type: 'RATE_LIMITED', message: 'API rate limit exceeded' }],
    ['of today', { type: 'RATE_LIMIT', code: 'graphql_rate_limit', message: 'API rate limit already exceeded' }],
    ['a secondary one', { message: 'You have exceeded a secondary rate limit.' }],
  ])('%s is waited for a minute where nothing says how long', async (_, error) => {
    const { client, clock } = clientOf(answering(200, { errors: [error] }))
    await expect(client.query(query, {}, anything)).rejects.toMatchObject({ reasonCode: 'rate-limited' })
    expect([client.requests, clock.now()]).toEqual([2, minute])
  })

  it.each([
    ['retry-after', (seconds: number) => ({ 'retry-after': String(seconds) })],
    [
      'x-ratelimit-reset',
      (seconds: number, now: number) => ({
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.ceil(now / 1_000) + seconds),
      }),
    ],
  ])('is obeyed as %s says', async (_, headers) => {
    const world = clientOf(async (url, init) => {
      const said = headers(600, world.clock.date().getTime())
      return await answering(
        200,
        { errors: [{ type: 'RATE_LIMIT', message: 'API rate limit exceeded' }] },
        said,
      )(url, init)
    })
    await expect(world.client.query(query, {}, anything)).rejects.toThrow('asked again in 10m')
    expect(world.client.requests).toBe(1)
  })
})

describe('an answer that is not of the documented form', () => {
  it('is no answer', async () => {
    const { client } = clientOf(answering(200, { id: 'seven' }))
    await expect(client.send('GET /user', {}, v.object({ id: v.number() }))).rejects.toThrow('id is not as documented')
    expect(client.requests).toBe(3)
  })
})

describe('something that is made', () => {
  it('is looked for before every repetition, whatever the answer was', async () => {
    const answers = [500, 429, 403, 502]
    let made = 0
    const { client } = clientOf(
      async () => {
        const status = answers[made] ?? 201
        made += 1
        const headers = { 'content-type': 'application/json', 'retry-after': '1' }
        return new Response('{"message":"abuse"}', { status, headers })
      },
      { attempts: 9, untilMs: 0, rateLimitUntilMs: minute },
    )
    let looked = 0
    const find = async () => {
      looked += 1
      return looked === 4 ? 'found' : undefined
    }
    expect(await client.create('POST /user/repos', {}, { schema: anything, find })).toBe('found')
    expect([made, looked]).toEqual([4, 4])
  })
})
