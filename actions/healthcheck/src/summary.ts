import { cut, forCodeBlock, forMarkdown } from '@deploy-safety/common/escape'
import { fold } from '@deploy-safety/common/markdown'
import { latencyChart } from './chart.ts'
import { connectionDetails } from './connection-details.ts'
import type { ShownTarget } from './shown-target.ts'
import { addressTable, targetTable } from './target-table.ts'

/**
 * The summary below its head, as Markdown: what to do about further reasons, a row per target where there are
 * several, bodies, charts, and the connections under a fold.
 * @param explained the reason whose next step is in the head
 */
export function renderSummary(targets: readonly ShownTarget[], explained: string | undefined): string[] {
  return [
    ...insecureBanner(targets),
    ...otherNextSteps(targets, explained),
    ...overview(targets),
    ...addressTable(targets),
    ...bodies(targets),
    ...charts(targets),
    ...connectionDetails(targets),
  ]
}

function insecureBanner(targets: readonly ShownTarget[]): string[] {
  if (!targets.some(({ check }) => check.target.route.insecure)) return []
  const text =
    '`insecure: true`: certificates were **not** verified. Anyone on the network path can impersonate the service.'
  return [`> [!CAUTION]\n> ${text}`]
}

// With more rows than a screen shows, what is well goes under a fold.
const mostRows = 20

/** What is not well comes first. One target is in the head. */
function overview(targets: readonly ShownTarget[]): string[] {
  if (targets.length < 2) return []
  const bad = targets.filter(({ view }) => view.verdict !== 'healthy')
  const good = targets.filter(({ view }) => view.verdict === 'healthy')
  if (targets.length <= mostRows) return [targetTable([...bad, ...good])]
  return [
    ...(bad.length === 0 ? [] : [targetTable(bad)]),
    ...(good.length === 0 ? [] : [fold(`${good.length} healthy targets`, [targetTable(good)])]),
  ]
}

function otherNextSteps(targets: readonly ShownTarget[], explained: string | undefined): string[] {
  const codes = targets.filter(({ view }) => view.verdict !== 'healthy').map(({ view }) => view.reasonCode)
  const steps = new Map(targets.map(({ view }) => [view.reasonCode, view.nextStep]))
  const others = [...new Set(codes)].filter((code) => code !== explained && code !== 'cancelled')
  if (others.length === 0) return []
  return [others.map((code) => `- Next for \`${code}\`: ${forMarkdown(steps.get(code) ?? '')}`).join('\n')]
}

// The first ones are read; the report has them all.
const mostBodies = 3
const excerptLength = 500

function bodies(targets: readonly ShownTarget[]): string[] {
  const failing = targets.filter(({ view, excerpt }) => view.verdict !== 'healthy' && excerpt !== '')
  const shown = failing
    .slice(0, mostBodies)
    .flatMap(({ view, excerpt }) => [
      `Response body of **${forMarkdown(view.name)}**:`,
      forCodeBlock(cut(excerpt, excerptLength)),
    ])
  return failing.length <= mostBodies ? shown : [...shown, `${restText(failing.length - mostBodies)} in the report.`]
}

function restText(count: number): string {
  return count === 1 ? '1 more response body is' : `${count} more response bodies are`
}

// A page of charts is looked at by nobody; the slowest are what a chart is for.
const mostCharts = 3

/** Charts of the slowest targets; of several they stand under a fold. */
function charts(targets: readonly ShownTarget[]): string[] {
  const slowest = targets.toSorted((one, other) => (other.view.latencyP95Ms ?? 0) - (one.view.latencyP95Ms ?? 0))
  const drawn = slowest.flatMap(({ view, check }) => {
    const chart = latencyChart(view.latenciesMs, check.rules.maxP95Ms)
    return chart === undefined ? [] : [{ name: view.name, chart }]
  })
  if (targets.length === 1) return drawn.map(({ chart }) => chart)
  const blocks = drawn.slice(0, mostCharts).flatMap(({ name, chart }) => [`**${forMarkdown(name)}**`, chart])
  return blocks.length === 0 ? [] : [fold('Latency', blocks)]
}
