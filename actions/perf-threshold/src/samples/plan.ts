import { closeSync, fstatSync, openSync } from 'node:fs'
import { type Piece, readHead } from './piece.ts'

export interface PlanOptions {
  readonly format: string
  readonly threads: number
  /** Files larger than this are read in pieces, and less than this altogether in one thread. */
  readonly splitBytes: number
  /** k6: files some requests of which have `expected_response`, so that those without are not to be judged. */
  readonly mixed: ReadonlySet<string>
}

export interface Plan {
  /** In the order of the files, and within a file in the order of its bytes. */
  readonly pieces: readonly Piece[]
  /** 0: not worth a thread of its own. */
  readonly threads: number
}

/** Compressed files are worth some ten times their size. */
const inflation = 10

/** Who reads what. @throws Error when a file cannot be opened */
export function planPieces(files: readonly string[], options: PlanOptions): Plan {
  const sized = files.map((file) => ({ file, ...look(file) }))
  const pieces = sized.flatMap(({ file, bytes, isGzip }) => {
    const count = isGzip || bytes <= options.splitBytes ? 1 : options.threads
    return splitAt(bytes, count).map(([from, to]) => ({
      ...{ format: options.format, file, isGzip, from, to },
      ...{ followsThreads: false, statusTells: !options.mixed.has(file) },
    }))
  })
  const work = sized.reduce((sum, { bytes, isGzip }) => sum + (isGzip ? bytes * inflation : bytes), 0)
  const isSmall = work <= options.splitBytes || pieces.length === 1
  return { pieces, threads: isSmall ? 0 : Math.min(options.threads, pieces.length) }
}

/** The same file in one piece. */
export function inOnePiece(piece: Piece): Piece {
  return { ...piece, from: 0, to: Number.POSITIVE_INFINITY }
}

function splitAt(bytes: number, count: number): [from: number, to: number][] {
  return Array.from({ length: count }, (_, at) => [
    Math.floor((bytes / count) * at),
    at + 1 === count ? Number.POSITIVE_INFINITY : Math.floor((bytes / count) * (at + 1)),
  ])
}

function look(file: string): { bytes: number; isGzip: boolean } {
  const descriptor = openSync(file, 'r')
  try {
    const head = readHead(descriptor)
    return { bytes: fstatSync(descriptor).size, isGzip: head[0] === 0x1f && head[1] === 0x8b }
  } finally {
    closeSync(descriptor)
  }
}
