import { type Block, createBlocks, drain, rowBytes, timeRange } from './blocks.ts'
import { failure, type SampledEndpoint } from './columns.ts'
import { type Counted, type CountedSink, createCountedSink } from './counted.ts'
import type { Request, Sink } from './request.ts'
import type { Range } from './samples.ts'

/** How much memory requests may take: as columns until then, and as cells from then on. */
interface StoreLimits {
  readonly columnBytes: number
  readonly cellBytes: number
}

/** Which requests are wanted; what is undefined leaves nothing out. */
export interface Query {
  readonly endpoints: readonly string[] | undefined
  /** From `lowMs` to below `highMs`. */
  readonly lowMs: number
  readonly highMs: number
  readonly onlySuccessful: boolean
}

export interface Store extends Sink {
  /** Where the names of endpoints will be. */
  name(endpoints: readonly SampledEndpoint[]): void
  result(hasTimes: boolean): { readonly blocks: readonly Block[]; readonly counted: Counted | undefined }
}

export interface StoreOptions {
  readonly limits: StoreLimits
  /** Collect only what this asks for, and count nothing. */
  readonly query: Query | undefined
  /** Only requests of this time are wanted, both ends included. */
  readonly within: Range | undefined
}

export function createStore({ limits, query, within }: StoreOptions): Store {
  const store = query === undefined ? createKeeper(limits) : createCollector(query)
  return within === undefined
    ? store
    : { ...store, take: (request) => isWithin(within, request) && store.take(request) }
}

export function isWithin({ startMs, endMs }: Range, { timeMs }: Request): boolean {
  return timeMs >= startMs && timeMs <= endMs
}

function createKeeper({ columnBytes, cellBytes }: StoreLimits): Store {
  let kept = createBlocks()
  let counted: CountedSink | undefined
  const most = Math.floor(columnBytes / rowBytes)
  const fold = () => {
    const folded = createCountedSink(cellBytes)
    folded.expect(...timeRange(kept.blocks))
    drain(kept.blocks, folded.count)
    kept = createBlocks()
    counted = folded
  }
  return {
    name: () => undefined,
    take: (request) => {
      if (counted !== undefined) {
        counted.take(request)
        return
      }
      kept.take(request)
      if (kept.length > most) fold()
    },
    result: (hasTimes) => ({ blocks: kept.blocks, counted: counted?.counted(hasTimes) }),
  }
}

function createCollector({ endpoints, lowMs, highMs, onlySuccessful }: Query): Store {
  const kept = createBlocks()
  const names = endpoints === undefined ? undefined : new Set(endpoints)
  const wanted: boolean[] = []
  let known: readonly SampledEndpoint[] = []
  const isWanted = (id: number) => {
    wanted[id] ??= names === undefined || names.has(known[id]?.name ?? '')
    return wanted[id]
  }
  const fits = ({ latencyMs, failure: failed, nameId }: Request) =>
    latencyMs >= lowMs && latencyMs < highMs && !(onlySuccessful && failed !== failure.no) && isWanted(nameId)
  return {
    name: (given) => {
      known = given
    },
    take: (request) => {
      if (fits(request)) kept.take(request)
    },
    result: () => ({ blocks: kept.blocks, counted: undefined }),
  }
}
