import type { Piece, PieceResult } from './piece.ts'
import { inOnePiece } from './plan.ts'
import type { Pool } from './pool.ts'

/** So many rows that cannot be told without an earlier piece are more than a boundary explains. */
const mostOrphans = 10_000

export interface Read {
  readonly piece: Piece
  readonly result: Promise<PieceResult>
}

/**
 * The pieces of a file, once it is sure that they fit: each begins where the one before it ended. A boundary can lie in a quoted field
 * and look like the end of a row; the first piece begins at a row for certain, and so does each that meets the one before it.
 */
export async function proven(reads: readonly Read[], pool: Pool): Promise<readonly PieceResult[]> {
  const results: PieceResult[] = []
  for (const { result } of reads) results.push(await result)
  const meet = results.every(({ first }, at) => at === 0 || first === results[at - 1]?.next)
  const [start] = reads
  const isSure = meet && results.every(({ orphans }) => orphans.length < mostOrphans)
  if (!isSure && start !== undefined) return [await pool.read(inOnePiece(start.piece))]
  return results.some(({ orphans }) => orphans.length > 0) ? followed(reads, results, pool) : results
}

/** With the threads of those pieces, too, that had no need of them: what follows has. */
function followed(
  reads: readonly Read[],
  results: readonly PieceResult[],
  pool: Pool,
): Promise<readonly PieceResult[]> {
  const again = ({ piece }: Read) => pool.read({ ...piece, followsThreads: true })
  return Promise.all(
    reads.map((read, at) => {
      const result = results[at]
      return result?.followsThreads === true ? result : again(read)
    }),
  )
}
