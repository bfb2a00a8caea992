import { formatDuration } from '@deploy-safety/common/duration'
import { cut, forCodeBlock, forMarkdown } from '@deploy-safety/common/escape'
import { fold, type Markup, markup, table } from '@deploy-safety/common/markdown'
import { latencyChart } from './chart.ts'
import type { TargetView } from './view.ts'

const excerptLength = 500

/** The summary below its verdict: a row per target, charts where there is enough to draw, the details under a fold. */
export function renderSummary(views: readonly TargetView[]): string[] {
  if (views.length === 0) return []
  return [...overview(views), ...charts(views), fold('Timings, addresses, redirects and bodies', details(views))]
}

// With more rows than a screen shows, what is well goes under a fold.
const mostRows = 20

/** What is not well comes first. */
function overview(views: readonly TargetView[]): string[] {
  const bad = views.filter(({ verdict }) => verdict !== 'healthy')
  const good = views.filter(({ verdict }) => verdict === 'healthy')
  if (views.length <= mostRows) return [targetTable([...bad, ...good])]
  return [
    ...(bad.length === 0 ? [] : [targetTable(bad)]),
    ...(good.length === 0 ? [] : [fold(`${good.length} healthy targets`, [targetTable(good)])]),
  ]
}

function targetTable(views: readonly TargetView[]): string {
  return table(
    ['Target', 'Verdict', 'Status', 'Version', 'Attempts', 'Last', 'p95', 'Reason', 'Next step'],
    views.map((view) => [
      view.name,
      verdictCell(view),
      view.lastResponse?.status ?? undefined,
      view.lastResponse?.version === null ? undefined : cut(view.lastResponse?.version ?? '', 40),
      view.freeAttempts === 0 ? view.attempts : `${view.attempts} (and ${view.freeAttempts} in the start period)`,
      duration(view.lastResponse?.latencyMs),
      duration(view.latencyP95Ms),
      view.reasonCode === 'ok' ? undefined : `${view.reasonCode}: ${cut(view.detail, 200)}`,
      view.nextStep,
    ]),
  )
}

// A page of charts is looked at by nobody; the slowest are what a chart is for.
const mostCharts = 3

/** Charts of the slowest targets; of several they stand under a fold. */
function charts(views: readonly TargetView[]): string[] {
  const slowest = [...views].sort((one, other) => (other.latencyP95Ms ?? 0) - (one.latencyP95Ms ?? 0))
  const drawn = slowest.flatMap(({ latenciesMs }) => latencyChart(latenciesMs, undefined) ?? []).slice(0, mostCharts)
  return views.length === 1 || drawn.length === 0 ? drawn : [fold('Latency', drawn)]
}

function verdictCell({ verdict, required }: TargetView): Markup {
  const icon = { healthy: '✅', unhealthy: '❌', unverifiable: '❔', undecided: '⏹️' }[verdict]
  return markup(`${icon} ${verdict}${required ? '' : ' (not required)'}`)
}

function details(views: readonly TargetView[]): string[] {
  const answered = views.flatMap(({ name, lastResponse }) => (lastResponse === null ? [] : [{ name, ...lastResponse }]))
  const timings = table(
    ['Target', 'Address', 'Proxy', 'DNS', 'Connect', 'TLS', 'First byte', 'Body', 'Certificate until'],
    answered.map(({ name, address, proxy, phases, certificateValidTo }) => [
      name,
      address,
      proxy ?? undefined,
      duration(phases.dnsMs),
      duration(phases.connectMs),
      duration(phases.tlsMs),
      duration(phases.firstByteMs),
      duration(phases.bodyMs),
      certificateValidTo?.slice(0, 10),
    ]),
  )
  const redirects = answered.flatMap(({ name, redirects: hops }) =>
    hops.map(({ status, to }) => `- ${forMarkdown(`${name}: ${status} → ${to}`)}`),
  )
  const bodies = views
    .filter(({ verdict, lastResponse }) => verdict !== 'healthy' && (lastResponse?.excerpt ?? '') !== '')
    .flatMap(({ name, lastResponse }) => [
      `Last body of ${forMarkdown(name)}:`,
      forCodeBlock(cut(lastResponse?.excerpt ?? '', excerptLength)),
    ])
  return [
    answered.length === 0 ? 'No target answered.' : timings,
    ...addresses(views),
    ...(redirects.length === 0 ? [] : [`Redirects:\n${redirects.join('\n')}`]),
    ...bodies,
  ]
}

/** How each address did, where all were asked. */
function addresses(views: readonly TargetView[]): string[] {
  const rows = views.flatMap(({ name, addresses: results }) =>
    results.map(({ address, reasonCode, detail }) => [name, address, reasonCode, cut(detail, 200)]),
  )
  return rows.length === 0 ? [] : [table(['Target', 'Address', 'Result', 'Detail'], rows)]
}

function duration(ms: number | null | undefined): string | undefined {
  return ms === null || ms === undefined ? undefined : formatDuration(ms)
}
