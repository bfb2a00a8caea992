import { formatDuration } from '@deploy-safety/common/duration'
import { cut, forCodeBlock, forMarkdown } from '@deploy-safety/common/escape'
import { fold, type Markup, markup, table } from '@deploy-safety/common/markdown'
import type { TargetView } from './view.ts'

const excerptLength = 500

/** The summary below its verdict: a row per target, then the details under a fold. */
export function renderSummary(views: readonly TargetView[]): string[] {
  return views.length === 0 ? [] : [overview(views), fold('Timings, addresses, redirects and bodies', details(views))]
}

function overview(views: readonly TargetView[]): string {
  return table(
    ['Target', 'Verdict', 'Status', 'Version', 'Attempts', 'Last', 'p95', 'Reason', 'Next step'],
    views.map((view) => [
      view.name,
      verdictCell(view),
      view.lastAnswer?.status,
      view.lastAnswer?.version === null ? undefined : cut(view.lastAnswer?.version ?? '', 40),
      view.freeTries === 0 ? view.attempts : `${view.attempts} (and ${view.freeTries} in the start period)`,
      duration(view.lastAnswer?.latencyMs),
      duration(view.latencyP95Ms),
      view.reason === 'ok' ? undefined : `${view.reason}: ${cut(view.detail, 200)}`,
      view.nextStep,
    ]),
  )
}

function verdictCell({ verdict, required }: TargetView): Markup {
  const icon = { healthy: '✅', unhealthy: '❌', unverifiable: '❔', undecided: '⏹️' }[verdict]
  return markup(`${icon} ${verdict}${required ? '' : ' (not required)'}`)
}

function details(views: readonly TargetView[]): string[] {
  const answered = views.flatMap(({ name, lastAnswer }) => (lastAnswer === null ? [] : [{ name, ...lastAnswer }]))
  const timings = table(
    ['Target', 'Address', 'DNS', 'Connect', 'TLS', 'First byte', 'Body'],
    answered.map(({ name, address, phases }) => [
      name,
      address,
      duration(phases.dnsMs),
      duration(phases.connectMs),
      duration(phases.tlsMs),
      duration(phases.firstByteMs),
      duration(phases.bodyMs),
    ]),
  )
  const redirects = answered.flatMap(({ name, redirects: hops }) =>
    hops.map(({ status, to }) => `- ${forMarkdown(`${name}: ${status} → ${to}`)}`),
  )
  const bodies = views
    .filter(({ verdict, lastAnswer }) => verdict !== 'healthy' && (lastAnswer?.excerpt ?? '') !== '')
    .flatMap(({ name, lastAnswer }) => [
      `Last body of ${forMarkdown(name)}:`,
      forCodeBlock(cut(lastAnswer?.excerpt ?? '', excerptLength)),
    ])
  return [
    answered.length === 0 ? 'No target answered.' : timings,
    ...(redirects.length === 0 ? [] : [`Redirects:\n${redirects.join('\n')}`]),
    ...bodies,
  ]
}

function duration(ms: number | null | undefined): string | undefined {
  return ms === null || ms === undefined ? undefined : formatDuration(ms)
}
