import { type Block, createBlocks, drain, joinBlocks, rowBytes, timeRange } from './blocks.ts'
import type { Cells } from './cells.ts'
import { type CountedSink, createCountedSink } from './counted.ts'
import type { PieceResult } from './piece.ts'
import type { Sink } from './request.ts'
import type { Range, Samples } from './samples.ts'
import { isWithin, type StoreOptions } from './store.ts'

/** The requests of all pieces: columns until they are too large, and counted in cells from then on. */
export interface Gathering extends Sink {
  readonly length: number
  /** @param map the number of each endpoint of the piece */
  addPiece(piece: Pick<PieceResult, 'blocks' | 'counted'>, map: readonly number[]): void
  gathered(hasTimes: boolean): Pick<Samples, 'requests' | 'seconds' | 'range'>
}

export function createGathering({ limits, within }: Omit<StoreOptions, 'query'>): Gathering {
  const most = Math.floor(limits.columnBytes / rowBytes)
  const blocks: Block[] = []
  const extra = createBlocks()
  let counter: CountedSink | undefined
  let length = 0
  const fold = () => {
    counter ??= createCountedSink(limits.cellBytes)
    drain(blocks.splice(0), counter.count)
  }
  return {
    get length() {
      return length
    },
    take: (request) => {
      if (within === undefined || isWithin(within, request)) extra.take(request)
    },
    addPiece: ({ blocks: own, counted }, map) => {
      for (const block of own) {
        length += block.length
        renumber(block, map)
        blocks.push(block)
      }
      if (counted !== undefined) {
        length += counted.cells.length
        fold()
        counter?.merge(counted, (id) => map[id] ?? 0)
        releaseCells(counted.cells)
        releaseCells(counted.seconds)
      }
      if (counter !== undefined || length > most) fold()
    },
    gathered: (hasTimes) => {
      blocks.push(...extra.blocks)
      if (counter === undefined) return keep(blocks, hasTimes)
      fold()
      const { cells, seconds, range } = counter.counted(hasTimes)
      return { requests: cells, seconds, range: hasTimes ? range : undefined }
    },
  }
}

function keep(blocks: readonly Block[], hasTimes: boolean): Pick<Samples, 'requests' | 'seconds' | 'range'> {
  const range = rangeOf(blocks)
  return { requests: joinBlocks(blocks, hasTimes), seconds: undefined, range: hasTimes ? range : undefined }
}

function rangeOf(blocks: readonly Block[]): Range | undefined {
  if (blocks.length === 0) return undefined
  const [startMs, endMs] = timeRange(blocks)
  return { startMs, endMs }
}

/** Those of all entries are the same two. */
function releaseCells({ entries: [first] }: Cells): void {
  first?.buckets.buffer.transfer(0)
  first?.counts.buffer.transfer(0)
}

function renumber({ endpointIds, length }: Block, map: readonly number[]): void {
  for (let at = 0; at < length; at += 1) endpointIds[at] = map[endpointIds[at] ?? 0] ?? 0
}
