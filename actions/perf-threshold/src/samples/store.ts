import { type Block, createBlocks, drain, rowBytes, timeRange } from './blocks.ts'
import { type CellCounter, createCellCounter } from './cell-counter.ts'
import type { Cells } from './cells.ts'
import { failure, type SampledEndpoint } from './columns.ts'
import type { Request, Sink } from './request.ts'

/** How much memory requests may take: as columns until then, and as cells from then on. */
export interface StoreLimits {
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
  result(hasTimes: boolean): { readonly blocks: readonly Block[]; readonly cells: Cells | undefined }
}

export function createStore(limits: StoreLimits, query: Query | undefined): Store {
  return query === undefined ? createKeeper(limits) : createCollector(query)
}

function createKeeper({ columnBytes, cellBytes }: StoreLimits): Store {
  let kept = createBlocks()
  let counter: CellCounter | undefined
  const most = Math.floor(columnBytes / rowBytes)
  const fold = () => {
    const folded = createCellCounter(cellBytes)
    folded.expect(...timeRange(kept.blocks))
    drain(kept.blocks, folded.take)
    kept = createBlocks()
    counter = folded
  }
  return {
    name: () => undefined,
    take: (request) => {
      if (counter !== undefined) {
        counter.take(request)
        return
      }
      kept.take(request)
      if (kept.length > most) fold()
    },
    result: (hasTimes) => ({ blocks: kept.blocks, cells: counter?.cells(hasTimes) }),
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
    result: () => ({ blocks: kept.blocks, cells: undefined }),
  }
}
