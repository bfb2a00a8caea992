import { cut, forMarkdown } from '@deploy-safety/common/escape'
import type { Breach } from './judging/breaches.ts'
import { formatWindow, type Judgement } from './judging/judgement.ts'
import { formatValue, unitOf } from './judging/measure.ts'

const mostThresholds = 20
const mostNamed = 10

/** Of thresholds on each endpoint or every window: those that failed, where there are several. Ten of each threshold. */
export function breachLists(judgements: readonly Judgement[]): string[] {
  const several = judgements.filter(({ breaches }) => (breaches?.count ?? 0) > 1).slice(0, mostThresholds)
  if (several.length === 0) return []
  return [several.map((judgement) => `- ${forMarkdown(lineOf(judgement))}`).join('\n')]
}

function lineOf({ gate, breaches = { count: 0, of: 0, worst: [] } }: Judgement): string {
  const { count, worst } = breaches
  const named = worst.slice(0, mostNamed).map((breach) => `${placeOf(breach)} (${numberOf(breach, gate)})`)
  const rest = count > named.length ? `, and ${count - named.length} more` : ''
  return `${cut(gate.source, 120)}: ${named.join(', ')}${rest}`
}

function placeOf({ endpoint, stretch }: Breach): string {
  const parts = [endpoint === undefined ? undefined : cut(endpoint, 120), stretch && formatWindow(stretch)]
  return parts.filter((part) => part !== undefined).join(' ')
}

function numberOf({ value: { value, low } }: Breach, gate: Judgement['gate']): string {
  return formatValue(value ?? low, unitOf(gate))
}
