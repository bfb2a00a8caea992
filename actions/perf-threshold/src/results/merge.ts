import { summed } from '../load-test/reported-test.ts'
import type { Reported, ReportedEndpoint } from '../reported.ts'
import { createCellCounter } from '../samples/cell-counter.ts'
import type { Cells } from '../samples/cells.ts'
import type { SampledEndpoint } from '../samples/columns.ts'
import type { Samples } from '../samples/samples.ts'
import { secondCounter, secondMs } from '../samples/seconds.ts'
import { Unreadable } from '../unreadable.ts'
import type { Load, ReportedLoad, SampledLoad } from './load.ts'

/**
 * Shards of one run as one.
 * @param files their names, for messages
 * @throws Unreadable `shards-not-mergeable` for summaries that have percentiles alone, `ambiguous-format` for a mixture
 */
export function mergeLoads(loads: readonly Load[], files: readonly string[] = []): Load {
  const [first, ...others] = loads
  if (first === undefined) throw new Unreadable('no-results', 'there is no file')
  if (others.length === 0) return first
  const other = loads.findIndex(({ format }) => format !== first.format)
  if (other !== -1) {
    const formats = [0, other].map((index) => `${files[index] ?? `number ${index + 1}`} is ${loads[index]?.format}`)
    throw new Unreadable('ambiguous-format', `reports of different tools cannot be merged: ${formats.join(', ')}`)
  }
  const sampled = loads.filter((load) => load.kind === 'sampled')
  if (sampled.length > 0 && sampled.length < loads.length) {
    throw new Unreadable(
      'malformed-results',
      `some reports of ${first.format} have requests, others only percentiles: one of them is wrong`,
    )
  }
  if (sampled.length === loads.length) return mergeSampled(sampled)
  return mergeReported(loads.filter((load) => load.kind === 'reported'))
}

// Merged shards stay in memory: their tables may be larger than those of a report.
const mostTableBytes = 48 * 2 ** 20

function mergeSampled(loads: readonly SampledLoad[]): SampledLoad {
  const [first] = loads
  if (first === undefined) throw new Unreadable('no-results', 'there is no file')
  const counter = createCellCounter(mostTableBytes)
  const endpoints: SampledEndpoint[] = []
  const ids = new Map<string, number>()
  for (const { samples } of loads) {
    const map = samples.endpoints.map((endpoint) => {
      const id = ids.get(endpoint.name) ?? endpoints.push(endpoint) - 1
      ids.set(endpoint.name, id)
      return id
    })
    if (samples.requests.kind === 'cells') counter.merge(samples.requests, (id) => map[id] ?? 0)
  }
  const all = loads.map(({ samples }) => samples)
  const ranges = all.flatMap(({ range }) => range ?? [])
  const hasTimes = all.every((samples) => samples.hasTimes)
  return {
    ...first,
    samples: {
      ...first.samples,
      requests: counter.cells(hasTimes),
      seconds: hasTimes ? secondsOf(all) : undefined,
      range:
        !hasTimes || ranges.length === 0
          ? undefined
          : {
              startMs: Math.min(...ranges.map(({ startMs }) => startMs)),
              endMs: Math.max(...ranges.map(({ endMs }) => endMs)),
            },
      endpoints,
      hasTimes,
      iterations: sumOf(all.map(({ iterations }) => iterations)),
      leftOut: leftOutOf(all),
      untold: all.reduce((sum, { untold }) => sum + untold, 0),
      doubtful: all.reduce((sum, { doubtful }) => sum + doubtful, 0),
      damage: all.flatMap(({ damage }) => damage),
      damageCount: all.reduce((sum, { damageCount }) => sum + damageCount, 0),
      tellsFailures: all.every(({ tellsFailures }) => tellsFailures),
      omitsFailures: all.some(({ omitsFailures }) => omitsFailures),
    },
  }
}

/** By the second, if all of them are known so. */
function secondsOf(all: readonly Samples[]): Cells | undefined {
  const parts = all.flatMap(({ seconds, requests }) => seconds ?? bySecond(requests) ?? [])
  if (parts.length < all.length) return undefined
  const counter = secondCounter(mostTableBytes)
  for (const part of parts) counter.merge(part, () => 0)
  return counter.cells(true)
}

function bySecond(requests: Samples['requests']): Cells | undefined {
  return requests.kind === 'cells' && requests.widthMs === secondMs ? requests : undefined
}

function leftOutOf(all: readonly Samples[]): Samples['leftOut'] {
  const sum = (key: keyof Samples['leftOut']) => all.reduce((total, { leftOut }) => total + leftOut[key], 0)
  return {
    setup: sum('setup'),
    transactions: sum('transactions'),
    subResults: sum('subResults'),
    untimed: sum('untimed'),
  }
}

function sumOf(parts: readonly (Reported['iterations'] | undefined)[]): Reported['iterations'] {
  const known = parts.filter((part) => part !== undefined)
  if (known.length < parts.length) return undefined
  return known.reduce((sum, { dropped, done }) => ({ dropped: sum.dropped + dropped, done: sum.done + done }), {
    dropped: 0,
    done: 0,
  })
}

function mergeReported(loads: readonly ReportedLoad[]): ReportedLoad {
  const [first] = loads
  if (first === undefined) throw new Unreadable('no-results', 'there is no file')
  // Numbers of the whole run beside no endpoints cannot be taken apart, nor put together.
  if (loads.some(({ reported }) => reported.endpoints.length === 0 && reported.total?.count !== 0))
    throw notMergeable(first.format)
  const run = runOf(loads)
  const byName = Map.groupBy(
    loads.flatMap(({ reported }) => reported.endpoints),
    ({ name }) => name,
  )
  const endpoints = [...byName.values()].flatMap((same): ReportedEndpoint[] => {
    const [endpoint] = same
    const parts = same.map((part) => part.stats)
    const stats = summed(parts, run && run.endedAt - run.startedAt)
    if (endpoint === undefined || stats === undefined) throw notMergeable(first.format)
    return [{ ...endpoint, stats }]
  })
  return {
    ...first,
    reported: {
      ...first.reported,
      total: undefined,
      endpoints,
      iterations: sumOf(loads.map(({ reported }) => reported.iterations)),
      startedAt: undefined,
      endedAt: undefined,
      ...run,
    },
  }
}

/** From the first request of all shards to the last, whether they ran at once or one after the other; undefined when one has no times. */
function runOf(loads: readonly ReportedLoad[]): { readonly startedAt: number; readonly endedAt: number } | undefined {
  const used = loads.map(({ reported }) => reported).filter(({ total }) => total?.count !== 0)
  const starts = used.flatMap(({ startedAt }) => startedAt ?? [])
  const ends = used.flatMap(({ endedAt }) => endedAt ?? [])
  if (used.length === 0 || starts.length < used.length || ends.length < used.length) return undefined
  return { startedAt: Math.min(...starts), endedAt: Math.max(...ends) }
}

function notMergeable(format: string): Unreadable {
  return new Unreadable('shards-not-mergeable', `files of ${format} have only percentiles, which cannot be merged`)
}
