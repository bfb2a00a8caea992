import { noteDamage, type Scan, type Scanner } from './scan.ts'

/** No record may be longer; what is, is given up line by line. */
const mostRecordBytes = 16 * 2 ** 20

const newline = 10
const tooLong = {
  finding: 'malformed-results',
  problem: `begins a record of more than ${mostRecordBytes / 2 ** 20} MiB`,
} as const

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
  const pump = (isLast: boolean) => {
    for (;;) {
      if (skipping !== undefined && !skip()) return
      if (base >= to || size === 0) return
      const read = scanner.read(buffer.subarray(0, size), to - base, isLast)
      drop(read)
      if (isLast || size < mostRecordBytes || read > 0) return
      noteDamage(scan, buffer.subarray(0, size), tooLong)
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
