import { gzipSync } from 'node:zlib'
import { proxyFromEnvironment } from '@deploy-safety/probe/proxy'
import { type Fault, startFault } from '@deploy-safety/simulators/fault-server'
import { faults } from '@deploy-safety/simulators/faults'
import { respond, sequence } from '@deploy-safety/simulators/responder'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startProxy } from '../../../../packages/probe/tests/support/proxies.ts'
import { type MetricsEdges, requestThrough } from '../../src/metrics/edges.ts'
import { gridOf, queryExtremes, type Scene } from '../../src/metrics/prometheus.ts'
import { type MetricsServer, parseServer, withToken } from '../../src/metrics/server.ts'
import { isMissing } from '../../src/quantity.ts'
import { edgesOf, matrix, stub, success } from '../support/metrics/stub.ts'

/** Three points, as the matrix of the stub has. */
const range = { startMs: 1_000_000, endMs: 1_002_000 }
const query = (url: string | MetricsServer, { promql = 'up', edges = edgesOf(), ...rest }: Options = {}) =>
  queryExtremes(promql, { server: typeof url === 'string' ? parseServer(url) : url, range, ...rest }, edges)

interface Options extends Partial<Scene> {
  readonly promql?: string
  readonly edges?: MetricsEdges
}

async function faultUrl(fault: Fault): Promise<{ url: string; requests: () => readonly string[] }> {
  const server = await startFault(fault)
  onTestFinished(() => server.close())
  return server
}

const json = (body: unknown, status = 200, headers = {}) => respond({ status, headers, body: JSON.stringify(body) })
const good = json(matrix([{}, ['1', '2', '3']]).body)

describe('a query', () => {
  it('asks for the window by POST, with at most so many points', async () => {
    const server = await stub(() => matrix([{ job: 'api' }, ['1', '3', '2']]))
    expect(await query(`${server.url}/prom/`, { promql: 'a{b="c&d"} + 1' })).toEqual({
      series: [{ labels: { job: 'api' }, minimum: 1, maximum: 3, points: 3 }],
      doubts: [],
      notes: [],
      warnings: [],
    })
    expect(server.asked).toMatchObject([
      {
        method: 'POST',
        path: '/prom/api/v1/query_range',
        form: { query: 'a{b="c&d"} + 1', start: '1000', end: '1002', step: '1', timeout: '10000ms' },
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      },
    ])
    expect(server.asked[0]?.headers).not.toHaveProperty('authorization')
  })

  it('takes a scalar, and several series', async () => {
    const scalar = await stub(() => success('scalar', [1_000, '7']))
    expect(await query(scalar.url, { range: { startMs: 5, endMs: 5 } })).toMatchObject({
      series: [{ labels: {}, maximum: 7 }],
    })
    const several = await stub(() => matrix([{ a: '1' }, ['1', '2', '3']], [{ a: '2' }, ['9', '8', '7']]))
    expect(await query(several.url)).toMatchObject({ series: [{ maximum: 3 }, { minimum: 7, maximum: 9 }], doubts: [] })
  })

  it.each([
    ['no series', matrix(), 'metrics-empty'],
    ['series without points', matrix([{}, []]), 'metrics-empty'],
    ['a text', success('string', [1, 'x']), 'metrics-ambiguous'],
    ['native histograms', success('matrix', [{ metric: {}, histograms: [[1, {}]] }]), 'metrics-ambiguous'],
  ])('that gives %s has its finding', async (_, answer, missing) => {
    const server = await stub(() => answer)
    expect(await query(server.url)).toMatchObject({ missing })
    expect(server.asked).toHaveLength(1)
  })

  it.each([
    ['NaN', 'NaN'],
    ['+Inf', '+Inf'],
  ])('that gives %s between numbers leaves a doubt beside them', async (_, value) => {
    const server = await stub(() => matrix([{}, ['1', value, '3']]))
    expect(await query(server.url)).toMatchObject({ series: [{ maximum: 3 }], doubts: [{ missing: 'not-a-number' }] })
  })

  it('shows the warnings of Prometheus', async () => {
    const answer = { body: { ...matrix([{}, ['1', '2', '3']]).body, warnings: ['store b did not answer'] } }
    const server = await stub(() => answer)
    expect(await query(server.url)).toMatchObject({
      warnings: ['Prometheus warns: "store b did not answer"'],
      notes: [],
      doubts: [],
    })
  })
})

describe('trying again', () => {
  it.each<[string, Fault]>([
    ['503', respond({ status: 503, body: 'busy' })],
    ['500 with JSON', json({ status: 'error', errorType: 'internal', error: 'x' }, 500)],
    ['429', respond({ status: 429 })],
    ['a reset', faults.resetAtOnce],
    ['a body that ends too early', faults.closeMidBody],
    ['a body that cannot be unpacked', faults.malformedGzip],
  ])('helps after %s', async (_, fault) => {
    const edges = edgesOf()
    const { url } = await faultUrl(sequence([fault, fault, good]))
    expect(await query(url, { edges })).toMatchObject({ series: [{ maximum: 3 }] })
    expect(edges.clock.now()).toBe(3_000)
  })

  it.each<[string, Fault, RegExp]>([
    [
      '503',
      respond({ status: 503, body: 'busy' }),
      /^http:\/\/127.*\/api\/v1\/query_range responded with 503: "busy" \(3 attempts\)$/,
    ],
    ['no answer', faults.silentAccept, /timed out after 60 ms, waiting for the response headers \(3 attempts\)$/],
    [
      'an answer that drips',
      faults.dripBody,
      /timed out after 60 ms, waiting for the rest of the body \(3 attempts\)$/,
    ],
    ['headers that drip', faults.dripHeaders, /timed out after 60 ms, .*\(3 attempts\)$/],
    ['another protocol', faults.notHttp, /\(3 attempts\)$/],
  ])('ends after three times %s, with one message', async (_, fault, detail) => {
    const { url } = await faultUrl(fault)
    const found = await query(url, { timeoutMs: 60 })
    expect(found).toEqual({ missing: 'metrics-unreachable', detail: expect.stringMatching(detail) })
  })

  it('waits as long as Retry-After asks, within reason', async () => {
    const edges = edgesOf()
    const asking = (seconds: string) => respond({ status: 429, headers: { 'retry-after': seconds } })
    const { url } = await faultUrl(sequence([asking('4'), asking('3600'), good]))
    expect(await query(url, { edges })).toMatchObject({ series: [{ maximum: 3 }] })
    expect(edges.clock.now()).toBe(4_000 + 10_000)
  })

  it.each([
    [400, 'bad_data', 'invalid parameter "query": 1:5: parse error: unexpected end of input'],
    [422, 'execution', 'many-to-many matching not allowed'],
  ])('is no use after %d: the query is wrong, and Prometheus says how', async (status, errorType, error) => {
    const edges = edgesOf()
    const server = await stub(() => ({ status, body: { status: 'error', errorType, error } }))
    const detail = `Prometheus responded with ${status}: ${JSON.stringify(`${errorType}: ${error}`)}`
    expect(await query(server.url, { edges })).toEqual({ missing: 'metrics-ambiguous', detail })
    expect(server.asked).toHaveLength(1)
    expect(edges.clock.now()).toBe(0)
  })

  it.each([
    [
      'a page',
      200,
      '<!doctype html><title>Sign in</title>',
      /responded with 200: ".*Sign in.*This is not a response of Prometheus/,
    ],
    [
      'broken JSON',
      200,
      '{"status":"success","data":{"resultType":"matrix","result":[',
      /This is not a response of Prometheus/,
    ],
    ['a page that is not there', 404, '404 page not found', /responded with 404: "404 page not found"/],
    ['a wrong request', 400, '<html>plain HTTP sent to HTTPS port', /responded with 400/],
    ['a wrong token', 401, 'Unauthorized', /responded with 401: "Unauthorized"\. Use other credentials/],
    ['a forbidden one', 403, '', /responded with 403\. Use other credentials/],
    ['nothing', 204, '', /responded with 204\. This is not a response/],
  ])('is no use after %s', async (_, status, body, detail) => {
    const server = await stub(() => ({ status, body }))
    expect(await query(server.url)).toEqual({
      missing: 'metrics-unreachable',
      detail: expect.stringMatching(detail),
    })
    expect(server.asked).toHaveLength(1)
  })

  it('is no use where no address may be asked', async () => {
    const edges = edgesOf()
    expect(await query('http://169.254.169.254', { edges })).toMatchObject({ missing: 'metrics-unreachable' })
    expect(edges.clock.now()).toBe(0)
  })
})

describe('a large answer', () => {
  const padded = (mebibytes: number) => {
    const body = { ...matrix([{}, ['1', '2', '3']]).body, padding: 'x'.repeat(mebibytes * 1_024 * 1_024) }
    return Buffer.from(JSON.stringify(body))
  }

  it('is read up to ten mebibytes, and not beyond, packed or not', async () => {
    const fits = await stub(() => ({ body: padded(9) }))
    expect(await query(fits.url)).toMatchObject({ series: [{ maximum: 3 }] })
    const tooLarge = { missing: 'metrics-ambiguous', detail: expect.stringContaining('exceeds the 10 MiB read limit') }
    const over = await stub(() => ({ body: padded(10) }))
    expect(await query(over.url)).toEqual(tooLarge)
    const packed = await stub(() => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(padded(10)) }))
    expect(await query(packed.url)).toEqual(tooLarge)
  })

  it('without an end is cut off', async () => {
    const { url } = await faultUrl(faults.endlessBody)
    expect(await query(url)).toMatchObject({ missing: 'metrics-ambiguous' })
  })
})

describe('credentials', () => {
  const secret = 'hunter22-hunter22'

  it('are sent as the server wants them', async () => {
    const server = await stub(() => matrix([{}, ['1', '2', '3']]))
    await query(withToken(parseServer(server.url), secret))
    await query(server.url.replace('//', `//me:${secret}@`))
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${secret}`,
      `Basic ${Buffer.from(`me:${secret}`).toString('base64')}`,
    ])
  })

  it.each([301, 302, 303, 307, 308])('are not sent to where an answer redirects (%d)', async (status) => {
    const other = await stub(() => matrix([{}, ['1', '2', '3']]))
    const location = `${other.url.replace('//', '//a:b@')}/api/v1/query_range?ticket=${secret}`
    const server = await stub(() => ({ status, headers: { location }, body: '' }))
    const found = await query(withToken(parseServer(server.url), secret))
    expect(other.asked).toEqual([])
    expect(found).toEqual({
      missing: 'metrics-unreachable',
      detail: expect.stringContaining(
        `redirects (${status}) to "${other.url.replace('//', '//***@')}/api/v1/query_range?…"`,
      ),
    })
  })

  it('that are short are in no message either', async () => {
    const server = await stub(({ headers }) => ({ status: 400, body: `bad ${headers.authorization}` }))
    expect(JSON.stringify(await query(withToken(parseServer(server.url), 's3cr3t!')))).toContain('bad Bearer ***')
    const basic = Buffer.from('u:pw1').toString('base64')
    expect(JSON.stringify(await query(server.url.replace('//', '//u:pw1@')))).not.toContain(basic)
  })

  const repeats: [string, (seen: string) => object][] = [
    ['an error', (seen) => ({ status: 503, body: `bad ${seen}` })],
    ['a refusal', (seen) => ({ status: 401, body: `bad ${seen}` })],
    ['a page', (seen) => ({ body: `bad ${seen}` })],
    ['a long page, where a message is cut', (seen) => ({ body: `${'.'.repeat(286)}${seen}` })],
    [
      'a wrong query',
      (seen) => ({ status: 400, body: { status: 'error', errorType: 'bad_data', error: `x ${seen}` } }),
    ],
    ['a warning', (seen) => ({ body: { ...matrix([{}, ['1', '2', '3']]).body, warnings: [`x ${seen}`] } })],
  ]
  it.each(repeats)('are in no message, also where the server repeats them in %s', async (_, answerWith) => {
    const server = await stub(({ headers }) => ({ body: '', ...answerWith(headers.authorization ?? '') }))
    const basic = Buffer.from(`me:${secret}`).toString('base64')
    const servers = [
      withToken(parseServer(server.url), secret),
      parseServer(server.url.replace('//', `//me:${secret}@`)),
    ]
    for (const one of servers) {
      const text = JSON.stringify(await query(one))
      expect(text).not.toContain(secret.slice(0, 6))
      expect(text).not.toContain(basic)
    }
    expect(server.asked[0]?.headers.authorization).toContain(secret)
  })
})

describe('a proxy', () => {
  it('is asked where the environment names one', async () => {
    const proxy = await startProxy({ hosts: { 'prometheus.test': '127.0.0.1' } })
    const server = await stub(() => matrix([{}, ['1', '2', '3']]))
    const request = requestThrough(proxyFromEnvironment({ http_proxy: proxy.url }))
    const url = server.url.replace('127.0.0.1', 'prometheus.test')
    expect(await query(url, { edges: { ...edgesOf(), request } })).toMatchObject({ series: [{ maximum: 3 }] })
    expect(proxy.asked).toMatchObject([{ method: 'POST', target: `${url}/api/v1/query_range` }])
  })
})

describe('a cancelled job', () => {
  it('ends a request at once', async () => {
    const controller = new AbortController()
    const { url } = await faultUrl({ request: () => controller.abort() })
    await expect(query(url, { edges: edgesOf(controller.signal) })).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('is no failure of the last try', async () => {
    const controller = new AbortController()
    const { url, requests } = await faultUrl({
      request: (socket) => (requests().length < 3 ? socket.resetAndDestroy() : controller.abort()),
    })
    await expect(query(url, { edges: edgesOf(controller.signal) })).rejects.toMatchObject({ code: 'cancelled' })
    expect(requests()).toHaveLength(3)
  })

  it('ends a pause at once', async () => {
    const controller = new AbortController()
    const edges = edgesOf(controller.signal)
    const sleep = edges.clock.sleep.bind(edges.clock)
    edges.clock.sleep = (ms, signal) => {
      controller.abort()
      return sleep(ms, signal)
    }
    const { url, requests } = await faultUrl(respond({ status: 503 }))
    await expect(query(url, { edges })).rejects.toMatchObject({ code: 'cancelled' })
    expect(requests()).toHaveLength(1)
    expect(edges.clock.now()).toBe(0)
  })

  it('asks nothing any more', async () => {
    const { url, requests } = await faultUrl(good)
    await expect(query(url, { edges: edgesOf(AbortSignal.abort()) })).rejects.toMatchObject({ code: 'cancelled' })
    expect(requests()).toEqual([])
  })
})

describe('the points', () => {
  it.each([
    [0, 1, 1_000],
    [999, 1, 1_000],
    [1_000, 2, 1_000],
    [100_500, 101, 1_005],
    [249_000, 250, 1_000],
    [250_000, 250, 1_004],
    [7_200_000, 250, 28_915],
    [-5, 1, 1_000],
  ])('of %d ms are %d, every %d ms', (lengthMs, points, stepMs) => {
    expect(gridOf({ startMs: 1_000, endMs: 1_000 + lengthMs })).toEqual({ points, stepMs })
  })

  it('are as many as the server makes of them, and reach the end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400_000 }), (lengthMs) => {
        const { points, stepMs } = gridOf({ startMs: 0, endMs: lengthMs })
        expect(Math.floor(lengthMs / stepMs) + 1).toBe(points)
        expect(stepMs).toBeGreaterThanOrEqual(1_000)
        expect(lengthMs - (points - 1) * stepMs).toBeLessThan(points === 1 ? 1_000 : 250)
      }),
    )
  })
})

describe('a histogram', () => {
  const buckets = 'sum by (le, route) (rate(b[1m]))'
  const call = `histogram_quantile(0.95, ${buckets})`
  const bucketsOf = (route: string, ...bounds: string[]) =>
    bounds.map((le): [object, string[]] => [{ le, route }, ['1', '1', '1']])
  const usual = matrix(...bucketsOf('/a', '0.1', '0.5', '+Inf'), ...bucketsOf('/b', '0.1', '2.5', '+Inf'))

  /** Answers each query with what it is given for it. */
  const answering = (answers: Readonly<Record<string, object>>) =>
    stub(({ form }) => ({ body: '', ...(answers[form['query'] ?? ''] ?? matrix()) }))

  it('that is not saturated leaves no doubt', async () => {
    const values = matrix([{ route: '/a' }, ['0.1', '0.4', '0.2']], [{ route: '/b' }, ['0.5', '0.5', '0.5']])
    const server = await answering({ [call]: values, [buckets]: usual })
    expect(await query(server.url, { promql: call })).toMatchObject({ doubts: [], notes: [], series: [{}, {}] })
    expect(server.asked.map(({ form }) => form['query'])).toEqual([call, buckets])
  })

  it('whose quantile is its highest bound is saturated, and the number stays', async () => {
    const values = matrix([{ route: '/a' }, ['0.1', '0.5', '0.2']], [{ route: '/b' }, ['0.5', '0.5', '0.5']])
    const server = await answering({ [call]: values, [buckets]: usual })
    const found = await query(server.url, { promql: call })
    expect(found).toMatchObject({ series: [{ maximum: 0.5 }, {}], notes: [] })
    expect(isMissing(found) || found.doubts).toEqual([
      {
        missing: 'saturated-histogram',
        detail: expect.stringContaining('histogram_quantile returned 0.5 for {route="/a"}, the highest bound'),
      },
    ])
  })

  it('is also seen within a larger query, at every point', async () => {
    const promql = `1000 * max(${call})`
    const long = { startMs: 1_000_000, endMs: 1_049_000 }
    const values = Array.from({ length: 50 }, (_, index) => (index === 31 ? '0.5' : '0.1'))
    const whole = matrix([{}, values.map((value) => String(Number(value) * 1_000))])
    const server = await answering({ [promql]: whole, [call]: matrix([{ route: '/a' }, values]), [buckets]: usual })
    expect(await query(server.url, { promql, range: long })).toMatchObject({
      series: [{ maximum: 500 }],
      doubts: [{ missing: 'saturated-histogram' }],
    })
    const steps = Object.fromEntries(server.asked.map(({ form }) => [form['query'], form['step']]))
    expect(steps).toEqual({ [promql]: '1', [call]: '1', [buckets]: '2.041' })
  })

  it('whose series are not those of its buckets is compared with all of them', async () => {
    const server = await answering({ [call]: matrix([{ route: '/new' }, ['2.5', '2.5', '2.5']]), [buckets]: usual })
    expect(await query(server.url, { promql: call })).toMatchObject({ doubts: [{ missing: 'saturated-histogram' }] })
  })

  it.each<[string, string, object]>([
    ['without buckets', call, matrix()],
    [
      'whose buckets cannot be asked for',
      call,
      { status: 400, body: { status: 'error', errorType: 'bad_data', error: 'no' } },
    ],
    ['that cannot be taken apart', 'histogram_quantile(0.95, b, c)', usual],
  ])('%s is said not to be checked', async (_, promql, answer) => {
    const values = matrix([{ route: '/a' }, ['0.5', '0.5', '0.5']])
    const server = await answering({ [promql]: values, [buckets]: answer })
    expect(await query(server.url, { promql })).toMatchObject({
      doubts: [],
      notes: [expect.stringMatching(/^Not checked whether a histogram is saturated: ./)],
    })
  })

  it('that is native has no open bucket', async () => {
    const native = success('matrix', [{ metric: {}, histograms: [[1, {}]] }])
    const server = await answering({ [call]: matrix([{}, ['1', '1', '1']]), [buckets]: native })
    expect(await query(server.url, { promql: call })).toMatchObject({ doubts: [], notes: [] })
  })
})
