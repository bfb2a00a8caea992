import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import type { Socket } from 'node:net'
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Body, bodyLimitBytes, readBody } from '../src/body.ts'
import { failureOf } from '../src/failure.ts'
import { ProbeError, type ReasonCode } from '../src/reason.ts'
import { answering, type Served, serve, serveRaw } from './support/server.ts'

const json = '{"status":"UP","greeting":"grüß 🚀"}'

/** A server that answers with these bytes. */
function serving(bytes: string | Buffer, headers: Record<string, string> = {}, status = 200): Promise<Served> {
  return serve((_, response) => {
    response.writeHead(status, headers)
    response.end(bytes)
  })
}

/** The response of a server, its body not read. */
function responseOf({ port }: Served, options: RequestOptions = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const client = request({ host: '127.0.0.1', port, agent: false, ...options }, resolve)
    client.on('error', reject)
    client.end()
  })
}

async function bodyOf(server: Served, options?: RequestOptions): Promise<Body> {
  return readBody(await responseOf(server, options))
}

/** The reason that a body which cannot be read comes to. */
async function reasonOf(server: Served): Promise<{ reasonCode: ReasonCode; detail: string }> {
  const error = await bodyOf(server).then(
    (body) => {
      throw new Error(`It was read: ${JSON.stringify(body).slice(0, 200)}`)
    },
    (thrown: unknown) => thrown,
  )
  return error instanceof ProbeError ? error.failure : failureOf(error, 'rest of the body', new URL(server.origin))
}

describe('a body', () => {
  it.each([
    ['utf16le', undefined],
    ['utf16le', 'application/json; charset=utf-8'],
    ['utf16be', 'application/json'],
  ])('that begins with the mark of %s is read as that, whatever its type says (%s)', async (order, contentType) => {
    const bytes = Buffer.from(`\ufeff${json}`, 'utf16le')
    const server = await serving(
      order === 'utf16be' ? bytes.swap16() : bytes,
      contentType ? { 'content-type': contentType } : {},
    )
    expect(await bodyOf(server)).toEqual({ text: json, document: JSON.parse(json), cut: false })
  })

  it.each([
    ['as it is', undefined, Buffer.from(json)],
    ['with the encoding identity', 'identity', Buffer.from(json)],
    ['with an empty encoding', ' , ', Buffer.from(json)],
    ['packed by gzip', 'gzip', gzipSync(json)],
    ['packed by x-gzip', 'x-gzip', gzipSync(json)],
    ['packed by GZIP', 'GZIP', gzipSync(json)],
    ['packed by deflate', 'deflate', deflateSync(json)],
    ['packed by deflate without its envelope', 'deflate', deflateRawSync(json)],
    ['packed by gzip over deflate without its envelope', 'deflate, gzip', gzipSync(deflateRawSync(json))],
    ['packed by br', 'br', brotliCompressSync(json)],
    ['packed by zstd', 'zstd', zstdCompressSync(json)],
    ['packed by one after the other', 'deflate, identity, gzip', gzipSync(deflateSync(json))],
    ['packed in two members of gzip', 'gzip', Buffer.concat([gzipSync(json.slice(0, 9)), gzipSync(json.slice(9))])],
  ])('%s is read', async (_, encoding, bytes) => {
    const server = await serving(bytes, encoding === undefined ? {} : { 'content-encoding': encoding })
    expect(await bodyOf(server)).toEqual({ text: json, document: JSON.parse(json), cut: false })
    await server.idle()
  })

  it.each(['compress', 'aes128gcm', 'constructor', '__proto__', 'gzip, snappy', 'gzip, gzip, gzip, gzip, snappy'])(
    'of the unknown encoding %s is read as it is',
    async (encoding) => {
      const server = await serving(json, { 'content-encoding': encoding })
      expect(await bodyOf(server)).toEqual({ text: json, document: JSON.parse(json), cut: false })
      await server.idle()
    },
  )

  it('of an unknown encoding under a known one is unpacked as far as it can be', async () => {
    const server = await serving(gzipSync(json), { 'content-encoding': 'snappy, gzip' })
    expect((await bodyOf(server)).text).toBe(json)
  })

  it.each([deflateSync, deflateRawSync])('of deflate that comes byte by byte is read', async (pack) => {
    const server = await serve(async (_, response) => {
      response.writeHead(200, { 'content-encoding': 'deflate' })
      for (const byte of pack(json)) {
        response.write(Buffer.from([byte]))
        await new Promise((resolve) => setImmediate(resolve))
      }
      response.end()
    })
    expect((await bodyOf(server)).text).toBe(json)
  })

  it('that is no JSON has no document', async () => {
    expect(await bodyOf(await serving('<html>'))).toEqual({ text: '<html>', document: undefined, cut: false })
  })

  it.each(['null', 'false', '0', '""'])('that is the JSON %s has a document', async (text) => {
    expect((await bodyOf(await serving(text))).document).toBe(JSON.parse(text))
  })

  it('of any depth is read', async () => {
    const text = '['.repeat(100_000).concat(']'.repeat(100_000))
    expect((await bodyOf(await serving(text))).document).toBeInstanceOf(Array)
  })
})

describe('no body', () => {
  it.each(['gzip', 'br', 'deflate', 'zstd', 'gzip, br', undefined])(
    'is read as such where the encoding is %s',
    async (encoding) => {
      const headers = encoding === undefined ? {} : { 'content-encoding': encoding }
      const nothing = { text: '', document: undefined, cut: false }
      expect(await bodyOf(await serving('', headers))).toEqual(nothing)
      expect(await bodyOf(await serving('', headers, 204))).toEqual(nothing)
      expect(await bodyOf(await serving('', headers, 304))).toEqual(nothing)
      const withLength = { ...headers, 'content-length': '1234' }
      expect(await bodyOf(await serving('', withLength), { method: 'HEAD' })).toEqual(nothing)
    },
  )
})

describe('the charset', () => {
  it.each([
    ['text/plain; charset=utf-8', Buffer.from('grüß'), 'grüß'],
    ['text/plain', Buffer.from('grüß'), 'grüß'],
    ['text/plain; charset=ISO-8859-1', Buffer.from('grüß', 'latin1'), 'grüß'],
    ['text/plain; charset="windows-1252"; x=y', Buffer.from([0x80]), '€'],
    ['text/plain;charset=utf-16le', Buffer.from('grüß', 'utf16le'), 'grüß'],
    ['text/plain; charset=klingon', Buffer.from('grüß'), 'grüß'],
    ['text/plain; charset=', Buffer.from('grüß'), 'grüß'],
    ['text/plain', Buffer.from('\ufeffup'), 'up'],
    ['text/plain', Buffer.from([0x75, 0xff, 0x70]), 'u\ufffdp'],
  ])('of %s is obeyed where it is known', async (type, bytes, text) => {
    expect((await bodyOf(await serving(bytes, { 'content-type': type }))).text).toBe(text)
  })
})

describe('the limit', () => {
  const encodings = [
    ['as it is', {}, (bytes: Buffer) => bytes],
    ['packed', { 'content-encoding': 'gzip' }, gzipSync],
  ] as const

  it.each(encodings)('is a mebibyte to the byte, after unpacking (%s)', async (_, headers, pack) => {
    const whole = Buffer.alloc(bodyLimitBytes, 'x')
    const fits = await bodyOf(await serving(pack(whole), headers))
    expect(fits).toEqual({ text: whole.toString(), document: undefined, cut: false })
    const over = await serving(pack(Buffer.concat([whole, Buffer.from('y')])), headers)
    expect(await bodyOf(over)).toEqual({ text: whole.toString(), document: undefined, cut: true })
    await over.idle()
  })

  it('ends an endless body, and its connection', async () => {
    const server = await serveRaw(
      answering('HTTP/1.1 200 OK\r\n\r\n', (socket) => {
        const chunk = Buffer.alloc(65_536, 'x')
        const pour = () => {
          while (socket.writable && socket.write(chunk));
        }
        socket.on('drain', pour)
        pour()
      }),
    )
    const body = await bodyOf(server)
    expect(body.cut).toBe(true)
    expect(body.text).toHaveLength(bodyLimitBytes)
    await server.idle()
  })

  it.each(['gzip', 'gzip, gzip', 'deflate', 'br', 'zstd'])('ends a bomb of %s', async (encoding) => {
    const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
    const br = (bytes: Buffer) => brotliCompressSync(bytes, quick)
    const packers = {
      gzip: (bytes: Buffer) => gzipSync(bytes),
      deflate: (bytes: Buffer) => deflateRawSync(bytes),
      br,
      zstd: (bytes: Buffer) => zstdCompressSync(bytes),
    }
    const names = encoding.split(', ') as (keyof typeof packers)[]
    const bomb = names.reduce((bytes, name) => packers[name](bytes), Buffer.alloc(16 * bodyLimitBytes))
    expect(bomb.length).toBeLessThan(bodyLimitBytes / 16)
    const server = await serving(bomb, { 'content-encoding': encoding })
    const body = await bodyOf(server)
    expect(body.cut).toBe(true)
    expect(body.text).toHaveLength(bodyLimitBytes)
    await server.idle()
  })

  it('leaves no document of a body that was cut, also when what was read looks whole', async () => {
    const text = `{"version":"1.2.3"}${' '.repeat(bodyLimitBytes)}!`
    expect(await bodyOf(await serving(text))).toMatchObject({ document: undefined, cut: true })
  })
})

describe('a body that cannot be read', () => {
  it.each([
    ['that ends too early', 'gzip', gzipSync(json.repeat(50)).subarray(0, 40)],
    ['that ends too early', 'deflate', deflateSync(json.repeat(50)).subarray(0, 40)],
    ['that ends too early', 'br', brotliCompressSync(json.repeat(50)).subarray(0, 30)],
    ['that ends too early', 'zstd', zstdCompressSync(json.repeat(50)).subarray(0, 30)],
    ['that is none', 'gzip', Buffer.from(json)],
    ['that is none', 'deflate', Buffer.from(json)],
    ['that is none', 'br', Buffer.from(json)],
    ['that is none', 'zstd', Buffer.from(json)],
    ['with a wrong checksum', 'gzip', wrongChecksum()],
    ['of something else inside', 'br, gzip', gzipSync(json)],
  ])('%s of %s has no text but what is wrong with it, and the connection is closed', async (_, encoding, bytes) => {
    const server = await serving(bytes, { 'content-encoding': encoding })
    const said = encoding.split(', ').reverse().join(', ')
    const unreadable = `the body is not valid ${said}, which its Content-Encoding says it is`
    expect(await bodyOf(server)).toEqual({ text: '', document: undefined, cut: false, unreadable })
    await server.idle()
  })

  it('that is said to be packed hundreds of times is not unpacked, and that is said once', async () => {
    const server = await serving(gzipSync(json), { 'content-encoding': Array(500).fill('gzip').join(',') })
    const unreadable = 'the body is compressed 500 times, at most 3 are unpacked'
    expect(await bodyOf(server)).toEqual({ text: '', document: undefined, cut: false, unreadable })
    await server.idle()
  })

  const packed = gzipSync(json.repeat(50))
  const endings = [(socket: Socket) => void socket.end(), (socket: Socket) => void socket.resetAndDestroy()]

  it.each([
    ['with a length', 'Content-Length: 100\r\n\r\n', Buffer.from('half')],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n', Buffer.from('64\r\nhalf')],
    ['between chunks', 'Transfer-Encoding: chunked\r\n\r\n', Buffer.from('4\r\nhalf\r\n')],
    ['packed', `Content-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`, packed.subarray(0, 40)],
  ])('%s that ends too early is a reset of the connection', async (_, headers, bytes) => {
    for (const end of endings) {
      const response = Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}`), bytes])
      expect((await reasonOf(await serveRaw(answering(response, end)))).reasonCode).toBe('connection-reset')
    }
  })
})

function wrongChecksum(): Buffer {
  const bytes = gzipSync(json)
  bytes.writeUInt32LE(0, bytes.length - 8)
  return bytes
}
