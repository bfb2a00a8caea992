import { countAt, elements, member, numberAt, type Place, present, textAt } from '../formats/json.ts'
import { bucketOf, mostMantissaBits } from '../samples/bucket.ts'
import type { Cell, Cells } from '../samples/cells.ts'
import { type Failure, failure } from '../samples/columns.ts'
import { secondMs } from '../samples/seconds.ts'
import { insist, required, requiredCount, wrong } from './saved-fields.ts'

export interface CellTraits {
  /** As many there are. */
  readonly endpoints: number
  readonly hasTimes: boolean
}

/** What `saveSamples` has written of requests. @throws Unreadable for whatever it cannot have written */
export function readCells(place: Place, { endpoints, hasTimes }: CellTraits): Cells {
  const mantissaBits = requiredCount(place, 'mantissaBits')
  const areBits = mantissaBits >= 1 && mantissaBits <= mostMantissaBits
  insist(areBits, member(place, 'mantissaBits'), `it is not from 1 to ${mostMantissaBits}`)
  const widthMs = hasTimes ? readWidth(place) : undefined
  const entries = readEntries(member(place, 'cells'), { endpoints, mantissaBits, widthMs })
  const length = entries.reduce((sum, { count }) => sum + count, 0)
  insist(Number.isSafeInteger(length), member(place, 'cells'), 'there are more requests than can be counted')
  return { kind: 'cells', length, widthMs, mantissaBits, entries }
}

/** Stretches are a second long, or that doubled: others would not fit together when reports are merged. */
function readWidth(place: Place): number {
  const widthMs = required(place, 'widthMs')
  const doublings = Math.log2(widthMs / secondMs)
  insist(doublings >= 0 && Number.isInteger(doublings), member(place, 'widthMs'), 'it is not 1 s, 2 s, 4 s and so on')
  return widthMs
}

interface EntryTraits extends Pick<CellTraits, 'endpoints'>, Pick<Cells, 'mantissaBits' | 'widthMs'> {}

function readEntries(place: Place, traits: EntryTraits): Cell[] {
  const keys = new Set<string>()
  return elements(place).map((at) => {
    const cell = readCell(at, traits)
    const key = `${cell.endpointId} ${cell.failure} ${cell.startMs}`
    insist(!keys.has(key), at, 'the same window of the same endpoint is there twice')
    keys.add(key)
    return cell
  })
}

function readCell(place: Place, { endpoints, mantissaBits, widthMs }: EntryTraits): Cell {
  const [endpointId, failed, startMs, sumMs, leastMs, mostMs, steps, numbers] = elements(place)
  if (steps === undefined || numbers === undefined) throw wrong(place, 'it does not have eight members')
  const number = (at: Place | undefined) => present(at && numberAt(at), at ?? place)
  const counts = readNumbers(numbers)
  const cell = {
    endpointId: present(endpointId && countAt(endpointId), place),
    failure: readFailure(failed ?? place),
    startMs: number(startMs),
    count: counts.reduce((sum, count) => sum + count, 0),
    ...{ sumMs: number(sumMs), leastMs: number(leastMs), mostMs: number(mostMs) },
    ...{ buckets: readBuckets(steps, mantissaBits), counts },
  }
  insist(cell.endpointId < endpoints, endpointId ?? place, 'there is no such endpoint')
  insist(cell.startMs % (widthMs ?? 1) === 0, startMs ?? place, 'no window begins there')
  insist(counts.length === cell.buckets.length && !counts.includes(0), numbers, 'each bucket has a count from 1')
  refuseContradiction(cell, place, mantissaBits)
  return cell
}

/** Sums of a million floats are that exact at least. */
const slack = 1e-6

/** The least and the greatest are in the outer buckets, and the sum is one of so many numbers between them. */
function refuseContradiction(
  { buckets, count, sumMs, leastMs, mostMs }: Cell,
  place: Place,
  mantissaBits: number,
): void {
  const [first, last] = [leastMs, mostMs].map((ms) => bucketOf(ms, mantissaBits))
  const isInside = leastMs <= mostMs && first === buckets[0] && last === buckets.at(-1)
  insist(isInside, place, 'the shortest or the longest time is not in the buckets')
  const isSum = sumMs >= leastMs * count * (1 - slack) && sumMs <= mostMs * count * (1 + slack)
  insist(isSum, place, 'the sum does not fit the number of times')
}

function readFailure(place: Place): Failure {
  const value = Object.values(failure).find((known) => known === place.value)
  if (value === undefined) throw wrong(place, 'it is neither 0, 1 nor 2')
  return value
}

/** Each is the distance from the one before. */
function readBuckets(place: Place, mantissaBits: number): Uint32Array<ArrayBuffer> {
  const buckets = readNumbers(place)
  const most = bucketOf(Number.MAX_VALUE, mantissaBits)
  let bucket = 0
  buckets.forEach((step, index) => {
    bucket += step
    insist((index === 0 || step > 0) && bucket <= most, place, `buckets ascend, up to ${most}`)
    buckets[index] = bucket
  })
  return buckets
}

function readNumbers(place: Place): Uint32Array<ArrayBuffer> {
  // One by one: a pattern for all of them would run out of stack on a million.
  const words = present(textAt(place), place).split(' ')
  const areNumbers = words.every((word) => /^\d{1,10}$/.test(word) && Number(word) <= 0xffff_ffff)
  insist(areNumbers, place, 'it is not a list of whole numbers below 2^32')
  return Uint32Array.from(words, Number)
}
