import { cut, forMarkdown } from '@deploy-safety/common/escape'
import type { Breach } from './judging/breaches.ts'
import type { Judgement } from './judging/judgement.ts'
import { formatValue, unitOf } from './judging/measure.ts'

const mostThresholds = 20
const mostNamed = 10

/** Of gates on each endpoint or every stretch: those that do not hold, where there are several. Ten of each gate. */
export function breachLists(judgements: readonly Judgement[]): string[] {
  const several = judgements.filter(({ breaches }) => (breaches?.count ?? 0) > 1).slice(0, mostThresholds)
  if (several.length === 0) return []
  return [several.map((judgement) => `- ${forMarkdown(lineOf(judgement))}`).join('\n')]
}

function lineOf({ gate, breaches = { count: 0, of: 0, worst: [] } }: Judgement): string {
  const { count, of, worst } = breaches
  const named = worst.slice(0, mostNamed).map((breach) => `${placeOf(breach)} (${numberOf(breach, gate)})`)
  const rest = count > named.length ? `, and ${count - named.length} more` : ''
  return `${cut(gate.source, 120)} does not hold for ${count} of ${of}: ${named.join(', ')}${rest}`
}

function placeOf({ endpoint, stretch }: Breach): string {
  const times = stretch && [stretch.fromMs, stretch.toMs].map((ms) => formatValue(ms / 1_000, 'number')).join(' to ')
  const parts = [endpoint === undefined ? undefined : cut(endpoint, 120), times && `${times} s`]
  return parts.filter((part) => part !== undefined).join(', ')
}

function numberOf({ value: { value, low } }: Breach, gate: Judgement['gate']): string {
  return formatValue(Number((value ?? low).toPrecision(4)), unitOf(gate.measure))
}
