import { describe, expect, it } from 'vitest'
import { alertsMatching, firingAlerts, nameAlerts } from '../../src/metrics/alerts.ts'
import { parseServer, withToken } from '../../src/metrics/server.ts'
import { edgesOf, stub } from './stub.ts'

const ofPrometheus = (...states: readonly string[]) => ({
  status: 'success',
  data: { alerts: states.map((state, index) => ({ labels: { alertname: `A${index}` }, annotations: {}, state })) },
})
const ofAlertmanager = (...states: readonly string[]) =>
  states.map((state, index) => ({ labels: { alertname: `A${index}` }, status: { state, silencedBy: [] } }))
const v2 = '/api/v2/alerts?active=true&silenced=false&inhibited=false'

/** Knows these paths and no others. */
const serving = (answers: Readonly<Record<string, unknown>>) =>
  stub(({ path }) => {
    const body = answers[path.split('?')[0] ?? '']
    return body === undefined ? { status: 404, body: '404 page not found' } : { body }
  })
const ask = (url: string) => firingAlerts(parseServer(url), edgesOf())
const namesOf = async (url: string) => {
  const found = await ask(url)
  return 'missing' in found ? found.detail : nameAlerts(found.alerts)
}

describe('the firing alerts', () => {
  it('of Prometheus are those that are not pending', async () => {
    const server = await serving({ '/p/api/v1/alerts': ofPrometheus('firing', 'pending', 'firing', 'inactive') })
    expect(await ask(`${server.url}/p/`)).toEqual({
      source: 'prometheus',
      alerts: [{ labels: { alertname: 'A0' } }, { labels: { alertname: 'A2' } }],
    })
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET /p${v2}`, 'GET /p/api/v1/alerts'])
  })

  it('of Alertmanager are those that are not suppressed', async () => {
    const server = await serving({ '/api/v2/alerts': ofAlertmanager('active', 'suppressed', 'unprocessed') })
    expect(await ask(server.url)).toEqual({
      source: 'alertmanager',
      alerts: [{ labels: { alertname: 'A0' } }, { labels: { alertname: 'A2' } }],
    })
    expect(server.asked.map(({ path }) => path)).toEqual([v2])
  })

  it('are asked for at the path that the URL names', async () => {
    const server = await serving({
      '/api/v1/alerts': ofPrometheus('firing'),
      '/api/v2/alerts': ofAlertmanager('active', 'active'),
    })
    expect(await namesOf(`${server.url}/api/v1/alerts`)).toBe('A0')
    expect(await namesOf(`${server.url}/api/v2/alerts`)).toBe('A0, A1')
    expect(server.asked.map(({ path }) => path)).toEqual(['/api/v1/alerts', v2])
  })

  it('are asked for nowhere else than at that path', async () => {
    const server = await serving({ '/api/v1/alerts': ofPrometheus() })
    expect(await ask(`${server.url}/api/v2/alerts`)).toMatchObject({ missing: 'metrics-unreachable' })
    expect(server.asked).toHaveLength(1)
  })

  it('may be none', async () => {
    const prometheus = await serving({ '/api/v1/alerts': ofPrometheus() })
    expect(await ask(prometheus.url)).toEqual({ source: 'prometheus', alerts: [] })
    const alertmanager = await serving({ '/api/v2/alerts': [] })
    expect(await ask(alertmanager.url)).toEqual({ source: 'alertmanager', alerts: [] })
  })

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['nothing that is known', {}],
    ['an alert in an unknown state', { '/api/v1/alerts': ofPrometheus('firing', 'odd') }],
    ['an alert of Alertmanager in an unknown state', { '/api/v2/alerts': ofAlertmanager('odd') }],
    ['an alert without labels', { '/api/v1/alerts': { status: 'success', data: { alerts: [{ state: 'firing' }] } } }],
    ['an alert that is null', { '/api/v2/alerts': [null] }],
    ['the first version of Alertmanager', { '/api/v1/alerts': { status: 'success', data: [] } }],
    ['an error', { '/api/v1/alerts': { status: 'error', error: 'x' } }],
    ['a page', { '/api/v1/alerts': '<html>', '/api/v2/alerts': '<html>' }],
  ])('are unknown when the server has %s', async (_, answers) => {
    const server = await serving(answers)
    expect(await ask(server.url)).toEqual({
      missing: 'metrics-unreachable',
      detail: expect.stringContaining('Those are no alerts of Prometheus or Alertmanager: check alerts-url'),
    })
  })

  it('are unknown when the server is not to be had', async () => {
    const server = await stub(() => ({ status: 503, body: 'down' }))
    expect(await ask(server.url)).toMatchObject({ missing: 'metrics-unreachable' })
    expect(server.asked).toHaveLength(3)
  })

  it('are asked for with the token', async () => {
    const server = await serving({ '/api/v2/alerts': [] })
    await firingAlerts(withToken(parseServer(server.url), 'token-1234'), edgesOf())
    expect(server.asked[0]?.headers.authorization).toBe('Bearer token-1234')
  })
})

describe('alertsMatching', () => {
  const alerts = [
    { labels: { alertname: 'High', severity: 'critical', team: 'pay-ments' } },
    { labels: { alertname: 'Low', severity: 'warning' } },
    { labels: { alertname: 'Watchdog' } },
  ]
  it.each([
    ['=', 'severity', 'critical', 'High (critical)'],
    ['!=', 'severity', 'critical', 'Low (warning), Watchdog'],
    ['=', 'severity', '', 'Watchdog'],
    ['!=', 'severity', '', 'High (critical), Low (warning)'],
    ['=~', 'severity', 'crit.*|warning', 'High (critical), Low (warning)'],
    ['=~', 'severity', 'crit', ''],
    ['=~', 'severity', '.+', 'High (critical), Low (warning)'],
    ['=~', 'severity', '.*', 'High (critical), Low (warning), Watchdog'],
    ['!~', 'alertname', '(?i)high|watch.*', 'Low (warning)'],
    ['=~', 'team', String.raw`pay\-ments`, 'High (critical)'],
    ['=~', 'team', String.raw`[a-z\-]+`, 'High (critical)'],
    ['=', 'constructor', '', 'High (critical), Low (warning), Watchdog'],
  ] as const)('knows %s on %s with %j', (operator, name, value, names) => {
    const found = alertsMatching(alerts, [{ name, operator, value }])
    expect('missing' in found ? found : nameAlerts(found)).toBe(names)
  })

  it('wants every match', () => {
    const matches = [
      { name: 'severity', operator: '=~', value: '.+' },
      { name: 'alertname', operator: '!=', value: 'High' },
    ] as const
    expect(alertsMatching(alerts, matches)).toEqual([alerts[1]])
    expect(alertsMatching(alerts, [])).toEqual(alerts)
  })

  it.each(['(', String.raw`\Acritical\z`, String.raw`\Qa.b\E`, '[[:alpha:]]+', '(?P<x>a)', String.raw`\pL+`, '(?U)a+'])(
    'refuses %j, which JavaScript does not have or reads differently',
    (value) => {
      expect(() => alertsMatching(alerts, [{ name: 'a', operator: '=~', value }])).toThrow(
        /is not a regular expression/,
      )
    },
  )

  it('gives up on an expression that takes for ever', () => {
    const slow = [{ labels: { a: `${'a'.repeat(40)}!` } }]
    expect(alertsMatching(slow, [{ name: 'a', operator: '=~', value: '(a+)+' }])).toMatchObject({
      missing: 'metrics-ambiguous',
    })
  })
})

describe('nameAlerts', () => {
  it('names at most ten', () => {
    const alerts = Array.from({ length: 12 }, (_, index) => ({ labels: { alertname: `A${index}` } }))
    expect(nameAlerts(alerts)).toMatch(/^A0, .*A9 and 2 more$/)
    expect(nameAlerts(alerts.slice(0, 10))).toMatch(/A9$/)
    expect(nameAlerts([{ labels: {} }])).toBe('an alert without a name')
    expect(nameAlerts([])).toBe('')
  })
})
