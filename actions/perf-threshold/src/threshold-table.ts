import { commonReasons } from '@deploy-safety/common/contract'
import { cut, forMarkdown } from '@deploy-safety/common/escape'
import { type Markup, markup, table } from '@deploy-safety/common/markdown'
import { breachLists } from './breach-list.ts'
import { wantsLess } from './gates/compare.ts'
import { inParentheses } from './judging/breaches.ts'
import type { Judgement } from './judging/judgement.ts'
import { detailOf } from './judging/verdict.ts'
import { baselineText, countText, limitText, marginText, placeText, precisionText, valueText } from './number-text.ts'
import type { Outcome } from './outcome.ts'

const mostThresholds = 100

/**
 * The thresholds as a table: failed, then undecided, then warnings; of each the worst margin first. One threshold needs
 * none, since the head says all of it. Below it, why those are undecided that have no value: such sentences would make
 * the table wider than the page.
 * @param all how many requests there were, which the head says
 */
export function thresholdTable(outcome: Outcome, all: number | null): string[] {
  const sorted = outcome.judgements.toSorted(byRank)
  const rest = sorted.length - mostThresholds
  const isTable = sorted.length > 1 && sorted.some(({ value }) => value !== undefined)
  return [
    ...(isTable ? [tableOf(sorted, all)] : []),
    ...(isTable && rest > 0 ? [`${rest} more thresholds are in the report only.`] : []),
    ...reasonsOf(sorted, outcome),
    ...breachLists(sorted),
  ]
}

function byRank(one: Judgement, other: Judgement): number {
  return rank(one) - rank(other) || (one.margin ?? 0) - (other.margin ?? 0)
}

function tableOf(sorted: readonly Judgement[], all: number | null): string {
  const requests: Column = {
    header: 'Requests',
    cell: ({ count }) => countText(count),
    isNeeded: ({ count }) => count !== undefined && count !== all,
  }
  const columns = [...firstColumns, requests, ...lastColumns].filter(
    ({ isNeeded }) => isNeeded === undefined || sorted.some(isNeeded),
  )
  return table(
    columns.map(({ header }) => header),
    sorted.slice(0, mostThresholds).map((judgement) => columns.map(({ cell }) => cell(judgement))),
    { numbers: ['Value', 'Limit', 'Margin', 'Baseline', 'Requests'] },
  )
}

const mostReasons = 20

/** Why thresholds have no value, beyond what the head says; those with the same reason in one line. */
function reasonsOf(sorted: readonly Judgement[], { reasonCode, detail: said }: Outcome): string[] {
  const isSaid = (judgement: Judgement) =>
    [judgement.detail, detailOf(judgement)].includes(said) ||
    (judgement.finding === reasonCode && Object.hasOwn(commonReasons, reasonCode))
  const open = sorted.filter((judgement) => judgement.value === undefined && !isSaid(judgement))
  const lines = [...Map.groupBy(open, ({ detail }) => detail)].slice(0, mostReasons).map(([detail, those]) => {
    const sources = those.map(({ gate }) => cut(gate.source, 120)).join(', ')
    return `- ⚠️ ${forMarkdown(`${cut(sources, 400)}: ${cut(detail, 400)}`)}`
  })
  return lines.length === 0 ? [] : [lines.join('\n')]
}

function rank({ verdict, gate }: Judgement): number {
  const order = ['failed', 'undecided', 'skipped', 'passed'].indexOf(verdict)
  return gate.level === 'warn' && order < 2 ? order + 1.5 : order
}

interface Column {
  readonly header: string
  readonly cell: (judgement: Judgement) => string | number | Markup | undefined
  /** The column is left out when no threshold needs it. */
  readonly isNeeded?: (judgement: Judgement) => boolean
}

// What matters comes first: a phone shows three columns.
const firstColumns: readonly Column[] = [
  { header: 'Judgement', cell: judgementCell },
  { header: 'Threshold', cell: ({ gate }) => cut(gate.source, 120) },
  { header: 'Value', cell: valueText },
  { header: 'Limit', cell: limitText, isNeeded: (judgement) => limitText(judgement) !== undefined },
  { header: 'Margin', cell: marginText, isNeeded: (judgement) => marginText(judgement) !== undefined },
  { header: 'Baseline', cell: baselineText, isNeeded: ({ baseline }) => baseline !== undefined },
]
const lastColumns: readonly Column[] = [
  {
    header: 'Precision',
    cell: precisionText,
    isNeeded: ({ value }) => value !== undefined && value.fidelity.kind !== 'exact',
  },
  { header: 'Details', cell: detailsText, isNeeded: (judgement) => detailsText(judgement) !== '' },
]

function judgementCell({ gate, verdict }: Judgement): Markup {
  if (verdict === 'passed') return markup(unbroken('✅ passed'))
  if (verdict === 'failed' && gate.level === 'error') return markup(unbroken('❌ failed'))
  const side = wantsLess(gate.operator) ? 'over limit' : 'below limit'
  const word = unbroken(`⚠️ ${verdict === 'failed' ? side : verdict}`)
  return markup(gate.level === 'warn' && verdict !== 'skipped' ? `${word} (warning only)` : word)
}

/** What the other columns do not say: which endpoint or window decided, and the reason code of what is undecided. */
function detailsText(judgement: Judgement): string {
  const { finding = '', remarks, value } = judgement
  const reason = finding === 'threshold-exceeded' ? '' : finding
  if (value === undefined) return reason
  const place = placeText(judgement, (name) => name)
  const where = place === '' ? remarks.join(', ') : `${place}${inParentheses(remarks)}`
  return cut([reason, where].filter((part) => part !== '').join(' '), 200)
}

/** A number and its unit stay in one line. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0')
}
