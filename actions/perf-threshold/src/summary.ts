import { forCodeBlock, forMarkdown } from '@deploy-safety/common/escape'
import { fold } from '@deploy-safety/common/markdown'
import { timeChart } from './chart.ts'
import { endpointTables } from './endpoint-table.ts'
import { fidelityNotes } from './fidelity-notes.ts'
import type { Judgement } from './judging/judgement.ts'
import { formatValue } from './judging/measure.ts'
import type { Outcome } from './outcome.ts'
import { textHistogram } from './text-histogram.ts'
import { thresholdTable } from './threshold-table.ts'
import type { FiguresView } from './view.ts'

/**
 * The summary below its verdict: the gates, the slowest endpoints, how latency went over time and how it is spread, and
 * what to know of the numbers. Markdown, already escaped.
 */
export function renderSummary(
  outcome: Outcome,
  figures: FiguresView | undefined,
  endpoints: readonly FiguresView[],
): string[] {
  const { judgements, notes, warnings } = outcome
  return [
    ...overview(outcome, figures),
    ...thresholdTable(judgements),
    // The sign must not be escaped: a part of it is invisible.
    ...list(warnings, '⚠️ '),
    ...(figures === undefined ? [] : endpointTables(figures, endpoints)),
    ...charts(outcome),
    ...list([...fidelityNotes(judgements, figures), ...notes], ''),
  ]
}

/** `2 of 5 thresholds failed, 1 undecided · 60000 requests in 600 s, 100/s · k6-json, 3 files`. */
function overview({ judgements, results }: Outcome, figures: FiguresView | undefined): string[] {
  if (judgements.length === 0) return []
  return [[tally(judgements), ...requestsText(results, figures), ...filesText(results)].join(' · ')]
}

function tally(judgements: readonly Judgement[]): string {
  const count = (verdict: Judgement['verdict']) =>
    judgements.filter((judgement) => judgement.verdict === verdict).length
  const all = judgements.length
  const parts = (['failed', 'undecided', 'skipped', 'passed'] as const).flatMap((verdict) =>
    count(verdict) === 0 ? [] : [`${count(verdict)} ${verdict}`],
  )
  return `**${all} ${all === 1 ? 'threshold' : 'thresholds'}:** ${parts.join(', ')}`
}

function requestsText(results: Outcome['results'], figures: FiguresView | undefined): string[] {
  if (results === undefined || figures === undefined || figures.count === null) return []
  const { durationMs } = results.test
  const rate =
    figures.throughput === null ? '' : `, ${formatValue(Number(figures.throughput.toPrecision(4)), 'per-second')}`
  const time = durationMs === undefined ? '' : ` in ${Number((durationMs / 1_000).toPrecision(4))} s`
  return [`${figures.count} requests${time}${rate}`]
}

function filesText(results: Outcome['results']): string[] {
  if (results === undefined) return []
  const { length } = results.files
  return [`${forMarkdown(results.format)}, ${length} ${length === 1 ? 'file' : 'files'}`]
}

const mostNotes = 20

function list(sentences: readonly string[], sign: string): string[] {
  if (sentences.length === 0) return []
  const rest = sentences.length - mostNotes
  return [
    [
      ...sentences.slice(0, mostNotes).map((sentence) => `- ${sign}${forMarkdown(sentence)}`),
      ...(rest > 0 ? [`- ${rest} more are in the report.`] : []),
    ].join('\n'),
  ]
}

function charts({ results, judgements }: Outcome): string[] {
  if (results === undefined) return []
  const { test } = results
  const chart = timeChart(
    test,
    limitOf(judgements, ({ measure }) => measure.kind === 'percentile' && measure.share === 0.95),
  )
  const histogram = textHistogram(
    test.all.latencies,
    limitOf(judgements, ({ measure, everyMs }) => measure.kind === 'percentile' && everyMs === undefined),
  )
  return [
    ...chart,
    ...(histogram === undefined ? [] : [fold('How the latencies are spread', [forCodeBlock(histogram)])]),
  ]
}

/** In milliseconds: that of a gate on all requests, of a broken one first. */
function limitOf(judgements: readonly Judgement[], fits: (gate: Judgement['gate']) => boolean): number | undefined {
  const fitting = judgements.filter(({ gate }) => gate.scope.kind === 'all' && fits(gate))
  const binding = fitting.filter(({ gate }) => gate.level === 'error')
  const shown = binding.find(({ verdict }) => verdict === 'failed') ?? binding[0] ?? fitting[0]
  return shown?.limit?.value
}
