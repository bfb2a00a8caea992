import { availableParallelism } from 'node:os'
import { type Assembly, createAssembly } from './assembly.ts'
import { joinBlocks } from './blocks.ts'
import { rawFormat } from './formats.ts'
import type { PieceOptions, PieceResult } from './piece.ts'
import { planPieces } from './plan.ts'
import { ownThread, type Pool, workerPool } from './pool.ts'
import { proven } from './proof.ts'
import type { Range, Samples } from './samples.ts'
import type { Query } from './store.ts'

export interface ReadOptions {
  /** The bundle, or source, of `worker.ts`. */
  readonly workerUrl: URL
  readonly threads?: number
  /** Files larger than this are read by several threads; all together at most this, by none of their own. */
  readonly splitBytes?: number
  readonly chunkBytes?: number
  /** Requests that need more memory than this as columns are counted in cells. */
  readonly columnBytes?: number
  readonly cellBytes?: number
  /** Only requests of this time, both ends included, on the clock of the samples. */
  readonly within?: Range | undefined
}

const mostThreads = 4
const mebibyte = 2 ** 20
/** Below, threads cost more than they save: each starts, and compiles all of this, for itself. */
const leastSplitBytes = 256 * mebibyte

/**
 * Reads the raw results of one load test, in one or several files of a format of `rawFormats`, compressed or not.
 * What cannot be read is in `damage`, with all that could be.
 * @throws Error (rejects) when a file cannot be read
 */
export async function readSamples(format: string, files: readonly string[], options: ReadOptions): Promise<Samples> {
  const settings = settingsOf(options)
  const assembly = await assemble(format, files, settings)
  if (assembly.mixed.size === 0) return assembly.result()
  return (await assemble(format, files, { ...settings, mixed: assembly.mixed })).result()
}

async function assemble(format: string, files: readonly string[], settings: Settings): Promise<Assembly> {
  const assembly = createAssembly(rawFormat(format), settings)
  await eachFile(files, { format, settings, query: undefined }, (file, pieces) => assembly.add(file, pieces))
  return assembly
}

/**
 * Reads the same files again for the latencies that a query asks for, ascending: with one bucket of the cells as its bounds, a
 * percentile becomes exact.
 * @throws Error (rejects) when a file cannot be read
 */
export async function collectLatencies(
  { format, files }: { format: string; files: readonly string[] },
  query: Query,
  options: ReadOptions,
): Promise<Float64Array> {
  const all: PieceResult[] = []
  await eachFile(files, { format, settings: settingsOf(options), query }, (_, pieces) => all.push(...pieces))
  return joinBlocks(
    all.flatMap(({ blocks }) => blocks),
    false,
  ).latencies.sort()
}

interface Settings extends Omit<PieceOptions, 'query'> {
  readonly workerUrl: URL
  readonly threads: number
  readonly splitBytes: number
  readonly mixed: ReadonlySet<string>
}

function settingsOf(options: ReadOptions): Settings {
  return {
    workerUrl: options.workerUrl,
    within: options.within,
    mixed: new Set<string>(),
    threads: options.threads ?? Math.min(mostThreads, availableParallelism()),
    splitBytes: options.splitBytes ?? leastSplitBytes,
    chunkBytes: options.chunkBytes ?? 256 * 1_024,
    limits: { columnBytes: options.columnBytes ?? 16 * mebibyte, cellBytes: options.cellBytes ?? 4 * mebibyte },
  }
}

interface Reading {
  readonly format: string
  readonly settings: Settings
  readonly query: Query | undefined
}

/** Calls `take` with the pieces of each file, in the order of the files. */
async function eachFile(
  files: readonly string[],
  { format, settings, query }: Reading,
  take: (file: string, pieces: readonly PieceResult[]) => void,
): Promise<void> {
  const plan = planPieces(files, {
    format,
    threads: settings.threads,
    splitBytes: settings.splitBytes,
    mixed: settings.mixed,
  })
  const pool = poolFor(plan.threads, { ...settings, query })
  try {
    const reads = plan.pieces.map((piece) => ({ piece, result: pool.read(piece) }))
    // One that fails while an earlier one is awaited is no unhandled rejection: its turn comes.
    for (const { result } of reads) result.catch(() => undefined)
    for (const file of files) {
      const own = reads.filter(({ piece }) => piece.file === file)
      take(file, await proven(own, pool))
    }
  } finally {
    await pool.close()
  }
}

function poolFor(
  threads: number,
  { limits, chunkBytes, query, within, workerUrl }: Settings & { query: Query | undefined },
): Pool {
  const share = Math.max(1, threads)
  const { columnBytes, cellBytes } = limits
  const own = { columnBytes: columnBytes / share, cellBytes: cellBytes / share }
  const options = { chunkBytes, query, within, limits: own }
  return threads === 0 ? ownThread(options) : workerPool(workerUrl, threads, options)
}
