import { skipNumber } from './k6-json-number.ts'
import { skipPlainString } from './k6-json-string.ts'
import { bytesOf, isAt, isTextAt, textWordsOf } from './match.ts'
import { isSameText, wordsOf } from './words.ts'

/** The metrics that matter. */
export const metric = { other: 0, duration: 1, iterations: 2, dropped: 3 } as const

type Metric = (typeof metric)[keyof typeof metric]

/** Where a range of bytes is; reused from line to line. */
interface Range {
  start: number
  end: number
}

/** A line up to its tags: what it is about, and where its time and its value are. */
interface Head {
  readonly metric: Metric
  /** Between the quotes. */
  readonly time: Readonly<Range>
  readonly value: Readonly<Range>
}

/** Reads the heads of lines as k6 writes them, to their end; for any deviation, right or wrong, JSON.parse has to decide. */
export interface HeadReader {
  readonly head: Head
  /** What follows is about these bytes. */
  turnTo(view: Uint8Array): void
  /** Reads `{"metric":"…","type":"Point","data":{"time":"…","value":…`. @returns where it ends, -1 for any deviation */
  read(start: number): number
  /** As k6 wrote it up to 0.40: `{"type":"Point","data":{"time":"…","value":…`. */
  readOld(start: number): number
  /** There, the metric comes last: `,"metric":"…"}`. */
  readOldEnd(start: number): number
}

const beforeMetric = textWordsOf('{"metric":"')
const beforeTime = textWordsOf('","type":"Point","data":{"time":"')
const beforeOldTime = textWordsOf('{"type":"Point","data":{"time":"')
const beforeOldMetric = textWordsOf(',"metric":"')
const beforeValue = textWordsOf('","value":')
const close = bytesOf('"}')
const names = {
  duration: textWordsOf('http_req_duration'),
  iterations: textWordsOf('iterations'),
  dropped: textWordsOf('dropped_iterations'),
}

export function createHeadReader(): HeadReader {
  let view = new Uint8Array(0)
  let words = wordsOf(view)
  const head = { metric: metric.other as Metric, time: { start: 0, end: 0 }, value: { start: 0, end: 0 } }
  // All points of a request have the same time: mostly it was read before, together with what comes behind it.
  const known = { start: 0, length: 0 }

  const readMetric = (start: number): number => {
    const end = skipPlainString(words, start)
    if (end !== -1) head.metric = metricAt(words, start, end)
    return end
  }
  const readTime = (start: number): number => {
    const { length } = known
    if (length > 0 && start + length <= words.byteLength && isSameText(words, start, words, known.start, length)) {
      return start + length
    }
    const end = skipPlainString(words, start)
    if (end === -1 || !isTextAt(words, end, beforeValue)) return -1
    known.start = start
    known.length = end + beforeValue.byteLength - start
    return start + known.length
  }
  const readTimeAndValue = (start: number): number => {
    const value = readTime(start)
    if (value === -1) return -1
    head.time.start = start
    head.time.end = value - beforeValue.byteLength
    head.value.start = value
    head.value.end = skipNumber(view, value)
    return head.value.end
  }
  return {
    head,
    turnTo: (bytes) => {
      view = bytes as Uint8Array<ArrayBuffer>
      words = wordsOf(bytes)
      known.length = 0
    },
    read: (start) => {
      if (!isTextAt(words, start, beforeMetric)) return -1
      const end = readMetric(start + beforeMetric.byteLength)
      return end === -1 || !isTextAt(words, end, beforeTime) ? -1 : readTimeAndValue(end + beforeTime.byteLength)
    },
    readOld: (start) =>
      isTextAt(words, start, beforeOldTime) ? readTimeAndValue(start + beforeOldTime.byteLength) : -1,
    readOldEnd: (start) => {
      if (!isTextAt(words, start, beforeOldMetric)) return -1
      const end = readMetric(start + beforeOldMetric.byteLength)
      return end !== -1 && isAt(view, end, close) ? end + close.length : -1
    },
  }
}

function metricAt(words: DataView, start: number, end: number): Metric {
  switch (end - start) {
    case names.duration.byteLength:
      return isTextAt(words, start, names.duration) ? metric.duration : metric.other
    case names.iterations.byteLength:
      return isTextAt(words, start, names.iterations) ? metric.iterations : metric.other
    case names.dropped.byteLength:
      return isTextAt(words, start, names.dropped) ? metric.dropped : metric.other
    default:
      return metric.other
  }
}
