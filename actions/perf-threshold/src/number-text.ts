import { formatNumber } from '@deploy-safety/common/number'
import {
  digitsFor,
  formatBounds,
  formatFidelity,
  formatQuantity,
  formatWindow,
  type Judgement,
} from './judging/judgement.ts'
import { formatValue, unitOf } from './judging/measure.ts'
import { exactly } from './quantity.ts'

/** So much of a value is uncertain that its bounds belong to it. */
const vague = 0.1

/** The value in as many digits as tell it from its limit; its bounds where nothing else is known. */
export function valueText({ gate, value, limit }: Judgement): string | undefined {
  if (value === undefined) return undefined
  const unit = unitOf(gate)
  if (value.value !== undefined) return formatValue(value.value, unit, digitsFor(exactly(value.value), limit, unit))
  return formatBounds(value, unit, digitsFor(value, limit, unit))
}

/** How exactly the value is known, with its bounds where those matter. */
export function precisionText(judgement: Judgement): string | undefined {
  const { gate, value, limit, verdict } = judgement
  if (value === undefined) return undefined
  const unit = unitOf(gate)
  const isVague = value.value !== undefined && value.high - value.low > Math.abs(value.value) * vague
  const hasBounds = value.value !== undefined && (isVague || (verdict === 'undecided' && value.low !== value.high))
  const bounds = hasBounds ? [formatBounds(value, unit, digitsFor(value, limit, unit))] : []
  return [...bounds, formatFidelity(value)].join(', ')
}

/** The limit that a baseline makes; a number is in the text of the threshold. */
export function limitText({ gate, limit, value }: Judgement): string | undefined {
  if (limit === undefined || gate.limit.kind === 'number') return undefined
  const unit = unitOf(gate)
  const digits = digitsFor(value, limit, unit)
  return limit.value === undefined ? formatQuantity(limit, unit, digits) : formatValue(limit.value, unit, digits)
}

/** Of a value that keeps the threshold undecided, a margin would say too much; of a limit of 0 there is no share. */
export function marginText({ margin, verdict, limit }: Judgement): string | undefined {
  return margin === undefined || verdict === 'undecided' || limit?.value === 0 ? undefined : changeText(margin)
}

/** What it was, and the change since. */
export function baselineText({ gate, value, baseline }: Judgement): string | undefined {
  if (baseline === undefined) return undefined
  const unit = unitOf(gate)
  const then = baseline.value
  if (then === undefined) return formatQuantity(baseline, unit)
  const shown = formatValue(then, unit)
  return value?.value === undefined || then === 0 ? shown : `${shown} (${changeText(value.value / then - 1)})`
}

function changeText(share: number): string {
  return `${share < 0 ? '' : '+'}${formatValue(share, 'share')}`
}

/** The value, where it was, and what it is compared with where the threshold does not say it: what a line has room for. */
export function observedText(judgement: Judgement): string {
  const { value, detail, remarks } = judgement
  if (value === undefined) return detail
  const [limit, baseline] = [limitText(judgement), baselineText(judgement)]
  const place = placeText(judgement, shortName)
  const observed = [
    [valueText(judgement), place].filter((part) => part !== '').join(' '),
    ...(remarks.length === 0 ? [] : [`(${remarks.join(', ')})`]),
    ...(value.fidelity.kind === 'exact' ? [] : [`(${precisionText(judgement)})`]),
  ].join(' ')
  return limit === undefined
    ? observed
    : `${observed}, limit ${limit}${baseline === undefined ? '' : `, baseline ${baseline}`}`
}

/** Which endpoint, series or window decided, where the threshold does not say it. */
export function placeText({ gate, subject, window }: Judgement, named = (name: string) => `on ${name}`): string {
  const name = subject?.replace(/^"(.*)"$/s, '$1').replaceAll('\\"', '"')
  const isSaid = name === undefined || gate.source.includes(name)
  return [isSaid ? '' : named(name), window === undefined ? '' : formatWindow(window)]
    .filter((part) => part !== '')
    .join(' ')
}

const longName = 36

/** The end of a long path tells it from others: `GET …/shipments/export`. */
function shortName(name: string): string {
  const parts = name.split('/')
  if (name.length <= longName || parts.length < 4) return `on ${name}`
  return `on ${/^[A-Z]+ /.exec(name)?.[0] ?? ''}…/${parts.slice(-2).join('/')}`
}

/** A count for a table. */
export function countText(count: number | null | undefined): string | undefined {
  return count === null || count === undefined ? undefined : formatNumber(count)
}
