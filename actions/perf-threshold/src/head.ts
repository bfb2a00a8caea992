import { forMarkdown } from '@deploy-safety/common/escape'
import { formatNumber } from '@deploy-safety/common/number'
import type { Summary } from '@deploy-safety/common/outcome'
import type { Gate } from './gates/gate.ts'
import { worstOf } from './judging/each.ts'
import type { Judgement } from './judging/judgement.ts'
import { detailOf } from './judging/verdict.ts'
import { observedText } from './number-text.ts'
import type { Outcome } from './outcome.ts'

/** `4 of 5 thresholds failed`, `passed (5 thresholds)`, `inconclusive (too-few-samples)`. */
export function headlineOf(outcome: Outcome): string {
  const { judgements, reasonCode } = outcome
  const all = counted(judgements.length, 'threshold')
  const [failed, undecided] = [countOf(judgements, 'failed'), countOf(judgements, 'undecided')]
  const rest = othersOf(judgements)
  switch (outcome.outcome) {
    case 'failed':
      return [`${failed} of ${all} failed`, ...(undecided > 0 ? [`${undecided} undecided`] : []), ...rest].join(', ')
    case 'passed': {
      const passed = judgements.filter(({ verdict }) => verdict === 'passed').length
      return `passed (${[passed === judgements.length ? all : `${passed} of ${all}`, ...rest].join(', ')})`
    }
    case 'inconclusive': {
      const isOfSome = undecided < judgements.length && decisiveOf(outcome) !== undefined
      return `inconclusive (${isOfSome ? `${undecided} of ${all} undecided` : reasonCode})`
    }
  }
}

/** What is neither passed nor decides. */
function othersOf(judgements: readonly Judgement[]): string[] {
  const skipped = countOf(judgements, 'skipped')
  const warnings = judgements.filter(isWarning).length
  return [
    ...(skipped > 0 ? [`${skipped} skipped: no baseline yet`] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ]
}

function countOf(judgements: readonly Judgement[], verdict: Judgement['verdict']): number {
  return judgements.filter((judgement) => isBinding(judgement, verdict)).length
}

/** The same and what decided, in one sentence for log and report. */
export function messageOf(outcome: Outcome): string {
  const { judgements, detail } = outcome
  const rest = othersOf(judgements)
  if (outcome.outcome === 'passed') return [detail, ...rest].join('; ')
  if (judgements.length < 2 || decisiveOf(outcome) === undefined) return detail
  if (outcome.outcome === 'inconclusive')
    return `${countOf(judgements, 'undecided')} of ${judgements.length} thresholds undecided: ${detail}`
  return `${headlineOf(outcome)}${countOf(judgements, 'failed') === 1 ? ': ' : '; worst: '}${detail}`
}

/** Something failed or is unknown that leaves the outcome as it is: not all is well. */
export function iconOf({ outcome, judgements }: Outcome): Summary['icon'] {
  if (outcome === 'failed') return '❌'
  return outcome === 'passed' && judgements.every(({ verdict }) => verdict === 'passed') ? '✅' : '⚠️'
}

function counted(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** What decided, and over how many requests. Markdown. */
export function leadOf(outcome: Outcome, count: number | null | undefined): string {
  const decisive = decisiveOf(outcome)
  const decision =
    decisive === undefined
      ? forMarkdown(ended(outcome.detail))
      : `${rankOf(decisive, outcome)}${inlineCode(decisive.gate.source)}: ${forMarkdown(ended(observedText(decisive)))}`
  return [decision, ...requestsText(outcome.results, count)].join(' ')
}

/** Of several that failed or passed it is the worst. */
function rankOf({ verdict }: Judgement, { outcome, judgements }: Outcome): string {
  if (countOf(judgements, verdict) < 2 || outcome === 'inconclusive') return ''
  return outcome === 'failed' ? 'Worst: ' : 'Tightest: '
}

/**
 * The worst of those that failed, the first that is undecided, the tightest of those that passed. Undefined where it was no
 * threshold that decided: the results are damaged, or could not be read, or the run was cancelled.
 */
export function decisiveOf({ outcome, detail, judgements }: Outcome): Judgement | undefined {
  const verdict = outcome === 'inconclusive' ? 'undecided' : outcome
  const binding = judgements.filter((judgement) => isBinding(judgement, verdict))
  if (outcome !== 'inconclusive') return worstOf(binding) ?? worstOf(judgements)
  const [first = judgements[0]] = binding
  return first !== undefined && detailOf(first) === detail ? first : undefined
}

function isBinding({ gate, verdict }: Judgement, wanted: Judgement['verdict']): boolean {
  return verdict === wanted && (gate.level === 'error' || verdict === 'skipped')
}

function isWarning({ gate, verdict }: Judgement): boolean {
  return gate.level === 'warn' && (verdict === 'failed' || verdict === 'undecided')
}

/** `24,000 requests in 119 s (k6-csv, 3 files).` */
function requestsText(results: Outcome['results'], count: number | null | undefined): string[] {
  if (results === undefined) return []
  const { format, files, test } = results
  const time = test.durationMs === undefined ? '' : ` in ${formatNumber(test.durationMs / 1_000, 3)} s`
  const requests = count === undefined || count === null ? 'Results' : `${counted(count, 'request')}${time}`
  return [forMarkdown(`${requests} (${format}${files.length === 1 ? '' : `, ${counted(files.length, 'file')}`}).`)]
}

/** The text of a threshold as code; one that could end the code is escaped instead. */
function inlineCode(source: Gate['source']): string {
  return /^[^`\p{C}\p{Z}]+(?: [^`\p{C}\p{Z}]+)*$/u.test(source) && !source.includes('##[')
    ? `\`${source}\``
    : forMarkdown(source)
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`
}
