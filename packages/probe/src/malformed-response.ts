import { cut } from '@deploy-safety/common/escape'
import { quote } from '@deploy-safety/common/inputs'
import { responseLeniency } from './leniency.ts'
import { spokenInstead } from './other-protocol.ts'
import type { Failure } from './reason.ts'

/** What even a lenient parser of HTTP/1.1 refuses. */
const problems: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: `the response headers exceed ${responseLeniency.maxHeaderSize / 1_024} KiB`,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'the chunks of the response body have extensions of more than 16 KiB',
  HPE_INVALID_VERSION: 'the response has an invalid HTTP version',
  HPE_INVALID_STATUS: 'the response has an invalid HTTP status',
  HPE_INVALID_HEADER_TOKEN: 'a response header is not of the form "Name: value"',
  HPE_LF_EXPECTED: 'the response has a carriage return within a line',
  HPE_CR_EXPECTED: 'the response has a line feed within a line',
  HPE_STRICT: 'the response has a carriage return or line feed within a line',
  HPE_UNEXPECTED_CONTENT_LENGTH: 'the response has more than one Content-Length',
  HPE_INVALID_CONTENT_LENGTH: 'the Content-Length of the response is not a number',
  HPE_INVALID_TRANSFER_ENCODING: 'the Transfer-Encoding of the response is invalid',
  HPE_INVALID_CHUNK_SIZE: 'the response body has a chunk without a valid length',
}

/** What a parser of Node adds to its error: the bytes it was given, and how far it came. */
interface Parsed {
  readonly rawPacket?: unknown
  readonly bytesParsed?: unknown
}

/** What Node's parsers say of a response of HTTP/1.1 or HTTP/2; undefined for any other error. */
export function malformedResponse(error: Error & Parsed, code: string, url: URL): Failure | undefined {
  const { rawPacket } = error
  if (code === 'HPE_INVALID_CONSTANT' && Buffer.isBuffer(rawPacket)) return wrong(spokenInstead(rawPacket, url))
  const problem = problems[code]
  if (problem !== undefined) return wrong(code === 'HPE_INVALID_HEADER_TOKEN' ? problem + headerAt(error) : problem)
  if (code.startsWith('HPE_')) return wrong(`the response is not valid HTTP (${wordsOf(code)})`)
  if (code.startsWith('ERR_HTTP2_')) return wrong(`the server does not speak HTTP/2 as it should (${wordsOf(code)})`)
  return undefined
}

/** The name in the line where the parser gave up: what stands behind it may be secret. */
function headerAt({ rawPacket, bytesParsed }: Parsed): string {
  if (!Buffer.isBuffer(rawPacket) || typeof bytesParsed !== 'number') return ''
  const line = rawPacket.subarray(rawPacket.lastIndexOf('\n', bytesParsed - 1) + 1).toString('latin1')
  const name = /^[^:\r\n]*/.exec(line)?.[0] ?? ''
  return name === '' ? '' : `: it begins with ${quote(cut(name, 40))}`
}

function wrong(detail: string): Failure {
  return { reasonCode: 'protocol-error', detail }
}

function wordsOf(code: string): string {
  return code
    .replace(/^(HPE|ERR_HTTP2)_/, '')
    .toLowerCase()
    .replaceAll('_', ' ')
}
