import { type Failure, failure } from './columns.ts'
import type { JmeterColumns } from './jmeter-columns.ts'
import { emptySpan, type NameSpan } from './name-table.ts'
import type { Request } from './request.ts'
import { allZeroes, firstOf, fourDigits, isSameStretch, mostLaneHits, repeated, sumOfLanes, zeroes } from './words.ts'

/** A request with what its row says besides; reused from row to row. */
export interface JmeterRow extends Request {
  readonly label: NameSpan
  readonly thread: NameSpan
}

export function emptyRow(): JmeterRow {
  // Not spread from another: then its numbers would be objects of their own.
  return { latencyMs: 0.5, timeMs: 0.5, nameId: 0, failure: failure.no, label: emptySpan(), thread: emptySpan() }
}

/**
 * Reads the line at `start` in one go, if it has no quote; returns where its line end is. -1 for anything that is not as expected, or too
 * near the end of the bytes: no row is judged here.
 */
export type JmeterLineReader = (words: DataView, start: number, into: JmeterRow) => number

const [newline, upperN, zero] = [10, 78, 48] as const
const newlines = repeated(newline)
const [stampDigits, mostElapsedDigits] = [13, 9] as const
const [tru, fals] = [wordOf('true'), wordOf('fals')]
const lowerE = 101
const success = 7
/** Shorter than any row with as many columns, and enough for all that is read without a search. */
const leastBytes = 40
const mostColumns = 200

/** Undefined when the first columns are not those that JMeter writes by default. */
export function createLineReader(
  places: JmeterColumns,
  columns: number,
  delimiter: number,
): JmeterLineReader | undefined {
  const { timeStamp, elapsed, label, responseMessage, threadName, sampleCount } = places
  const isUsual =
    [timeStamp, elapsed, label, responseMessage, threadName].join() === '0,1,2,4,5' && places.success === success
  if (!isUsual || sampleCount !== -1 || columns <= success + 1 || columns > mostColumns) return undefined
  const delimiters = repeated(delimiter)
  const left = columns - success - 2

  const answer = emptyPhrase()
  const verdict = emptyPhrase()
  let verdictFailure: Failure = failure.no

  /** `responseCode` and `responseMessage`, from the delimiter before them to behind that after them. */
  const readAnswer = (words: DataView, start: number): number => {
    if (isRepeated(answer, words, start)) return start + answer.length
    const message = fieldEnd(words, start + 1, delimiters) + 1
    if (message <= 0 || message >= words.byteLength) return -1
    const first = words.getUint8(message)
    // An empty message, or one that says how many samples, may be that of a transaction.
    if (first === delimiter || first === upperN) return -1
    const end = fieldEnd(words, message, delimiters) + 1
    if (end > 0) remember(answer, words, start, end)
    return end === 0 ? -1 : end
  }
  /** `dataType` and `success`, from the delimiter before them to behind that after them. */
  const readVerdict = (words: DataView, start: number, into: JmeterRow): number => {
    if (isRepeated(verdict, words, start)) {
      into.failure = verdictFailure
      return start + verdict.length
    }
    const flag = fieldEnd(words, start + 1, delimiters) + 1
    const end = flag === 0 ? -1 : readSuccess(words, flag, into)
    if (end === -1) return -1
    verdictFailure = into.failure
    remember(verdict, words, start, end)
    return end
  }
  const readSuccess = (words: DataView, at: number, into: JmeterRow): number => {
    if (at + 6 > words.byteLength) return -1
    const word = words.getInt32(at, true)
    const length = word === tru ? 4 : word === fals && words.getUint8(at + 4) === lowerE ? 5 : -1
    if (length === -1 || words.getUint8(at + length) !== delimiter) return -1
    into.failure = length === 4 ? failure.no : failure.yes
    return at + length + 1
  }
  /** From the label to behind `success`. */
  const readTexts = (words: DataView, start: number, into: JmeterRow): number => {
    const { label: name, thread } = into
    name.start = start
    name.end = fieldEnd(words, start, delimiters)
    thread.start = name.end === -1 ? -1 : readAnswer(words, name.end)
    thread.end = thread.start === -1 ? -1 : fieldEnd(words, thread.start, delimiters)
    return thread.end === -1 ? -1 : readVerdict(words, thread.end, into)
  }
  return (words, start, into) => {
    if (words.byteLength - start < leastBytes) return -1
    const texts = readNumbers(words, start, delimiter, into)
    const rest = texts === -1 ? -1 : readTexts(words, texts, into)
    return rest === -1 ? -1 : lineEnd(words, rest, delimiters, left)
  }
}

/** What stood at some place of a row before, and most likely does again: then it need not be taken apart again. */
interface Phrase {
  length: number
  readonly words: DataView
}

const mostPhraseBytes = 32

function emptyPhrase(): Phrase {
  return { length: 0, words: new DataView(new ArrayBuffer(mostPhraseBytes)) }
}

function isRepeated({ length, words: expected }: Phrase, words: DataView, start: number): boolean {
  return length > 0 && start + length <= words.byteLength && isSameStretch(words, start, expected, 0, length)
}

function remember(phrase: Phrase, words: DataView, start: number, end: number): void {
  const length = end - start
  phrase.length = length >= 4 && length <= mostPhraseBytes ? length : 0
  for (let at = 0; at < phrase.length; at += 1) phrase.words.setUint8(at, words.getUint8(start + at))
}

/** `timeStamp` and `elapsed`; returns where the next field begins. */
function readNumbers(words: DataView, start: number, delimiter: number, into: JmeterRow): number {
  const high = fourDigits(words.getInt32(start, true))
  const middle = fourDigits(words.getInt32(start + 4, true))
  const low = fourDigits(words.getInt32(start + 8, true))
  const last = words.getUint8(start + 12) - zero
  if ((high | middle | low | last) < 0 || last > 9 || words.getUint8(start + stampDigits) !== delimiter) return -1
  into.timeMs = high * 1e9 + (middle * 1e5 + low * 10 + last)
  let value = 0
  const from = start + stampDigits + 1
  for (let at = from; at <= from + mostElapsedDigits; at += 1) {
    const byte = words.getUint8(at)
    if (byte === delimiter) {
      into.latencyMs = value
      return at === from ? -1 : at + 1
    }
    if (byte < zero || byte > zero + 9) return -1
    value = (value * 10 + byte - zero) | 0
  }
  return -1
}

/** Where the field ends that begins at `start`; -1: not at a delimiter. */
function fieldEnd(words: DataView, start: number, delimiters: number): number {
  const most = words.byteLength - 4
  for (let at = start; at <= most; at += 4) {
    const word = words.getInt32(at, true)
    const ends = zeroes(word ^ delimiters)
    const breaks = zeroes(word ^ newlines)
    if ((ends | breaks) === 0) continue
    const end = at + firstOf(ends | breaks)
    return words.getUint8(end) === newline ? -1 : end
  }
  return -1
}

/**
 * The line end behind the columns that do not matter, if all of them are there: so many delimiters are left. Counted, though nothing in
 * them matters: a row that another one was written into can end as it should. A search for the line end alone would take longer.
 */
function lineEnd(words: DataView, start: number, delimiters: number, left: number): number {
  const most = Math.min(words.byteLength - 4, start + mostLaneHits * 4 - 4)
  let lanes = 0
  for (let at = start; at <= most; at += 4) {
    const word = words.getInt32(at, true)
    const ends = allZeroes(word ^ delimiters)
    const breaks = zeroes(word ^ newlines)
    if (breaks === 0) {
      lanes = (lanes + (ends >>> 7)) | 0
      continue
    }
    const before = (breaks & -breaks) - 1
    return sumOfLanes(lanes + ((ends & before) >>> 7)) === left ? at + firstOf(breaks) : -1
  }
  return -1
}

function wordOf(text: string): number {
  return Buffer.from(text).readInt32LE()
}
