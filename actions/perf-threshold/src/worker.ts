/** A reading thread: takes pieces of files, one at a time, and answers with what they say. */
import { parentPort } from 'node:worker_threads'
import { buffersOf } from './samples/blocks.ts'
import type { Cells } from './samples/cells.ts'
import { type Piece, type PieceOptions, type PieceResult, readPiece } from './samples/piece.ts'
import type { WorkerAnswer } from './samples/pool.ts'

parentPort?.on('message', async ({ piece, options }: { piece: Piece; options: PieceOptions }) => {
  try {
    const result = await readPiece(piece, options)
    answer({ result }, transfersOf(result))
  } catch (error) {
    answer({ error }, [])
  }
})

function answer(message: WorkerAnswer, transfers: ArrayBuffer[]): void {
  parentPort?.postMessage(message, transfers)
}

/** Handed over, not copied. */
function transfersOf({ blocks, counted }: PieceResult): ArrayBuffer[] {
  const cells = counted === undefined ? [] : [counted.cells, counted.seconds]
  return [...blocks.flatMap(buffersOf), ...cells.flatMap(cellBuffers)]
}

/** Those of all entries are the same two. */
function cellBuffers({ entries }: Cells): ArrayBuffer[] {
  const [first] = entries
  return first === undefined ? [] : [first.buckets.buffer, first.counts.buffer]
}
