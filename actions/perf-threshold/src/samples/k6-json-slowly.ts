import { failure } from './columns.ts'
import { k6Failure } from './k6.ts'
import { type ParsedLine, type ParsedRequest, parseLine } from './k6-json-parsed.ts'
import { bytesOf } from './match.ts'
import { type Describe, endpointOf, noteDamage, type Scan, textOf, tooManyEndpoints } from './scan.ts'

const [space, tab] = [32, 9] as const

/** Takes a line of k6 as JSON.parse reads it, or notes that it is none. */
export function readSlowly(scan: Scan, line: Buffer, isTerminated: boolean): void {
  if (isBlank(line)) return
  const parsed = parseLine(line.toString())
  if (parsed.kind === 'request') takeRequest(scan, parsed)
  else if (parsed.kind !== 'malformed') count(scan, parsed)
  else if (!isTerminated)
    noteDamage(scan, line, { finding: 'truncated-results', problem: 'is incomplete: the file ends here' })
  else noteDamage(scan, line, { finding: 'malformed-results', problem: parsed.problem })
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === space || byte === tab)
}

function count({ counts }: Scan, parsed: Exclude<ParsedLine, ParsedRequest | { kind: 'malformed' }>): void {
  if (parsed.kind === 'iterations') counts.done += parsed.value
  if (parsed.kind === 'dropped') counts.dropped += parsed.value
}

function takeRequest(scan: Scan, { method, name, isSetup, told, ...rest }: ParsedRequest): void {
  if (isSetup) {
    scan.counts.leftOut.setup += 1
    return
  }
  const [prefix, short] = [encoded(method), encoded(name)]
  const bytes = Buffer.concat([prefix, short])
  const span = { prefixStart: 0, prefixEnd: prefix.length, start: prefix.length, end: bytes.length }
  const nameId = endpointOf(scan, bytes, { span, describe })
  if (nameId === -1) {
    noteDamage(scan, short, tooManyEndpoints)
    return
  }
  const failed = k6Failure(scan, told)
  if (failed === failure.untold) scan.counts.untold += 1
  scan.sink.take({ ...rest, failure: failed, nameId })
}

function encoded(text: string): Uint8Array {
  return bytesOf(JSON.stringify(text).slice(1, -1))
}

/** Names are told apart as they are written; two spellings of one become one when the pieces are put together. */
export const describe: Describe = (bytes, { prefixStart, prefixEnd, start, end }) => {
  const shortName: string = JSON.parse(`"${textOf(bytes, start, end)}"`)
  const method: string = JSON.parse(`"${textOf(bytes, prefixStart, prefixEnd)}"`)
  return { name: method === '' ? shortName : `${method} ${shortName}`, shortName }
}
