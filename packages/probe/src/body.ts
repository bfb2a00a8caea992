import type { IncomingMessage } from 'node:http'
import { pipeline, type Transform } from 'node:stream'
import { TextDecoder } from 'node:util'
import { messageOf } from '@deploy-safety/common/errors'
import { zlib } from './on-demand.ts'
import { ProbeError } from './reason.ts'

/** As much of a body as is read, after decompression. */
export interface Body {
  readonly text: string
  /** The body as JSON; undefined when it is something else, or cut. */
  readonly document: unknown
  /** Whether there was more. */
  readonly cut: boolean
}

/** Nothing beyond this many bytes, counted after decompression, is read of a body, unless the exchange sets a limit of its own. */
export const bodyLimitBytes = 1_024 * 1_024

const decoders = new Map<string, () => Transform>([
  ['gzip', () => zlib().createGunzip()],
  ['x-gzip', () => zlib().createGunzip()],
  ['deflate', () => zlib().createInflate()],
  ['br', () => zlib().createBrotliDecompress()],
  ['zstd', () => zlib().createZstdDecompress()],
])
const mostEncodings = 3

/**
 * Reads the body of a response up to the limit, then destroys it: an endless body, or a small one that unpacks to a
 * huge one, costs no more than that.
 * @throws the error of the stream; ProbeError `protocol-error` when the body cannot be unpacked
 */
export async function readBody(response: IncomingMessage, limitBytes = bodyLimitBytes): Promise<Body> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of unpacked(response)) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > limitBytes) break
    }
  } finally {
    response.destroy()
  }
  const cut = bytes > limitBytes
  const text = textDecoder(response.headers['content-type']).decode(Buffer.concat(chunks).subarray(0, limitBytes))
  return { text, document: cut ? undefined : parseJson(text), cut }
}

async function* unpacked(response: IncomingMessage): AsyncGenerator<Buffer> {
  const encodings = (response.headers['content-encoding'] ?? '').toLowerCase().split(',')
  const names = encodings.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity')
  if (names.length === 0) return yield* response
  if (names.length > mostEncodings) {
    throw new ProbeError({
      reasonCode: 'protocol-error',
      detail: `The body is said to be packed ${names.length} times`,
    })
  }
  let packedBytes = 0
  response.on('data', (chunk: Buffer) => {
    packedBytes += chunk.length
  })
  try {
    yield* pipeline([response, ...names.reverse().map(decoderFor)], () => {}) as Transform
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (!/^(Z_|ERR_ZLIB|ERR_BROTLI|ERR__ERROR|ZSTD_)/.test(code)) throw error
    // A response without a body may still name an encoding, as one to HEAD does.
    if (packedBytes === 0) return
    const detail = `The body cannot be unpacked as ${names.join(', ')}: ${messageOf(error)}`
    throw new ProbeError({ reasonCode: 'protocol-error', detail }, error)
  }
}

function decoderFor(name: string): Transform {
  const create = decoders.get(name)
  if (create !== undefined) return create()
  throw new ProbeError({ reasonCode: 'protocol-error', detail: `The body has an unknown content-encoding, ${name}` })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function textDecoder(contentType = ''): TextDecoder {
  try {
    return new TextDecoder(/charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8')
  } catch {
    return new TextDecoder()
  }
}
