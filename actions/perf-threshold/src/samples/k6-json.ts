import { type Failure, failure } from './columns.ts'
import { isLatency, parseDecimal } from './decimal.ts'
import { k6Failure } from './k6.ts'
import { type Shape, skipAlike } from './k6-json-alike.ts'
import { createHeadReader, metric } from './k6-json-head.ts'
import { describe, readSlowly } from './k6-json-slowly.ts'
import { emptyTags, readTags } from './k6-json-tags.ts'
import { createPhrases, mostPhrases } from './phrases.ts'
import { emptyRequest } from './request.ts'
import { endpointOf, type RawFormat, type Scan, type Scanner } from './scan.ts'
import { parseRfc3339 } from './time-stamp.ts'
import { wordsOf } from './words.ts'

/**
 * k6 `--out json`: a line is a metric or one point of it. Each is read to its end, in the form in which k6 writes it; what deviates in
 * any way goes through JSON.parse. Most lines of a file have the same tags as others before them, and are compared with those.
 */
export const k6Json: RawFormat = {
  name: 'k6-json',
  timeOf: 'end',
  omitsFailures: false,
  roundedToMs: undefined,
  cutAt: undefined,
  begin: (head, scan) =>
    /^\s*\{\s*"(?:metric"\s*:\s*"|type"\s*:\s*"(?:Metric|Point)")/.test(head.toString('latin1', 0, 200))
      ? createScanner(scan)
      : undefined,
}

const [newline, carriageReturn, close] = [10, 13, 125] as const

/** What tags mean for a request: the number of its name and whether it failed, as one number; or one of these. */
const meaning = { setup: -1, unclear: -2, unread: -3 } as const
const failures = 3

function createScanner(scan: Scan): Scanner {
  const { counts } = scan
  const request = emptyRequest()
  const tags = emptyTags()
  const bounds = { start: 0, end: 0 }
  const reader = createHeadReader()
  const { head } = reader
  const phrases = createPhrases()
  // The last is that of tags which are not remembered.
  const meanings = new Int32Array(mostPhrases + 1)
  const bytes = { view: Buffer.alloc(0) as Buffer, words: wordsOf(Buffer.alloc(0)) }
  let { view, words } = bytes
  const shape: Shape = { timeLength: 0, tailLength: 0, lineEnd: 0.5 }
  /** Where those tags are that were read last. */
  let tagsAt = -1

  /** Reads a line as k6 writes it. @returns where the next one begins; -1: nothing was taken, whatever it is */
  const readUsual = (start: number): number => {
    const alike = skipAlike(bytes, start, shape)
    if (alike !== -1) return alike
    const at = reader.read(start)
    const end = at === -1 ? -1 : readTagged(at)
    if (end !== -1) {
      shape.timeLength = head.time.end - head.time.start
      shape.tailLength = end - at
      shape.lineEnd = words.getFloat64(end - 8, true)
    }
    return end
  }
  /** From the tags on. */
  const readTagged = (at: number): number => {
    const again = phrases.findAgain(words, at)
    if (again !== -1) return takeTagged(again, at) ? at + phrases.lengthOf(again) : -1
    const end = view.indexOf(newline, at) + 1
    if (end === 0) return -1
    const known = phrases.find(words, at, end)
    return takeTagged(known === -1 ? learn(at, end) : known, at) ? end : -1
  }
  /** From `,"tags":` to behind the line end, which says all but metric, time and value: for each point of a request the same. */
  const learn = (start: number, end: number): number => {
    const stop = readTagsAt(start, end)
    if (stop === -1 || !isLineEnd(stop, end)) return -1
    const added = phrases.add(view, start, end)
    const known = added === -1 ? mostPhrases : added
    meanings[known] = meaning.unread
    return known
  }
  const readTagsAt = (start: number, end: number): number => {
    tagsAt = start
    bounds.start = start
    bounds.end = end
    return readTags(view, bounds, tags)
  }
  /** Whether from `stop` on there is nothing but the brace that closes a line, and its end before `end`. */
  const isLineEnd = (stop: number, end: number): boolean => {
    let at = stop + 1
    while (view[at] === carriageReturn) at += 1
    return view[stop] === close && at + 1 === end
  }
  /** @returns false when nothing was taken */
  const takeTagged = (known: number, at: number): boolean => {
    if (known === -1) return false
    if (head.metric === metric.other) return true
    if (head.metric !== metric.duration) return takeCount()
    return takeNumbers() && takeMeant(meanings[known] === meaning.unread ? meant(known, at) : (meanings[known] ?? 0))
  }
  const takeCount = (): boolean => {
    const value = parseDecimal(view, head.value)
    if (!isLatency(value)) return false
    if (head.metric === metric.dropped) counts.dropped += value
    else counts.done += value
    return true
  }
  const takeNumbers = (): boolean => {
    request.latencyMs = parseDecimal(view, head.value)
    request.timeMs = parseRfc3339(view, head.time)
    return isLatency(request.latencyMs) && request.timeMs > 0
  }
  /** Of tags whose form is known. An endpoint is one because a request has its name, and no other metric. */
  const meant = (known: number, at: number): number => {
    if (tagsAt !== at) readTagsAt(at, view.length)
    const found = meaningOf()
    meanings[known] = found
    return found
  }
  const meaningOf = (): number => {
    if (!tags.isClear) return meaning.unclear
    if (tags.isSetup) return meaning.setup
    const nameId = endpointOf(scan, view, { span: tags.name, describe })
    return nameId === -1 ? meaning.unclear : nameId * failures + k6Failure(scan, tags)
  }
  const takeMeant = (found: number): boolean => {
    if (found === meaning.setup) counts.leftOut.setup += 1
    if (found < 0) return found === meaning.setup
    request.nameId = Math.floor(found / failures)
    request.failure = (found % failures) as Failure
    if (request.failure === failure.untold) counts.untold += 1
    scan.sink.take(request)
    return true
  }
  /** k6 up to 0.40. @returns false when nothing was taken */
  const readOld = (start: number, end: number): boolean => {
    const at = reader.readOld(start)
    const stop = at === -1 ? -1 : readTagsAt(at, end)
    if (stop === -1 || reader.readOldEnd(stop) !== end) return false
    meanings[mostPhrases] = meaning.unread
    return takeTagged(mostPhrases, at)
  }
  const readRecord = (start: number, stop: number, isTerminated: boolean) => {
    let end = stop
    while (end > start && view[end - 1] === carriageReturn) end -= 1
    // The end of the last line can be missing and yet look well.
    if (!isTerminated || !readOld(start, end)) readSlowly(scan, view.subarray(start, end), isTerminated)
  }
  /** @returns where the next line begins; -1: this one is not whole yet */
  const readLine = (start: number, isLast: boolean): number => {
    const usual = readUsual(start)
    const found = usual === -1 ? view.indexOf(newline, start) : usual - 1
    if (found === -1 && !isLast) return -1
    if (usual === -1) readRecord(start, found === -1 ? view.length : found, found !== -1)
    if (found === -1) return view.length
    counts.lines += 1
    return found + 1
  }
  return {
    hasTimes: true,
    read: (given, limit, isLast) => {
      view = given
      words = wordsOf(given)
      bytes.view = view
      bytes.words = words
      tagsAt = -1
      reader.turnTo(given)
      const stop = Math.min(limit, view.length)
      let start = 0
      while (start < stop) {
        const next = readLine(start, isLast)
        if (next === -1) break
        start = next
      }
      return start
    },
  }
}
