import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { startFault } from '@deploy-safety/simulators/fault-server'
import { faults } from '@deploy-safety/simulators/faults'
import { respond } from '@deploy-safety/simulators/responder'
import { startAction } from '@deploy-safety/simulators/runner'
import { describe, expect, it } from 'vitest'
import { before, verdict } from '../bundle.ts'
import { check, folder, hey, k6, matrixOf, meetsContract, said, startPrometheus, workspace } from './run.ts'

const json = (body: unknown) =>
  respond({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

describe.concurrent('metrics', () => {
  const query = { 'prometheus-queries': 'cpu = avg(cpu)', thresholds: 'prometheus.cpu < 80%' }

  it.each<[string, unknown, string]>([
    ['a value below the limit', matrixOf('0.5'), 'passed ok'],
    ['a value above it', matrixOf('0.9'), 'failed threshold-exceeded'],
    ['nothing', { status: 'success', data: { resultType: 'matrix', result: [] } }, 'inconclusive metrics-empty'],
    ['NaN', matrixOf('NaN'), 'inconclusive not-a-number'],
    [
      'a text',
      { status: 'success', data: { resultType: 'string', result: [0, 'x'] } },
      'inconclusive metrics-ambiguous',
    ],
  ])('%s: %#', async (_, body, expected) => {
    await using server = await startFault(json(body))
    const run = await check({ ...query, 'prometheus-url': server.url, 'prometheus-token': 'k3y-of-the-kingdom' })
    expect(verdict(run)).toBe(expected)
    expect(server.requests().join()).toContain('k3y-of-the-kingdom')
    expect(`${said(run)}${JSON.stringify(run.report)}`).not.toContain('k3y-of-the-kingdom')
  })

  it.each([
    ['', 300],
    ['1m', 60],
  ])('prometheus-window %j is %i s', async (given, seconds) => {
    const windows: number[] = []
    await using server = await startPrometheus((_, form) => {
      windows.push(Number(form.get('end')) - Number(form.get('start')))
      return matrixOf('0.5')
    })
    await check({ ...query, 'prometheus-url': server.url, 'prometheus-window': given })
    expect(windows[0]).toBeCloseTo(seconds, -1)
  })

  it('a percentile in the last bucket is no pass', async () => {
    const buckets = ['0.1', '0.5', '+Inf'].map((le) => ({ metric: { le }, value: [1, '5'] }))
    const vector = { status: 'success', data: { resultType: 'vector', result: buckets } }
    await using server = await startPrometheus((query) =>
      query.includes('histogram_quantile') ? matrixOf('0.5') : vector,
    )
    const run = await check({
      'prometheus-url': server.url,
      'prometheus-queries': 'p95 = histogram_quantile(0.95, sum by (le) (rate(http_bucket[1m])))',
      thresholds: 'prometheus.p95 <= 0.5',
    })
    expect(verdict(run)).toBe('inconclusive saturated-histogram')
  })

  it('a server that is not there, and results that are not, are no pass', async () => {
    const gone = await startFault(faults.silentAccept)
    await gone.close()
    expect(verdict(await check({ ...query, 'prometheus-url': gone.url }))).toBe('inconclusive metrics-unreachable')
    await using server = await startFault(json(matrixOf('0.5')))
    // The time of the load test would be the window.
    expect(verdict(await check({ ...query, 'prometheus-url': server.url, results: 'none.json' }))).toBe(
      'inconclusive no-results',
    )
  })

  /** A matrix over the window that was asked for, of so many of its points for each series. */
  const pointsOf = (form: URLSearchParams, counts: Readonly<Record<string, number>>) => {
    const [start, step] = [Number(form.get('start')), Number(form.get('step'))]
    const result = Object.entries(counts).map(([i, count]) => ({
      metric: { i },
      values: Array.from({ length: count }, (_, index) => [start + index * step, '0.1']),
    }))
    return { status: 'success', data: { resultType: 'matrix', result }, warnings: ['store b is down'] }
  }

  it('a series that vanishes, and partial data, are warnings that everybody sees', async () => {
    await using server = await startPrometheus((_, form) => pointsOf(form, { a: 61, b: 3 }))
    const run = await check({ ...query, 'prometheus-url': server.url, 'prometheus-window': '1m' })
    expect(verdict(run)).toBe('passed ok')
    const messages = run.annotations.map(({ kind, message }) => `${kind} ${message}`).join('\n')
    expect(messages).toMatch(
      /^warning prometheus\.cpu: 1 of 2 series have numbers for only a part of the window: \{i="b"\} at 3 of 61 points/m,
    )
    expect(messages).toMatch(/^warning prometheus\.cpu: Prometheus warns: "store b is down"/m)
    expect(run.summary).toMatch(/⚠️.*at 3 of 61 points/)
  })

  it.each([
    [
      'the time of the load test',
      'run.json',
      /^Prometheus was queried from 2026-11-21T09:00:00Z to \S+Z \(the time of/m,
      0,
    ],
    ['no time of the load test', 'run.csv', /the last 5m\), not the time of the load test/, 1],
  ])('says when it was asked: %s', async (_, results, sentence, warnings) => {
    await using server = await startPrometheus((_query, form) => pointsOf(form, { a: 250 }))
    const cwd = workspace({ 'run.json': k6(250), 'run.csv': hey(250) })
    const run = await check({ ...query, 'prometheus-url': server.url, results }, cwd)
    expect(verdict(run)).toBe('passed ok')
    expect(run.log).toMatch(sentence)
    expect(run.annotations.filter(({ message }) => message.includes('was queried'))).toHaveLength(warnings)
    expect(JSON.stringify(run.report)).toContain('Prometheus was queried from')
  })

  it.each([
    ['prometheus-url', 'admin:longpassword@prom.test:9090'],
    ['prometheus-url', 'https:/admin:longpassword@prom.test:9090'],
    ['prometheus-url', 'https://admin:12/longpassword@prom.test'],
    ['alerts-url', 'htps//admin:longpassword@prom.test'],
  ])('%s %j is refused without its password', async (name, url) => {
    const run = await check({ thresholds: 'alerts == 0', [name]: url })
    expect(verdict(run)).toBe('inconclusive invalid-input')
    expect(run.masks.join()).toContain('longpassword')
    expect(`${said(run)}${JSON.stringify(run.report)}`).not.toContain('longpassword')
  })

  it('a short token is not shown, and does not go to another origin, which is said', async () => {
    await using prometheus = await startFault(
      respond({ status: 400, body: 'not with Bearer s3cr3t!, nor with s3cr3t!' }),
    )
    await using alerts = await startFault(respond({ status: 401, body: 'who are you' }))
    const given = { 'prometheus-url': prometheus.url, 'prometheus-token': 's3cr3t!', 'alerts-url': alerts.url }
    const run = await check({ ...query, ...given, thresholds: 'prometheus.cpu < 1\nalerts == 0' })
    expect(prometheus.requests().join()).toContain('s3cr3t!')
    expect(run.log).toContain(`prometheus-token was not sent there: it is only for ${prometheus.url}`)
    expect(run.log).toContain('/api/v1/alerts')
    expect(alerts.requests().join()).not.toContain('s3cr3t!')
    expect(`${said(run)}${JSON.stringify(run.report)}`).not.toContain('s3cr3t!')
    expect(run.masks).toContain('s3cr3t!')
  })

  it('the names of alerts are no lines and no commands', async () => {
    const labels = { alertname: 'Slow\n::error title=x::y\n##[group]z\n# H' }
    await using server = await startFault(json({ status: 'success', data: { alerts: [{ labels, state: 'firing' }] } }))
    const run = await check({ 'alerts-url': server.url, thresholds: 'alerts == 0\nwarn: alerts > 5' })
    expect(verdict(run)).toBe('failed alerts-firing')
    expect(run.summary).toContain('| alerts-firing "Slow&#92;n')
    expect(run.summary).not.toMatch(/^# H/m)
    expect(said(run)).not.toMatch(/^\s*##\[group|^# H/m)
    expect(run.report).toMatchObject({
      thresholds: [{ reasonCode: 'alerts-firing' }, { reasonCode: 'threshold-exceeded' }],
    })
  })

  it('alerts that are firing fail', async () => {
    const alert = {
      labels: { alertname: 'Slow', severity: 'critical' },
      annotations: {},
      state: 'firing',
      activeAt: '2026-11-21T09:00:00Z',
      value: '1e+00',
    }
    await using server = await startFault(json({ status: 'success', data: { alerts: [alert] } }))
    const run = await check({
      'alerts-url': `${server.url}/api/v1/alerts`,
      thresholds: 'alerts{severity="critical"} == 0',
    })
    expect(verdict(run)).toBe('failed alerts-firing')
    expect(said(run)).toContain('Slow')
  })
})

describe.concurrent('a cancelled job', () => {
  it('ends in time while Prometheus is asked, with report and summary', async () => {
    await using server = await startFault(faults.silentAccept)
    const action = startAction({
      folder,
      inputs: { 'prometheus-url': server.url, 'prometheus-queries': 'cpu = cpu', thresholds: 'prometheus.cpu < 1' },
    })
    while (server.connections() === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    action.cancel()
    const run = meetsContract(await action.done)
    expect(verdict(run)).toBe('inconclusive cancelled')
    expect(run.signal).toBeNull()
  })

  it('ends in time while a large file is read', async () => {
    const cwd = workspace()
    // Packed, it is small on the disk; unpacked, it takes many seconds to read.
    const block = gzipSync(k6(20_000), { level: 9 })
    writeFileSync(join(cwd, 'run.json.gz'), Buffer.concat(Array.from({ length: 3_000 }, () => block)))
    const env = before('process.on("newListener", (name) => { if (name === "SIGINT") console.log("it listens") })')
    const action = startAction({ folder, cwd, env, inputs: { results: 'run.json.gz', thresholds: 'p95 < 1s' } })
    await action.printed('it listens')
    await new Promise((resolve) => setTimeout(resolve, 500))
    action.cancel()
    const run = meetsContract(await action.done)
    expect(verdict(run)).toBe('inconclusive cancelled')
    expect(run.signal).toBeNull()
  })
})
