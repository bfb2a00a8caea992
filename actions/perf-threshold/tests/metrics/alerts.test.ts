import { startFault } from '@deploy-safety/simulators/fault-server'
import { faults } from '@deploy-safety/simulators/faults'
import { describe, expect, it } from 'vitest'
import { parseGates } from '../../src/gates/parser.ts'
import { alertsMatching, firingAlerts, nameAlerts } from '../../src/metrics/alerts.ts'
import { matching } from '../../src/metrics/label-match.ts'
import { parseServer, withToken } from '../../src/metrics/server.ts'
import { edgesOf, stub } from '../support/metrics/stub.ts'

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
    expect(await namesOf(`${server.url}/api/v1/alerts`)).toBe('"A0"')
    expect(await namesOf(`${server.url}/api/v2/alerts`)).toBe('"A0", "A1"')
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
      detail: expect.stringContaining('This is not a list of alerts from Prometheus or Alertmanager: check alerts-url'),
    })
  })

  it('are unknown when the server is not to be had', async () => {
    const server = await stub(() => ({ status: 503, body: 'down' }))
    expect(await ask(`${server.url}/api/v1/alerts`)).toMatchObject({ missing: 'metrics-unreachable' })
    expect(server.asked).toHaveLength(3)
    const guessed = await stub(() => ({ status: 503, body: 'down' }))
    expect(await ask(guessed.url)).toMatchObject({
      detail: expect.stringContaining('end alerts-url with /api/v1/alerts'),
    })
    expect(guessed.asked).toHaveLength(3)
    const gone = await startFault(faults.silentAccept)
    await gone.close()
    const detail = expect.not.stringContaining('Also tried')
    expect(await ask(gone.url)).toEqual({ missing: 'metrics-unreachable', detail })
  })

  it.each([401, 403, 404, 405])('are asked for at the other path after %i', async (status) => {
    const server = await stub(({ path }) =>
      path === v2 ? { status, body: 'not for you' } : { body: ofPrometheus('firing') },
    )
    expect(await namesOf(server.url)).toBe('"A0"')
  })

  it.each([
    [
      401,
      404,
      /^http:\S+\/api\/v2\/alerts responded with 401: .*Also tried: http:\S+\/api\/v1\/alerts \(responded with 404\)/,
    ],
    [
      401,
      503,
      /^http:\S+\/api\/v2\/alerts responded with 401: .*Also tried: http:\S+\/api\/v1\/alerts \(responded with 503\)/,
    ],
    [
      404,
      403,
      /^http:\S+\/api\/v1\/alerts responded with 403: .*Also tried: http:\S+\/api\/v2\/alerts \(responded with 404\)/,
    ],
    [
      404,
      503,
      /^http:\S+\/api\/v1\/alerts responded with 503: .*Also tried: http:\S+\/api\/v2\/alerts \(responded with 404\)/,
    ],
    [
      404,
      404,
      /^http:\S+\/api\/v1\/alerts responded with 404: .*Also tried: http:\S+\/api\/v2\/alerts \(responded with 404\)/,
    ],
  ])('are unknown after %i and %i, and the message has both paths', async (first, second, detail) => {
    const server = await stub(({ path }) => ({ status: path === v2 ? first : second, body: 'x' }))
    const found = await ask(server.url)
    expect(found).toEqual({ missing: 'metrics-unreachable', detail: expect.stringMatching(detail) })
    expect(JSON.stringify(found)).toContain('end alerts-url with /api/v1/alerts')
  })

  it('are unknown in a state that is, and the message has the answer of the path that is there', async () => {
    const server = await serving({ '/api/v2/alerts': ofAlertmanager('odd') })
    expect(await ask(server.url)).toMatchObject({
      detail: expect.stringMatching(/^\S+v2\/alerts responded with 200: .*odd/),
    })
  })

  it('are asked for without a token that is for another server, and the refusal says so', async () => {
    const server = await stub(() => ({ status: 401, body: 'who' }))
    const withheld = { ...parseServer(`${server.url}/api/v2/alerts`), tokenIsFor: 'https://prom.test' }
    const detail = expect.stringMatching(/prometheus-token was not sent there: it is only for https:\/\/prom\.test/)
    expect(await firingAlerts(withheld, edgesOf())).toEqual({ missing: 'metrics-unreachable', detail })
    expect(server.asked[0]?.headers).not.toHaveProperty('authorization')
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
    ['=', 'severity', 'critical', ['High']],
    ['!=', 'severity', 'critical', ['Low', 'Watchdog']],
    ['=', 'severity', '', ['Watchdog']],
    ['!=', 'severity', '', ['High', 'Low']],
    ['=~', 'severity', 'crit.*|warning', ['High', 'Low']],
    ['=~', 'severity', 'crit', []],
    ['=~', 'severity', '.+', ['High', 'Low']],
    ['=~', 'severity', '.*', ['High', 'Low', 'Watchdog']],
    ['!~', 'alertname', '(?i)high|watch.*', ['Low']],
    ['=~', 'team', String.raw`pay\-ments`, ['High']],
    ['=~', 'team', String.raw`[a-z\-]+`, ['High']],
    ['=', 'constructor', '', ['High', 'Low', 'Watchdog']],
    // What only looks like a part that RE2 does not have.
    ['!~', 'team', String.raw`\(?=x|[(?=!]|(?<name>y)|\\1|(?i:z)`, ['High', 'Low', 'Watchdog']],
  ] as const)('knows %s on %s with %j', (operator, name, value, names) => {
    const found = alertsMatching(alerts, [{ name, operator, value }])
    expect('missing' in found ? found : found.map(({ labels }) => labels.alertname)).toEqual(names)
  })

  it.each([
    [String.raw`a\sb`, 'a b', true],
    [String.raw`a\sb`, 'a\u00a0b', false],
    [String.raw`a[\sx]b`, 'a\u00a0b', false],
    [String.raw`a[\sx]b`, 'axb', true],
    [String.raw`a\Sb`, 'a\u00a0b', true],
  ])('has the blanks of RE2: %s of %j is %s', (value, severity, holds) => {
    const [alert] = [{ labels: { severity } }]
    expect(matching([alert], [{ name: 'severity', operator: '=~', value }])).toHaveLength(holds ? 1 : 0)
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
        /is not a valid regular expression/,
      )
    },
  )

  it.each([
    '[^][]+',
    '[]x]',
    '[][]',
    'crit(?=ical).*',
    '(?!x).*',
    '.*(?<=x)',
    '.*(?<!x)',
    String.raw`(a)\1`,
    String.raw`(?<x>a)\k<x>`,
  ])('refuses %j, which RE2 does not have', (value) => {
    expect(() => alertsMatching(alerts, [{ name: 'a', operator: '=~', value }])).toThrow(
      /which regular expressions of Prometheus \(RE2\) do not support/,
    )
  })

  it('shows where a threshold has one', () => {
    expect(() => parseGates('alerts{severity=~"crit(?=ical)"} == 0')).toThrow(/"\(\?=".*\n.*\n {20,}\^\n/)
  })

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
    expect(nameAlerts(alerts)).toMatch(/^"A0", .*"A9" and 2 more$/)
    expect(nameAlerts(alerts.slice(0, 10))).toMatch(/"A9"$/)
    expect(nameAlerts([{ labels: {} }])).toBe('an alert without a name')
    expect(nameAlerts([])).toBe('')
  })

  it('quotes what is foreign', () => {
    const labels = { alertname: 'Slow\n::error::x', severity: 'high\n# x' }
    expect(nameAlerts([{ labels }])).toBe(String.raw`"Slow\n::error::x" ("high\n# x")`)
  })
})
