import { cut, forMarkdown } from '@deploy-safety/common/escape'
import { type Markup, markup, table } from '@deploy-safety/common/markdown'
import { breachLists } from './breach-list.ts'
import { formatFidelity, formatQuantity, type Judgement, sentence } from './judging/judgement.ts'
import { formatValue, type Unit, unitOf } from './judging/measure.ts'
import type { Quantity } from './quantity.ts'

const mostThresholds = 100

/**
 * The thresholds as a table: broken, then open, then those that only warn; of each the worst margin first. Below it, why
 * those are open that have no value: such sentences would make the table wider than the page.
 */
export function thresholdTable(judgements: readonly Judgement[]): string[] {
  if (judgements.length === 0) return []
  const sorted = judgements.toSorted((one, other) => rank(one) - rank(other) || (one.margin ?? 0) - (other.margin ?? 0))
  const columns = allColumns.filter(({ isNeeded }) => isNeeded === undefined || judgements.some(isNeeded))
  const shown = table(
    columns.map(({ header }) => header),
    sorted.slice(0, mostThresholds).map((judgement) => columns.map(({ cell }) => cell(judgement))),
  )
  const rest = sorted.length - mostThresholds
  return [
    shown,
    ...(rest > 0 ? [`${rest} more thresholds are in the report.`] : []),
    ...reasonsOf(sorted),
    ...breachLists(sorted),
  ]
}

const mostReasons = 20

function reasonsOf(sorted: readonly Judgement[]): string[] {
  const open = sorted.filter(({ value }) => value === undefined).slice(0, mostReasons)
  if (open.length === 0) return []
  return [
    open
      .map(
        (judgement) =>
          `- ${iconOf(judgement)} ${forMarkdown(`${cut(judgement.gate.source, 120)}: ${cut(judgement.detail, 400)}`)}`,
      )
      .join('\n'),
  ]
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

const allColumns: readonly Column[] = [
  { header: 'Judgement', cell: verdictCell },
  { header: 'Threshold', cell: ({ gate }) => cut(gate.source, 120) },
  { header: 'Value', cell: valueText },
  { header: 'Limit', cell: limitText },
  { header: 'Margin', cell: marginText },
  { header: 'Baseline', cell: baselineText, isNeeded: ({ baseline }) => baseline !== undefined },
  { header: 'Requests', cell: ({ count }) => count },
  { header: 'Known', cell: ({ value }) => value && formatFidelity(value) },
  { header: 'Where, or why', cell: whereText, isNeeded: (judgement) => whereText(judgement) !== '' },
]

const icons = { passed: '✅', failed: '❌', undecided: '❔', skipped: '⏭️' }

function verdictCell(judgement: Judgement): Markup {
  const note = isHarmless(judgement) ? ' (only warns)' : ''
  return markup(unbroken(`${iconOf(judgement)} ${judgement.verdict}`) + note)
}

function iconOf(judgement: Judgement): string {
  return isHarmless(judgement) ? '⚠️' : icons[judgement.verdict]
}

function isHarmless({ verdict, gate }: Judgement): boolean {
  return gate.level === 'warn' && (verdict === 'failed' || verdict === 'undecided')
}

/** What it can have been belongs to it where that is much, and where it keeps the threshold open. */
function valueText({ gate, value, limit, verdict }: Judgement): string | undefined {
  if (value === undefined) return undefined
  const unit = unitOf(gate.measure)
  const isVague = value.value === undefined || value.high - value.low > Math.abs(value.value) * vague
  return isVague || verdict === 'undecided' ? formatQuantity(value, unit) : shortened(value.value, unit, limit)
}

const vague = 0.1

/** With four digits, or as many as it takes to stay on its side of the limit. */
function shortened(value: number, unit: Unit, other: Quantity | undefined): string {
  const side = (number: number) => Math.sign(number - (other?.value ?? Number.NEGATIVE_INFINITY))
  const digits = [4, 6, 9, 12].find((count) => side(Number(value.toPrecision(count))) === side(value)) ?? 17
  return unbroken(formatValue(Number(value.toPrecision(digits)), unit, digits))
}

function limitText({ gate, limit, value }: Judgement): string | undefined {
  if (limit === undefined) return undefined
  const unit = unitOf(gate.measure)
  if (limit.value === undefined) return formatQuantity(limit, unit)
  return gate.limit.kind === 'number'
    ? unbroken(formatValue(limit.value, unit, 17))
    : shortened(limit.value, unit, value)
}

/** Of a number that keeps the threshold open, a margin would say too much. */
function marginText({ margin, verdict }: Judgement): string | undefined {
  return margin === undefined || verdict === 'undecided' ? undefined : changeText(margin)
}

function changeText(share: number): string {
  if (!Number.isFinite(share)) return share < 0 ? '−∞' : '+∞'
  const percent = Number((Math.abs(share) * 100).toPrecision(3))
  return unbroken(`${share < 0 ? '−' : '+'}${percent} %`)
}

/** The change, and what it is a change of. */
function baselineText({ gate, value, baseline }: Judgement): string | undefined {
  if (baseline === undefined) return undefined
  const unit = unitOf(gate.measure)
  const then = baseline.value
  if (then === undefined) return formatQuantity(baseline, unit)
  const shown = unbroken(formatValue(Number(then.toPrecision(4)), unit))
  if (value?.value === undefined || then === 0) return shown
  return `${changeText(value.value / then - 1)} of ${shown}`
}

/** What the other columns do not say: which endpoint or window decided, and the reason code of a threshold that is open. */
function whereText(judgement: Judgement): string {
  const { gate, subject = '', finding = '', detail, value } = judgement
  if (value === undefined) return [finding, subject].filter((part) => part !== '').join(' ')
  const said = sentence(gate, judgement)
  const more = detail.startsWith(said) ? detail.slice(said.length).replace(/^[:\s]+/, '') : detail
  const reason = finding === 'threshold-exceeded' ? '' : finding
  return cut([reason, subject, more].filter((part) => part !== '').join(' '), 200)
}

/** A number and its unit stay in one line. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0')
}
