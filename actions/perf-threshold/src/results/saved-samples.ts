import { countAt, elements, member, numberAt, type Place, present, textAt } from '../formats/json.ts'
import { type CellCounter, createCellCounter } from '../samples/cell-counter.ts'
import type { Cell, Cells } from '../samples/cells.ts'
import { type Columns, type Failure, failure } from '../samples/columns.ts'
import type { Request } from '../samples/request.ts'
import type { Clock, Damage, DamageFinding, Samples } from '../samples/samples.ts'
import type { SampledLoad } from './load.ts'
import { readIterations, required, wrong } from './saved-fields.ts'
import { secondCounter, secondMs } from './seconds.ts'

// A report is uploaded and downloaded: when its tables grow beyond this, stretches and buckets get wider.
const mostTableBytes = 8 * 2 ** 20

export function saveSamples({ kind, format, samples, range, seconds }: SampledLoad): object {
  const { requests, ...traits } = samples
  const cells = countAgain(requests, createCellCounter(mostTableBytes), samples)
  const isCoarse = (cells.widthMs ?? 0) > secondMs
  const bySecond = isCoarse ? (seconds ?? countBySecond(requests, samples)) : undefined
  return { kind, format, range, ...traits, ...saveCells(cells), seconds: bySecond && saveCells(bySecond) }
}

function countAgain(requests: Columns | Cells, counter: CellCounter, { hasTimes }: Samples): Cells {
  if (requests.kind === 'cells') counter.merge(requests, (endpointId) => endpointId)
  else eachRow(requests, (request) => counter.take(request))
  return counter.cells(hasTimes)
}

/** All endpoints as one; what was counted in longer stretches cannot be. */
function countBySecond(requests: Columns | Cells, { hasTimes }: Samples): Cells | undefined {
  if (requests.kind === 'cells') return undefined
  const counter = secondCounter(mostTableBytes)
  eachRow(requests, (request) => counter.take({ ...request, nameId: 0 }))
  return counter.cells(hasTimes)
}

function eachRow({ length, latencies, times, endpointIds, failures }: Columns, take: (request: Request) => void): void {
  for (let row = 0; row < length; row += 1) {
    take({
      latencyMs: latencies[row] ?? 0,
      timeMs: times[row] ?? 0,
      nameId: endpointIds[row] ?? 0,
      failure: failureOf(failures[row]),
    })
  }
}

function saveCells({ widthMs, mantissaBits, entries }: Cells): object {
  return { widthMs, mantissaBits, cells: entries.map(saveCell) }
}

function failureOf(value: number | undefined): Failure {
  return value === failure.yes || value === failure.untold ? value : failure.no
}

/** Buckets by their distance from the one before; both lists as text, since a report can have a million numbers. */
function saveCell({ endpointId, failure: failed, startMs, sumMs, leastMs, mostMs, buckets, counts }: Cell): unknown[] {
  const steps = Array.from(buckets, (bucket, index) => bucket - (buckets[index - 1] ?? 0))
  return [endpointId, failed, startMs, sumMs, leastMs, mostMs, steps.join(' '), counts.join(' ')]
}

/** @throws Unreadable */
export function readSamples(place: Place): SampledLoad {
  const text = (key: string) => present(textAt(member(place, key)), member(place, key))
  const flag = (key: string) => member(place, key).value === true
  const endpoints = elements(member(place, 'endpoints')).map((endpoint) => ({
    name: present(textAt(member(endpoint, 'name')), endpoint),
    shortName: present(textAt(member(endpoint, 'shortName')), endpoint),
  }))
  const requests = readCells(place, endpoints.length)
  const range = member(place, 'range')
  const seconds = member(place, 'seconds')
  return {
    kind: 'sampled',
    rawFiles: [],
    seconds: seconds.value === undefined ? undefined : readCells(seconds, 1),
    format: text('format'),
    range:
      range.value === undefined ? undefined : { startMs: required(range, 'startMs'), endMs: required(range, 'endMs') },
    samples: {
      requests,
      endpoints,
      iterations: readIterations(place),
      leftOut: readLeftOut(member(place, 'leftOut')),
      // Reports of earlier versions do not have it.
      doubtful: numberAt(member(place, 'doubtful')) ?? 0,
      damage: elements(member(place, 'damage')).map(readDamage),
      damageCount: required(place, 'damageCount'),
      hasTimes: flag('hasTimes'),
      clock: clockOf(text('clock'), place),
      timeOf: text('timeOf') === 'end' ? 'end' : 'start',
      tellsFailures: flag('tellsFailures'),
      omitsFailures: flag('omitsFailures'),
      roundedToMs: numberAt(member(place, 'roundedToMs')),
    },
  }
}

function readLeftOut(place: Place): Samples['leftOut'] {
  const [setup, transactions] = [required(place, 'setup'), required(place, 'transactions')]
  return { setup, transactions, subResults: required(place, 'subResults'), untimed: required(place, 'untimed') }
}

/** What was damaged stays so, in whatever job it is looked at again. */
function readDamage(place: Place): Damage {
  const text = (key: string) => present(textAt(member(place, key)), member(place, key))
  const finding = damageFindings.find((known) => known === text('finding'))
  if (finding === undefined) throw wrong(member(place, 'finding'))
  return { file: text('file'), finding, detail: text('detail') }
}

const damageFindings: readonly DamageFinding[] = [
  'truncated-results',
  'malformed-results',
  'not-reported',
  'unknown-format',
]

function clockOf(text: string, place: Place): Clock {
  if (text === 'epoch' || text === 'local' || text === 'relative') return text
  throw wrong(place)
}

function readCells(place: Place, endpoints: number): Cells {
  const mantissaBits = present(countAt(member(place, 'mantissaBits')), place)
  if (mantissaBits < 1 || mantissaBits > 20) throw wrong(member(place, 'mantissaBits'))
  const entries = elements(member(place, 'cells')).map((cell) => readCell(cell, endpoints))
  const length = entries.reduce((sum, { count }) => sum + count, 0)
  return { kind: 'cells', length, widthMs: numberAt(member(place, 'widthMs')), mantissaBits, entries }
}

function readNumbers(place: Place): Uint32Array<ArrayBuffer> {
  const text = present(textAt(place), place)
  if (!/^\d{1,10}( \d{1,10})*$/.test(text)) throw wrong(place)
  return Uint32Array.from(text.split(' '), Number)
}

function readCell(place: Place, endpoints: number): Cell {
  const [endpointId, failed, startMs, sumMs, leastMs, mostMs, steps, numbers] = elements(place)
  if (steps === undefined || numbers === undefined) throw wrong(place)
  const whole = (at: Place | undefined) => present(at && countAt(at), place)
  const counts = readNumbers(numbers)
  const buckets = readNumbers(steps)
  buckets.forEach((step, index) => {
    buckets[index] = step + (buckets[index - 1] ?? 0)
  })
  if (counts.length !== buckets.length || whole(endpointId) >= endpoints) throw wrong(place)
  const number = (at: Place | undefined) => present(at && numberAt(at), place)
  return {
    endpointId: whole(endpointId),
    failure: failureOf(whole(failed)),
    startMs: number(startMs),
    count: counts.reduce((sum, count) => sum + count, 0),
    sumMs: number(sumMs),
    leastMs: number(leastMs),
    mostMs: number(mostMs),
    buckets,
    counts,
  }
}
