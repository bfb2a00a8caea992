import { closeSync, openSync, readSync } from 'node:fs'
import type { Block } from './blocks.ts'
import type { SampledEndpoint } from './columns.ts'
import type { Counted } from './counted.ts'
import { createFeeder, type Feeder } from './feeder.ts'
import { markLength, rawFormat, withoutMark } from './formats.ts'
import { inflate } from './inflate.ts'
import type { Clock } from './samples.ts'
import { type Counts, clockOf, createScan, type LineDamage, noteDamage, type RawFormat, type Scan } from './scan.ts'
import { createStore, type StoreOptions } from './store.ts'
import type { Orphan, Parent } from './sub-results.ts'

/** What one thread reads at a time: a file, or the records of it that begin from `from` to below `to`. */
export interface Piece {
  readonly format: string
  readonly file: string
  readonly isGzip: boolean
  readonly from: number
  /** Infinity: to the end. */
  readonly to: number
  /** JMeter: follow threads, whatever is in the piece: a later one asks for it. */
  readonly followsThreads: boolean
  /** See `Scan`. */
  readonly statusTells: boolean
}

export interface PieceOptions extends StoreOptions {
  readonly chunkBytes: number
}

/** What a piece says, in a form that can be handed from thread to thread. */
export interface PieceResult {
  readonly blocks: readonly Block[]
  readonly counted: Counted | undefined
  readonly endpoints: readonly SampledEndpoint[]
  readonly counts: Counts
  readonly damage: readonly LineDamage[]
  readonly orphans: readonly Orphan[]
  readonly controllerLabels: readonly string[]
  readonly interrupted: readonly Orphan[]
  readonly followsThreads: boolean
  readonly parents: readonly Parent[]
  readonly hasTimes: boolean
  readonly clock: Clock
  /** Where its first record begins, and where the first one behind it does. */
  readonly first: number
  readonly next: number
  /** The file begins as its format does; an empty file does, too. */
  readonly isRecognised: boolean
}

const headBytes = 65_536

/** Reads a piece. @throws Error (rejects) when the file cannot be read */
export async function readPiece(piece: Piece, options: PieceOptions): Promise<PieceResult> {
  const quick = piece.isGzip || piece.followsThreads ? undefined : await attempt(piece, options, false)
  return quick === undefined || quick.scan.needsThreads
    ? (await attempt(piece, options, true)).result()
    : quick.result()
}

/** What a piece says has to be asked for: it empties the store. */
async function attempt(piece: Piece, { chunkBytes, ...options }: PieceOptions, followsThreads: boolean) {
  const format = rawFormat(piece.format)
  const store = createStore(options)
  const scan = createScan(store, { isFirstPiece: piece.from === 0, statusTells: piece.statusTells, followsThreads })
  store.name(scan.endpoints)
  const read = await (piece.isGzip ? readGzip : readPlain)(piece, { format, scan, chunkBytes })
  const result = (): PieceResult => ({
    ...store.result(read.hasTimes),
    ...{ endpoints: scan.endpoints, counts: scan.counts, damage: scan.damage, followsThreads },
    ...{ controllerLabels: scan.controllerLabels, interrupted: scan.interrupted },
    ...{ orphans: scan.orphans, parents: scan.parents(), clock: clockOf(format, scan.counts) },
    ...read,
  })
  return { scan, result }
}

type ReadPart = Pick<PieceResult, 'hasTimes' | 'first' | 'next' | 'isRecognised'>

interface Reading {
  readonly format: RawFormat
  readonly scan: Scan
  readonly chunkBytes: number
}

/** After so many bytes, some hundredths of a second, others get their turn: a cancelled job is not heard before. */
const breathBytes = 8 * 2 ** 20

function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const nothingRead: ReadPart = { hasTimes: false, first: 0, next: 0, isRecognised: false }
const emptyFile: ReadPart = { ...nothingRead, isRecognised: true }

async function readPlain({ file, from, to }: Piece, { format, scan, chunkBytes }: Reading): Promise<ReadPart> {
  const descriptor = openSync(file, 'r')
  try {
    const head = readHead(descriptor)
    if (head.length === 0) return emptyFile
    const scanner = format.begin(withoutMark(head), scan)
    if (scanner === undefined) return nothingRead
    // One byte earlier, so that a record that begins exactly here is seen to.
    const start = from === 0 ? markLength(head) : from - 1
    const feeder = createFeeder(scanner, scan, { chunkBytes, from: start, to, isWithin: from > 0 })
    let position = start
    let breathed = start
    while (!feeder.isDone && !scan.needsThreads) {
      const room = feeder.room()
      const bytes = readSync(descriptor, room, 0, Math.min(room.length, chunkBytes), position)
      if (bytes === 0) break
      position += bytes
      feeder.filled(bytes)
      if (position - breathed < breathBytes) continue
      breathed = position
      await breath()
    }
    if (!feeder.isDone) feeder.end()
    return { hasTimes: scanner.hasTimes, first: feeder.first, next: feeder.next, isRecognised: true }
  } finally {
    closeSync(descriptor)
  }
}

/** The first bytes of a file, as many as there are up to 64 KiB. */
export function readHead(descriptor: number): Buffer {
  const head = Buffer.allocUnsafeSlow(headBytes)
  let size = 0
  for (;;) {
    const bytes = readSync(descriptor, head, size, headBytes - size, size)
    size += bytes
    if (bytes === 0 || size === headBytes) return head.subarray(0, size)
  }
}

const inflated = {
  whole: undefined,
  cut: { finding: 'truncated-results', problem: 'is the last in the compressed file, which ends too early' },
  broken: { finding: 'malformed-results', problem: 'is the last that can be decompressed: the file is damaged' },
} as const

async function readGzip({ file }: Piece, { format, scan, chunkBytes }: Reading): Promise<ReadPart> {
  let head: Buffer[] | undefined = []
  let [headSize, total] = [0, 0]
  let part: ReadPart = emptyFile
  let feed: ((bytes: Buffer) => void) | undefined
  let finish: (() => void) | undefined
  const begin = () => {
    const start = Buffer.concat(head ?? [])
    head = undefined
    if (start.length === 0) return
    const scanner = format.begin(withoutMark(start.subarray(0, headBytes)), scan)
    if (scanner === undefined) {
      part = nothingRead
      return
    }
    part = { ...emptyFile, hasTimes: scanner.hasTimes }
    const from = markLength(start)
    const feeder = createFeeder(scanner, scan, { chunkBytes, from, to: Number.POSITIVE_INFINITY, isWithin: false })
    feed = (bytes) => pour(feeder, bytes)
    finish = feeder.end
    feed(start.subarray(from))
  }
  const end = await inflate(file, chunkBytes, (bytes) => {
    total += bytes.length
    if (head === undefined) return feed?.(bytes)
    head.push(Buffer.from(bytes))
    headSize += bytes.length
    if (headSize >= headBytes) begin()
  })
  if (head !== undefined) begin()
  finish?.()
  const damage = inflated[end]
  if (damage !== undefined && (part.isRecognised || total === 0)) noteDamage(scan, Buffer.alloc(0), damage)
  return part
}

function pour(feeder: Feeder, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    const room = feeder.room()
    const size = bytes.copy(room, 0, at)
    at += size
    feeder.filled(size)
  }
}
