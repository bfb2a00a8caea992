import { boundedName } from '../bounded-name.ts'
import type { SampledEndpoint } from './columns.ts'
import { createNameTable, type NameLimits, type NameSpan, type NameTable } from './name-table.ts'
import type { Sink } from './request.ts'
import type { Clock, DamageFinding, LeftOut } from './samples.ts'
import type { Orphan, Parent } from './sub-results.ts'

/** One way in which a tool writes its requests one by one. */
export interface RawFormat {
  readonly name: string
  readonly timeOf: 'start' | 'end'
  readonly omitsFailures: boolean
  readonly roundedToMs: number | undefined
  /** The tool writes so many requests and no more. */
  readonly cutAt: number | undefined
  /** Undefined when a file that begins with `head` is not of this format. `head` is whole, or at least 64 KiB. */
  begin(head: Buffer, scan: Scan): Scanner | undefined
}

/** Reads the records of one piece of a file, in order. */
export interface Scanner {
  readonly hasTimes: boolean
  /**
   * Reads what is whole of the records that begin before `limit`.
   * @param isLast nothing comes after `view`: what is not whole now never will be
   * @returns where the first record begins that was not read
   */
  read(view: Buffer, limit: number, isLast: boolean): number
}

/** What a scanner fills. */
export interface Scan {
  readonly sink: Sink
  readonly names: NameTable
  readonly endpoints: SampledEndpoint[]
  readonly damage: LineDamage[]
  readonly counts: Counts
  /** The piece begins where its file does. */
  readonly isFirstPiece: boolean
  /** k6: a request without `expected_response` is judged by its status. */
  readonly statusTells: boolean
  /** JMeter: what parts of requests are told by. Keeping it costs more than any other field of a row. */
  readonly threads: NameTable
  readonly followsThreads: boolean
  /** There are rows that may be parts, and threads are not followed: all of it has to be read again. */
  needsThreads: boolean
  readonly orphans: Orphan[]
  /** JMeter: labels of transaction controllers, and rows that are those of interrupted ones if their label is among them. */
  readonly controllers: NameTable
  readonly controllerLabels: string[]
  readonly interrupted: Orphan[]
  parents: () => Parent[]
}

export interface Counts {
  /** Lines before the record that is read, in this piece. */
  lines: number
  damage: number
  /** Requests that do not say whether they failed. */
  untold: number
  /** k6: how often a failure was told by `expected_response`, and how often by the status, of requests or of what many have alike. */
  byTag: number
  byStatus: number
  /** JMeter: requests that may be transaction controllers. */
  doubtful: number
  /** Times without a zone. */
  local: number
  done: number
  dropped: number
  leftOut: { -readonly [Reason in keyof LeftOut]: number }
}

/** Damage in a piece whose first line is not known to have number 1. */
export interface LineDamage {
  /** From 0, in this piece. */
  readonly line: number
  readonly finding: DamageFinding
  /** How the record begins. */
  readonly excerpt: string
  /** Follows the excerpt. */
  readonly problem: string
}

const endpointLimits: NameLimits = { names: 100_000, bytes: 16 * 2 ** 20 }
const threadLimits: NameLimits = { names: 100_000, bytes: 4 * 2 ** 20 }

const mostDamage = 5
const excerptBytes = 80

export interface ScanOptions {
  readonly isFirstPiece: boolean
  readonly statusTells: boolean
  readonly followsThreads: boolean
}

export function createScan(sink: Sink, { isFirstPiece, statusTells, followsThreads }: ScanOptions): Scan {
  return {
    sink,
    names: createNameTable(endpointLimits),
    endpoints: [],
    damage: [],
    counts: {
      ...{ lines: 0, damage: 0, untold: 0, byTag: 0, byStatus: 0, doubtful: 0, local: 0, done: 0, dropped: 0 },
      leftOut: { setup: 0, transactions: 0, subResults: 0, untimed: 0 },
    },
    isFirstPiece,
    statusTells,
    threads: createNameTable(threadLimits),
    followsThreads,
    needsThreads: false,
    orphans: [],
    controllers: createNameTable(threadLimits),
    controllerLabels: [],
    interrupted: [],
    parents: () => [],
  }
}

/** Notes that a record cannot be read. */
export function noteDamage(
  scan: Scan,
  record: Uint8Array,
  { finding, problem }: Omit<LineDamage, 'line' | 'excerpt'>,
): void {
  scan.counts.damage += 1
  if (scan.damage.length >= mostDamage) return
  const { lines: line } = scan.counts
  scan.damage.push({ line, finding, excerpt: Buffer.from(record.subarray(0, excerptBytes)).toString(), problem })
}

/** Gives the name of an endpoint that is met for the first time; undefined when the bytes are no text. */
export type Describe = (bytes: Uint8Array, span: NameSpan) => SampledEndpoint | undefined

/** The number of an endpoint, or what is wrong with it. */
export function endpointOf(
  scan: Scan,
  bytes: Uint8Array,
  { span, describe }: { span: NameSpan; describe: Describe },
): number {
  const known = scan.names.find(bytes, span)
  return known === -1 ? newEndpoint(scan, bytes, { span, describe }) : known
}

function newEndpoint(
  scan: Scan,
  bytes: Uint8Array,
  { span, describe }: { span: NameSpan; describe: Describe },
): number {
  const endpoint = describe(bytes, span)
  if (endpoint === undefined) return -1
  const id = scan.names.add(bytes, span)
  if (id !== -1) scan.endpoints.push({ name: boundedName(endpoint.name), shortName: boundedName(endpoint.shortName) })
  return id
}

export const tooManyEndpoints = {
  finding: 'malformed-results',
  problem: `has one more endpoint than can be kept (${endpointLimits.names}, or ${endpointLimits.bytes / 2 ** 20} MiB of names). Group them in the load test: in k6 by the tag "name", elsewhere by a name or label without ids`,
} as const

/** The bytes as they are, as the name of an endpoint. */
export const plainName: Describe = (bytes, { prefixStart, prefixEnd, start, end }) => {
  const shortName = textOf(bytes, start, end)
  const prefix = textOf(bytes, prefixStart, prefixEnd)
  return { name: prefix === '' ? shortName : `${prefix} ${shortName}`, shortName }
}

export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()
}

/** How the times of a piece are to be read. */
export function clockOf(format: Pick<RawFormat, 'name'>, counts: Pick<Counts, 'local'>): Clock {
  if (format.name === 'hey-csv') return 'relative'
  return counts.local > 0 ? 'local' : 'epoch'
}
