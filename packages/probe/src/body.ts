import type { IncomingMessage } from 'node:http'
import { Duplex, pipeline, Readable } from 'node:stream'
import { TextDecoder } from 'node:util'
import { zlib } from './on-demand.ts'

/** As much of a body as is read, after decompression. */
export interface Body {
  readonly text: string
  /** The body as JSON; undefined when it is something else, or cut. */
  readonly document: unknown
  /** Whether there was more. */
  readonly cut: boolean
  /** Why it could not be unpacked; the text is then empty. */
  readonly unreadable?: string
}

/** Nothing beyond this many bytes, counted after decompression, is read of a body, unless the exchange sets a limit of its own. */
export const bodyLimitBytes = 1_024 * 1_024

const decoders = new Map<string, () => Duplex>([
  ['gzip', () => zlib().createGunzip()],
  ['x-gzip', () => zlib().createGunzip()],
  ['deflate', () => Duplex.from(inflate)],
  ['br', () => zlib().createBrotliDecompress()],
  ['zstd', () => zlib().createZstdDecompress()],
])
const mostEncodings = 3

/**
 * Reads the body of a response up to the limit, then destroys it: an endless body, or a small one that unpacks to a
 * huge one, costs no more than that.
 * @throws the error of the stream
 */
export async function readBody(response: IncomingMessage, limitBytes = bodyLimitBytes): Promise<Body> {
  const encodings = encodingsOf(response)
  if (encodings.length > mostEncodings) {
    response.destroy()
    return unreadable(`the body is compressed ${encodings.length} times, at most ${mostEncodings} are unpacked`)
  }
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of unpacked(response, encodings)) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > limitBytes) break
    }
  } catch (error) {
    if (!isOfUnpacking(error)) throw error
    return unreadable(`the body is not valid ${encodings.join(', ')}, which its Content-Encoding says it is`)
  } finally {
    response.destroy()
  }
  const cut = bytes > limitBytes
  const bytesRead = Buffer.concat(chunks).subarray(0, limitBytes)
  const text = textDecoder(bytesRead, response.headers['content-type']).decode(bytesRead)
  return { text, document: cut ? undefined : parseJson(text), cut }
}

function unreadable(problem: string): Body {
  return { text: '', document: undefined, cut: false, unreadable: problem }
}

/** In the order in which they are undone. What is below an unknown one cannot be reached, and is read as it is. */
function encodingsOf(response: IncomingMessage): string[] {
  const named = (response.headers['content-encoding'] ?? '').toLowerCase().split(',')
  const names = named.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity')
  const unknown = names.findLastIndex((name) => !decoders.has(name))
  return names.slice(unknown + 1).reverse()
}

async function* unpacked(response: IncomingMessage, encodings: readonly string[]): AsyncGenerator<Buffer> {
  if (encodings.length === 0) return yield* response
  let packedBytes = 0
  response.on('data', (chunk: Buffer) => {
    packedBytes += chunk.length
  })
  try {
    const steps = encodings.flatMap((name) => decoders.get(name)?.() ?? [])
    yield* pipeline([response, ...steps], () => {}) as Duplex
  } catch (error) {
    // A response without a body may still name an encoding, as one to HEAD does.
    if (isOfUnpacking(error) && packedBytes === 0) return
    throw error
  }
}

/** Deflate is sent in the envelope of zlib, as RFC 9110 has it, or bare, as browsers and curl read it too. */
async function* inflate(packed: AsyncIterable<Buffer, undefined>): AsyncGenerator<Buffer> {
  const chunks = packed[Symbol.asyncIterator]()
  const { value: first } = await chunks.next()
  if (first === undefined) return
  const all = async function* () {
    yield first
    yield* { [Symbol.asyncIterator]: () => chunks }
  }
  // The envelope begins with the number 8 for deflate.
  const isEnveloped = (first.readUInt8() & 0x0f) === 8
  const inflater = isEnveloped ? zlib().createInflate() : zlib().createInflateRaw()
  yield* pipeline([Readable.from(all()), inflater], () => {}) as Duplex
}

function isOfUnpacking(error: unknown): boolean {
  return /^(Z_|ERR_ZLIB|ERR_BROTLI|ERR__ERROR|ZSTD_)/.test((error as NodeJS.ErrnoException).code ?? '')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** As in browsers, the mark at the beginning of a text says more than the type. */
function textDecoder(bytes: Buffer, contentType = ''): TextDecoder {
  const mark = bytes.toString('latin1', 0, 2)
  if (mark === '\xff\xfe') return new TextDecoder('utf-16le')
  if (mark === '\xfe\xff') return new TextDecoder('utf-16be')
  try {
    return new TextDecoder(/charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8')
  } catch {
    return new TextDecoder()
  }
}
