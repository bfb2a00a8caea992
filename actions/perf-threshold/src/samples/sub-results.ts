import type { JmeterRow } from './jmeter-line.ts'
import type { NameSpan } from './name-table.ts'
import { type Scan, textOf } from './scan.ts'

/** A row that may be a part of one before the piece that it is in. */
export interface Orphan {
  readonly thread: string
  readonly label: string
  readonly timeMs: number
  readonly latencyMs: number
  readonly failure: number
  readonly isDoubtful: boolean
}

/** The last request of a thread: what its next rows may be parts of. */
export interface Parent {
  readonly thread: string
  readonly label: string
  readonly timeMs: number
  readonly latencyMs: number
}

export interface SubResults {
  /** Whether a row is a part of the one before it in its thread. `orphan`: that one is not in this piece. */
  kindOf(bytes: Uint8Array, row: JmeterRow): 'request' | 'part' | 'orphan'
  /** Notes that a row is a request, with the number of its label. */
  follow(bytes: Uint8Array, row: JmeterRow, labelId: number): void
  parents(): Parent[]
}

const [minus, zero, nine] = [45, 48, 57] as const

/**
 * JMeter writes the parts of a request, such as the hops of a redirect, as rows of their own behind it: same thread, within its time,
 * label `<label>-<n>`. The request is known by thread, as threads write in between; and by time, as a plan can have samplers
 * named `home` and `home-1`.
 */
export function createSubResults(scan: Scan): SubResults {
  const { threads, names, endpoints, isFirstPiece, followsThreads } = scan
  const [labels, times, latencies]: [number[], number[], number[]] = [[], [], []]
  const threadNames: string[] = []
  const unknown = isFirstPiece ? 'request' : 'orphan'
  const isPartOfLast = (row: Timed, id: number) =>
    isWithin(row, { timeMs: times[id] ?? 0, latencyMs: latencies[id] ?? 0 })
  const isPartLabel = (bytes: Uint8Array, { start, end }: NameSpan, labelId: number) => {
    const length = names.matchAt(labelId, bytes, start)
    return length !== -1 && isSuffix(bytes, start + length, end)
  }
  return {
    kindOf: (bytes, row) => {
      const { label, thread } = row
      if (!hasSuffix(bytes, label)) return 'request'
      if (!followsThreads) scan.needsThreads = true
      const id = threads.find(bytes, thread)
      if (id === -1) return unknown
      return isPartOfLast(row, id) && isPartLabel(bytes, label, labels[id] ?? 0) ? 'part' : 'request'
    },
    follow: (bytes, { timeMs, latencyMs, thread }, labelId) => {
      if (!followsThreads) return
      let id = threads.find(bytes, thread)
      if (id === -1) {
        id = threads.add(bytes, thread)
        if (id === -1) return
        threadNames[id] = textOf(bytes, thread.start, thread.end)
      }
      labels[id] = labelId
      times[id] = timeMs
      latencies[id] = latencyMs
    },
    parents: () =>
      threadNames.map((thread, id) => ({
        thread,
        label: endpoints[labels[id] ?? 0]?.name ?? '',
        timeMs: times[id] ?? 0,
        latencyMs: latencies[id] ?? 0,
      })),
  }
}

/** The same question with texts, for a row whose request may be in an earlier piece. */
export function isPartOf(orphan: Orphan, parent: Parent | undefined): boolean {
  if (parent === undefined || !isWithin(orphan, parent)) return false
  return orphan.label.startsWith(parent.label) && /^(-\d+)+$/.test(orphan.label.slice(parent.label.length))
}

interface Timed {
  readonly timeMs: number
  readonly latencyMs: number
}

/**
 * Stamps are starts, or with `sampleresult.timestamp.start=false` ends, and no file says which: within by either reading. Where they are
 * starts, ends find no more, as the next row of the thread is stamped later. Without stamps only the latencies can say no.
 */
function isWithin(part: Timed, request: Timed): boolean {
  const asStarts = part.timeMs >= request.timeMs && part.timeMs + part.latencyMs <= request.timeMs + request.latencyMs
  const asEnds = part.timeMs <= request.timeMs && part.timeMs - part.latencyMs >= request.timeMs - request.latencyMs
  return asStarts || asEnds
}

/** Ends with `-` and digits. */
function hasSuffix(bytes: Uint8Array, { start, end }: NameSpan): boolean {
  let at = end - 1
  while (at > start && isDigit(bytes[at])) at -= 1
  return at < end - 1 && at >= start && bytes[at] === minus
}

/** `-0`, `-0-1`: nothing else from `start` to `end`. */
function isSuffix(bytes: Uint8Array, start: number, end: number): boolean {
  if (start >= end) return false
  for (let at = start; at < end; at += 1) {
    if (bytes[at] === minus ? at + 1 === end || bytes[at + 1] === minus : !isDigit(bytes[at])) return false
  }
  return bytes[start] === minus
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= nine
}
