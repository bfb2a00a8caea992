import { bytesOf } from './match.ts'
import { wordsOf } from './words.ts'

/** How a line was made that was read to its end: what the next ones of the same request have alike. */
export interface Shape {
  /** Of its time, between the quotes; 0: no line was read yet. */
  timeLength: number
  /** From `,"tags":` to behind the line end. */
  tailLength: number
  /** The last eight bytes. */
  lineEnd: number
}

/** The same bytes twice. */
export interface Bytes {
  readonly view: Buffer
  readonly words: DataView
}

/** So many bytes of name, time and number are read here; what is longer is read elsewhere. */
const [mostName, mostTime, mostNumber] = [64, 40, 40] as const
const [zero, nine, lowerA, lowerZ, underscore] = [48, 57, 97, 122, 95] as const
const [lowerD, lowerE, lowerH, lowerI] = [100, 101, 104, 105] as const
const [newline, plus, minus, point] = [10, 43, 45, 46] as const

const begin = '{"metric":"'
const between = '","type":"Point","data":{"time":"'
const behindTime = '","value":'
const mostHead = begin.length + mostName + between.length + mostTime + behindTime.length + mostNumber

/** Eight bytes as one number. */
const eightOf = (text: string) => wordsOf(bytesOf(text)).getFloat64(0, true)
const [first8, metric8] = [eightOf(begin.slice(0, 8)), eightOf(begin.slice(-8))]
const [type8, time8] = [eightOf(between.slice(0, 8)), eightOf(between.slice(-8))]
const [value8, tags8] = [eightOf(behindTime.slice(-8)), eightOf(',"tags":')]

/**
 * Where the line ends that begins at `start`, if it is about none of the metrics that matter, and of the same shape as one that was read
 * before; -1 for all others. It has no meaning, and only to be there from its beginning to its end: no line end is lost, nor a part of the file.
 */
export function skipAlike({ view, words }: Bytes, start: number, { timeLength, tailLength, lineEnd }: Shape): number {
  if (timeLength === 0 || timeLength > mostTime || words.byteLength - start < mostHead + tailLength) return -1
  if (words.getFloat64(start, true) !== first8) return -1
  const name = start + begin.length
  if (words.getFloat64(name - 8, true) !== metric8) return -1
  const afterName = skipName(words, name)
  if (mattersAs(words.getUint8(name), afterName - name)) return -1
  const time = afterName + between.length
  if (words.getFloat64(afterName, true) !== type8 || words.getFloat64(time - 8, true) !== time8) return -1
  const value = time + timeLength + behindTime.length
  if (words.getFloat64(value - 8, true) !== value8) return -1
  const tags = skipNumeral(words, value)
  if (tags === value || words.getFloat64(tags, true) !== tags8) return -1
  const next = tags + tailLength
  // Another line can be as long as what two are together.
  return words.getFloat64(next - 8, true) === lineEnd && view.indexOf(newline, tags) === next - 1 ? next : -1
}

/** `http_req_duration`, `iterations` and `dropped_iterations`, and whatever has as many letters and the same first one. */
function mattersAs(letter: number, length: number): boolean {
  return (
    (length === 17 && letter === lowerH) || (length === 10 && letter === lowerI) || (length === 18 && letter === lowerD)
  )
}

function skipName(words: DataView, start: number): number {
  let at = start
  for (; at < start + mostName; at += 1) {
    const byte = words.getUint8(at)
    if (!((byte >= lowerA && byte <= lowerZ) || byte === underscore || (byte >= zero && byte <= nine))) break
  }
  return at
}

/** Digits and all that can stand among them. */
function skipNumeral(words: DataView, start: number): number {
  let at = start
  for (; at < start + mostNumber; at += 1) {
    const byte = words.getUint8(at)
    if (
      !((byte >= zero && byte <= nine) || byte === point || byte === minus || byte === plus || (byte | 32) === lowerE)
    )
      break
  }
  return at
}
