import type { Columns, Rows } from './columns.ts'
import type { Request, Sink } from './request.ts'

/** Rows that were read, of a fixed size each: a growing array would be there twice while it is copied. */
export interface Block {
  length: number
  readonly latencies: Float64Array<ArrayBuffer>
  readonly times: Float64Array<ArrayBuffer>
  readonly endpointIds: Uint32Array<ArrayBuffer>
  readonly failures: Uint8Array<ArrayBuffer>
}

/** Bytes of one row. */
export const rowBytes = 8 + 8 + 4 + 1

const leastRows = 1_024
const mostRows = 32_768

export interface Blocks extends Sink {
  readonly blocks: readonly Block[]
  readonly length: number
}

export function createBlocks(): Blocks {
  const blocks: Block[] = []
  let length = 0
  let current = newBlock(0)
  return {
    blocks,
    get length() {
      return length
    },
    take: (request) => {
      if (isFull(current)) {
        current = newBlock(Math.min(mostRows, Math.max(leastRows, length)))
        blocks.push(current)
      }
      append(current, request)
      length += 1
    },
  }
}

export function isFull({ length, failures }: Block): boolean {
  return length === failures.length
}

/** Adds a row to a block that has room for it. */
export function append(block: Block, { latencyMs, timeMs, nameId, failure }: Request): void {
  const at = block.length
  block.latencies[at] = latencyMs
  block.times[at] = timeMs
  block.endpointIds[at] = nameId
  block.failures[at] = failure
  block.length = at + 1
}

/** One that is empty, with room for so many rows. */
export function newBlock(rows: number): Block {
  return {
    length: 0,
    latencies: new Float64Array(rows),
    times: new Float64Array(rows),
    endpointIds: new Uint32Array(rows),
    failures: new Uint8Array(rows),
  }
}

/** What a block is made of, for a transfer between threads. */
export function buffersOf({ latencies, times, endpointIds, failures }: Block): ArrayBuffer[] {
  return [latencies.buffer, times.buffer, endpointIds.buffer, failures.buffer]
}

/** The first and the last time in them. */
export function timeRange(blocks: readonly Block[]): [fromMs: number, toMs: number] {
  let [from, to] = [Number.POSITIVE_INFINITY, 0]
  for (const { times, length } of blocks) {
    for (let at = 0; at < length; at += 1) {
      const time = times[at] ?? 0
      if (time < from) from = time
      if (time > to) to = time
    }
  }
  return [from, to]
}

/** Calls `see` with each block, and gives its memory back once it is through. */
export function drain(blocks: readonly Block[], see: (rows: Rows) => void): void {
  for (const block of blocks) {
    see(block)
    release(block)
  }
}

/** All rows as columns. The blocks are used up. */
export function joinBlocks(blocks: readonly Block[], hasTimes: boolean): Columns {
  const length = blocks.reduce((sum, block) => sum + block.length, 0)
  const latencies = new Float64Array(length)
  const times = new Float64Array(hasTimes ? length : 0)
  const endpointIds = new Uint32Array(length)
  const failures = new Uint8Array(length)
  let at = 0
  for (const block of blocks) {
    latencies.set(block.latencies.subarray(0, block.length), at)
    if (hasTimes) times.set(block.times.subarray(0, block.length), at)
    endpointIds.set(block.endpointIds.subarray(0, block.length), at)
    failures.set(block.failures.subarray(0, block.length), at)
    at += block.length
    release(block)
  }
  return { kind: 'columns', length, latencies, times, endpointIds, failures }
}

/** Not left to the garbage collector, which does not see how much memory lies behind a small object. */
function release(block: Block): void {
  for (const buffer of buffersOf(block)) buffer.transfer(0)
  block.length = 0
}
