import { systemClock } from '@deploy-safety/common/clock'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alertsMatching, firingAlerts, nameAlerts } from '../../actions/perf-threshold/src/metrics/alerts.ts'
import { type MetricsEdges, requestThrough } from '../../actions/perf-threshold/src/metrics/edges.ts'
import type { Extremes } from '../../actions/perf-threshold/src/metrics/extremes.ts'
import { queryExtremes } from '../../actions/perf-threshold/src/metrics/prometheus.ts'
import { parseServer } from '../../actions/perf-threshold/src/metrics/server.ts'
import { isMissing, type Missing } from '../../actions/perf-threshold/src/quantity.ts'
import { describeWithTools } from '../with-tools.ts'
import { type PrometheusServer, startPrometheus } from './prometheus-server.ts'

const edges: MetricsEdges = {
  request: requestThrough(() => undefined),
  clock: systemClock,
  signal: new AbortController().signal,
}

const rules = [
  { alert: 'Loaded', expr: 'app_load > 0', labels: { severity: 'critical' } },
  { alert: 'Quiet', expr: 'app_load > 0', for: '1h', labels: { severity: 'critical' } },
  { alert: 'Also', expr: 'app_load > 0', labels: { severity: 'warning' } },
]

/** Every scrape sees ten requests more; those of the slow histogram are all slower than its highest bound. */
function appMetrics(): () => string {
  let scrapes = 0
  return () => {
    scrapes += 1
    const count = scrapes * 10
    const buckets = (name: string, counts: Readonly<Record<string, number>>) =>
      Object.entries(counts).map(([le, value]) => `${name}_bucket{le="${le}"} ${value}`)
    return [
      '# TYPE app_requests_total counter',
      `app_requests_total{path="/a"} ${count}`,
      `app_requests_total{path="/b"} ${count * 3}`,
      '# TYPE app_load gauge',
      'app_load 0.25',
      '# TYPE app_idle gauge',
      'app_idle 0',
      '# TYPE app_fast_seconds histogram',
      ...buckets('app_fast_seconds', { '0.1': count, '0.5': count, '+Inf': count }),
      `app_fast_seconds_sum ${count * 0.05}`,
      `app_fast_seconds_count ${count}`,
      '# TYPE app_slow_seconds histogram',
      ...buckets('app_slow_seconds', { '0.1': 0, '0.5': 0, '+Inf': count }),
      `app_slow_seconds_sum ${count * 3}`,
      `app_slow_seconds_count ${count}`,
      '',
    ].join('\n')
  }
}

describeWithTools('Prometheus', ['prometheus'], ({ prometheus }) => {
  let server: PrometheusServer
  let startMs: number
  beforeAll(async () => {
    server = await startPrometheus(prometheus, { metrics: appMetrics(), rules })
    const query = (promql: string) => queryExtremes(promql, scene(Date.now() - 1_000), edges)
    await until(async () => !isMissing(await query('rate(app_requests_total[3s])')))
    startMs = Date.now()
    await until(async () => {
      const count = await query(`count_over_time(app_load[1m])`)
      const found = await firingAlerts(parseServer(server.url), edges)
      return !isMissing(count) && (count.series[0]?.maximum ?? 0) >= 6 && !isMissing(found) && found.alerts.length === 2
    })
  })
  afterAll(() => server?.close())

  const scene = (from: number) => ({
    server: parseServer(server.url),
    range: { startMs: from, endMs: Math.max(from, Date.now() - 500) },
  })
  const ask = (promql: string) => queryExtremes(promql, scene(startMs), edges)
  const measured = async (promql: string): Promise<Extremes> => {
    const found = await ask(promql)
    if (isMissing(found)) throw new Error(found.detail)
    return found
  }

  test('gives every series of a window', async () => {
    const { series, doubts, notes, warnings } = await measured('sum by (path) (rate(app_requests_total[3s]))')
    expect(series.map(({ labels }) => labels)).toEqual([{ path: '/a' }, { path: '/b' }])
    for (const { minimum, maximum, points } of series) {
      expect(points).toBeGreaterThan(2)
      expect(minimum).toBeGreaterThan(0)
      expect(maximum).toBeGreaterThanOrEqual(minimum)
    }
    expect([...doubts, ...notes, ...warnings]).toEqual([])
  })

  test('warns of a series that ends within the window', async () => {
    const early = `app_requests_total{path="/a"} and on () (vector(time()) < ${startMs / 1_000 + 1.5})`
    const { series, doubts, warnings } = await measured(`app_requests_total{path="/b"} or (${early})`)
    expect(series).toHaveLength(2)
    expect(doubts).toEqual([])
    expect(warnings).toEqual([
      expect.stringMatching(/^1 of 2 series .*: app_requests_total\{.*path="\/a"\} at 2 of \d+ points/),
    ])
  })

  test('takes a scalar for a series', async () => {
    expect((await measured('scalar(app_load) * 2')).series).toMatchObject([{ labels: {}, minimum: 0.5, maximum: 0.5 }])
  })

  test.for<[string, Missing['missing']]>([
    ['nowhere_total', 'metrics-empty'],
    ['"text"', 'metrics-ambiguous'],
    ['app_load[5m]', 'metrics-ambiguous'],
    ['sum(', 'metrics-ambiguous'],
    ['app_load + on(job) app_requests_total', 'metrics-ambiguous'],
  ])('finds that %s is %s', async ([promql, missing]) => {
    expect(await ask(promql)).toMatchObject({ missing })
  })

  test('has its own words on a query that is wrong', async () => {
    expect(await ask('sum(')).toMatchObject({
      detail: expect.stringMatching(/^Prometheus responded with 400: .*parse error/),
    })
  })

  test.for(['app_idle / app_idle', 'app_load / app_idle', '-app_load / app_idle'])('doubts %s', async (promql) => {
    const { series, doubts } = await measured(promql)
    expect(series).toEqual([])
    expect(doubts).toMatchObject([{ missing: 'not-a-number' }])
  })

  test('sees a saturated histogram, alone and in a larger query', async () => {
    const call = 'histogram_quantile(0.95, sum by (le) (rate(app_slow_seconds_bucket[3s])))'
    for (const promql of [call, `max(${call}) * 1000 < 9999`]) {
      const { series, doubts } = await measured(promql)
      expect(series[0]?.maximum).toBe(promql === call ? 0.5 : 500)
      expect(doubts).toMatchObject([{ missing: 'saturated-histogram' }])
    }
  })

  test('leaves a histogram with room alone', async () => {
    const { series, doubts, notes } = await measured('histogram_quantile(0.95, rate(app_fast_seconds_bucket[3s]))')
    expect(series[0]?.maximum).toBeCloseTo(0.095, 9)
    expect([...doubts, ...notes]).toEqual([])
  })

  test('says which alerts are firing', async () => {
    const found = await firingAlerts(parseServer(server.url), edges)
    if (isMissing(found)) throw new Error(found.detail)
    expect(found.source).toBe('prometheus')
    const critical = alertsMatching(found.alerts, [{ name: 'severity', operator: '=~', value: 'crit.+' }])
    expect(isMissing(critical) ? critical : nameAlerts(critical)).toBe('"Loaded" ("critical")')
    expect(found.alerts).toHaveLength(2)
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await systemClock.sleep(200, edges.signal)
}
