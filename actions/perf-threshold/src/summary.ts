import { forCodeBlock, forMarkdown } from '@deploy-safety/common/escape'
import { fold } from '@deploy-safety/common/markdown'
import { timeChart } from './chart.ts'
import { endpointTables } from './endpoint-table.ts'
import { fidelityNotes } from './fidelity-notes.ts'
import type { Judgement } from './judging/judgement.ts'
import type { Outcome } from './outcome.ts'
import { textHistogram } from './text-histogram.ts'
import { thresholdTable } from './threshold-table.ts'
import type { FiguresView } from './view.ts'

/**
 * The summary below its head: the thresholds, the slowest endpoints, latency over time and its distribution, and what to
 * know of the numbers. Markdown, already escaped.
 */
export function renderSummary(
  outcome: Outcome,
  figures: FiguresView | undefined,
  endpoints: readonly FiguresView[],
): string[] {
  const { judgements, notes, warnings } = outcome
  return [
    ...thresholdTable(outcome, figures?.count ?? null),
    // The sign must not be escaped: a part of it is invisible.
    ...list(warnings, '⚠️ '),
    ...(figures === undefined ? [] : endpointTables(figures, endpoints)),
    ...charts(outcome),
    ...list([...fidelityNotes(judgements), ...notes], ''),
  ]
}

const mostNotes = 20

function list(sentences: readonly string[], sign: string): string[] {
  if (sentences.length === 0) return []
  const rest = sentences.length - mostNotes
  return [
    [
      ...sentences.slice(0, mostNotes).map((sentence) => `- ${sign}${forMarkdown(sentence)}`),
      ...(rest > 0 ? [`- ${rest} more are in the report only`] : []),
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
  return [...chart, ...(histogram === undefined ? [] : [fold('Latency distribution', [forCodeBlock(histogram)])])]
}

/** In milliseconds: that of a gate on all requests, of a broken one first. */
function limitOf(judgements: readonly Judgement[], fits: (gate: Judgement['gate']) => boolean): number | undefined {
  const fitting = judgements.filter(({ gate }) => gate.scope.kind === 'all' && fits(gate))
  const binding = fitting.filter(({ gate }) => gate.level === 'error')
  const shown = binding.find(({ verdict }) => verdict === 'failed') ?? binding[0] ?? fitting[0]
  return shown?.limit?.value
}
