import { noteDamage, type Scan, type Scanner } from './scan.ts'

/** No record may be longer; what is, is given up line by line. */
const mostRecordBytes = 16 * 2 ** 20

const newline = 10
const tooLong = {
  finding: 'malformed-results',
  problem: `starts a record of more than ${mostRecordBytes / 2 ** 20} MiB`,
} as const
/** No tool writes one: a block of the file was never written, or it was lost. */
const hole = { finding: 'malformed-results', problem: 'has zero bytes in it: a part of the file is lost' } as const

export interface FeederOptions {
  /** How many bytes are asked for at a time. */
  readonly chunkBytes: number
  /** Where in the file the first byte comes from. */
  readonly from: number
  /** Records that begin here or later belong to another piece. */
  readonly to: number
  /** The first line belongs to another piece, too. */
  readonly isWithin: boolean
}

/** Bytes go in as they come, in any portions; whole records go on to a scanner, and the rest waits for what follows. */
export interface Feeder {
  /** Where to put the next bytes. */
  room(): Buffer
  /** So many were put there. */
  filled(bytes: number): void
  /** No more come. */
  end(): void
  /** Nothing more is wanted. */
  readonly isDone: boolean
  /** Where the first record of the piece begins, and where the first one behind it does. */
  readonly first: number
  readonly next: number
}

/** How many bytes there are before the line that has a byte of zero. */
function lengthBeforeHole(view: Buffer): number {
  const at = view.indexOf(0)
  return at === -1 ? view.length : view.lastIndexOf(newline, at) + 1
}

export function createFeeder(scanner: Scanner, scan: Scan, { chunkBytes, from, to, isWithin }: FeederOptions): Feeder {
  let buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, mostRecordBytes))
  let size = 0
  let base = from
  let first = from
  let skipping: 'foreign' | 'given-up' | undefined = isWithin ? 'foreign' : undefined

  const drop = (bytes: number) => {
    buffer.copyWithin(0, bytes, size)
    size -= bytes
    base += bytes
  }
  /** Within a line that is not read. @returns whether its end was found */
  const skip = (): boolean => {
    const found = buffer.subarray(0, size).indexOf(newline)
    drop(found === -1 ? size : found + 1)
    if (skipping === 'foreign') first = base
    if (found === -1) return false
    if (skipping === 'given-up') scan.counts.lines += 1
    skipping = undefined
    return true
  }
  /** Hands on what is whole. @returns why the next line has to be given up, if it has */
  const feed = (isLast: boolean) => {
    const sound = lengthBeforeHole(buffer.subarray(0, size))
    const isHoled = sound < size
    const read = scanner.read(buffer.subarray(0, sound), to - base, isLast && !isHoled)
    drop(read)
    if (isHoled) return hole
    return !isLast && read === 0 && size >= mostRecordBytes ? tooLong : undefined
  }
  const pump = (isLast: boolean) => {
    for (;;) {
      if (skipping !== undefined && !skip()) return
      if (base >= to || size === 0) return
      const problem = feed(isLast)
      if (problem === undefined || base >= to) return
      noteDamage(scan, buffer.subarray(0, size), problem)
      skipping = 'given-up'
    }
  }
  const grow = () => {
    const larger = Buffer.allocUnsafeSlow(Math.min(mostRecordBytes, buffer.length * 2))
    buffer.copy(larger, 0, 0, size)
    buffer = larger
  }
  return {
    room: () => {
      if (size === buffer.length) grow()
      return buffer.subarray(size)
    },
    filled: (bytes) => {
      size += bytes
      pump(false)
    },
    end: () => pump(true),
    get isDone() {
      return base >= to
    },
    get first() {
      return first
    },
    get next() {
      return base
    },
  }
}
