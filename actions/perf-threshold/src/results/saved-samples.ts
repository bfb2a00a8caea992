import { elements, member, numberAt, type Place } from '../formats/json.ts'
import { type CellCounter, createCellCounter } from '../samples/cell-counter.ts'
import type { Cell, Cells } from '../samples/cells.ts'
import { type Columns, type Failure, failure, type SampledEndpoint } from '../samples/columns.ts'
import type { Damage, DamageFinding, Samples } from '../samples/samples.ts'
import { secondCounter, secondMs } from '../samples/seconds.ts'
import type { SampledLoad } from './load.ts'
import { readCells } from './saved-cells.ts'
import { insist, readFormat, readIterations, required, requiredCount, requiredText, wrong } from './saved-fields.ts'

// A report is uploaded and downloaded: when its tables grow beyond this, stretches and buckets get wider.
const mostTableBytes = 8 * 2 ** 20
const mostSecondBytes = 32 * 2 ** 20

export function saveSamples({ kind, format, samples }: SampledLoad): object {
  const { requests, seconds, ...traits } = samples
  const cells = countAgain(requests, createCellCounter(mostTableBytes), samples)
  const isCoarse = (cells.widthMs ?? 0) > secondMs
  const bySecond = isCoarse ? (seconds ?? countBySecond(requests, samples)) : undefined
  return { kind, format, ...traits, ...saveCells(cells), seconds: bySecond && saveCells(bySecond) }
}

function countAgain(requests: Columns | Cells, counter: CellCounter, { hasTimes }: Samples): Cells {
  if (requests.kind === 'cells') counter.merge(requests, (endpointId) => endpointId)
  else counter.count(requests)
  return counter.cells(hasTimes)
}

/** All endpoints as one; what was counted in longer stretches cannot be. */
function countBySecond(requests: Columns | Cells, { hasTimes }: Samples): Cells | undefined {
  if (requests.kind === 'cells') return undefined
  const counter = secondCounter(mostSecondBytes)
  counter.count(requests, true)
  return counter.cells(hasTimes)
}

function saveCells({ widthMs, mantissaBits, entries }: Cells): object {
  return { widthMs, mantissaBits, cells: entries.map(saveCell) }
}

/** Buckets by their distance from the one before; both lists as text, since a report can have a million numbers. */
function saveCell({ endpointId, failure: failed, startMs, sumMs, leastMs, mostMs, buckets, counts }: Cell): unknown[] {
  const steps = Array.from(buckets, (bucket, index) => bucket - (buckets[index - 1] ?? 0))
  return [endpointId, failed, startMs, sumMs, leastMs, mostMs, steps.join(' '), counts.join(' ')]
}

/** @throws Unreadable where it contradicts itself */
export function readSamples(place: Place): SampledLoad {
  const hasTimes = flagAt(member(place, 'hasTimes'))
  const endpoints = readEndpoints(member(place, 'endpoints'))
  const requests = readCells(place, { endpoints: endpoints.length, hasTimes })
  const tellsFailures = flagAt(member(place, 'tellsFailures'))
  return {
    kind: 'sampled',
    rawFiles: [],
    format: readFormat(place),
    samples: {
      ...{ requests, endpoints, hasTimes, tellsFailures },
      seconds: readSeconds(member(place, 'seconds'), requests),
      range: readRange(member(place, 'range'), requests),
      ...readDamages(place),
      iterations: readIterations(place),
      leftOut: readLeftOut(member(place, 'leftOut')),
      untold: requiredCount(place, 'untold'),
      doubtful: requiredCount(place, 'doubtful'),
      clock: oneOf(['epoch', 'local', 'relative'], member(place, 'clock')),
      timeOf: oneOf(['start', 'end'], member(place, 'timeOf')),
      omitsFailures: flagAt(member(place, 'omitsFailures')),
      roundedToMs: readRounding(member(place, 'roundedToMs')),
    },
  }
}

function readEndpoints(place: Place): SampledEndpoint[] {
  const endpoints = elements(place).map((endpoint) => ({
    name: requiredText(endpoint, 'name'),
    shortName: requiredText(endpoint, 'shortName'),
  }))
  insist(new Set(endpoints.map(({ name }) => name)).size === endpoints.length, place, 'a name is there twice')
  return endpoints
}

/** The same requests as in the cells of all endpoints. */
function readSeconds(place: Place, requests: Cells): Cells | undefined {
  if (place.value === undefined) return undefined
  const seconds = readCells(place, { endpoints: 1, hasTimes: requests.widthMs !== undefined })
  const isSame = Object.values(failure).every((code) => countOf(seconds, code) === countOf(requests, code))
  insist(isSame, place, 'these are not the requests of the endpoints')
  return seconds
}

function countOf({ entries }: Cells, code: Failure): number {
  return entries.reduce((sum, { failure: failed, count }) => sum + (failed === code ? count : 0), 0)
}

/** The first and the last request are in the outer stretches, so that each stretch has a part in it. */
function readRange(place: Place, { entries, widthMs }: Cells): Samples['range'] {
  const isThere = place.value !== undefined
  insist(isThere === (widthMs !== undefined && entries.length > 0), place, 'it is there when requests have times')
  if (!isThere || widthMs === undefined) return undefined
  const range = { startMs: required(place, 'startMs'), endMs: required(place, 'endMs') }
  insist(range.startMs <= range.endMs, place, 'it ends before it begins')
  const isAround = entries.every(({ startMs }) => startMs + widthMs >= range.startMs && startMs <= range.endMs)
  insist(isAround, place, 'there are requests before or after it')
  return range
}

function readLeftOut(place: Place): Samples['leftOut'] {
  const [setup, transactions] = [requiredCount(place, 'setup'), requiredCount(place, 'transactions')]
  return {
    ...{ setup, transactions },
    ...{ subResults: requiredCount(place, 'subResults'), untimed: requiredCount(place, 'untimed') },
  }
}

/** What was damaged stays so, in whatever job it is looked at again. */
function readDamages(place: Place): Pick<Samples, 'damage' | 'damageCount'> {
  const damage = elements(member(place, 'damage')).map(readDamage)
  const damageCount = requiredCount(place, 'damageCount')
  const isCounted = damageCount >= damage.length && damageCount > 0 === damage.length > 0
  insist(isCounted, member(place, 'damageCount'), 'it is not the number of what was damaged')
  return { damage, damageCount }
}

function readDamage(place: Place): Damage {
  const finding = oneOf(damageFindings, member(place, 'finding'))
  return { file: requiredText(place, 'file'), finding, detail: requiredText(place, 'detail') }
}

const damageFindings: readonly DamageFinding[] = [
  'truncated-results',
  'malformed-results',
  'not-reported',
  'unknown-format',
]

function readRounding(place: Place): number | undefined {
  const roundedToMs = numberAt(place)
  insist(roundedToMs !== 0, place, 'nothing is rounded to multiples of 0')
  return roundedToMs
}

function flagAt(place: Place): boolean {
  if (typeof place.value !== 'boolean') throw wrong(place, 'it is neither true nor false')
  return place.value
}

function oneOf<const T extends string>(known: readonly T[], place: Place): T {
  const found = known.find((word) => word === place.value)
  if (found === undefined) throw wrong(place, `it is none of ${known.join(', ')}`)
  return found
}
