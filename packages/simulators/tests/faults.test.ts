import { createServer } from 'node:net'
import { createGunzip } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { compressedZeros } from '../src/compressed-zeros.ts'
import { type Fault, type FaultServerOptions, startFault } from '../src/fault-server.ts'
import { dripIntervalMs, endlessHead, faults } from '../src/faults.ts'
import { hostileText } from '../src/hostile-text.ts'
import { get, type RawOptions, raw } from './support/client.ts'

async function wire(fault: Fault, options: RawOptions = {}) {
  await using server = await startFault(fault)
  return await raw(server.port, options)
}

async function failure(fault: Fault): Promise<unknown> {
  await using server = await startFault(fault)
  return await get(server.url).catch((error: NodeJS.ErrnoException) => error.code)
}

describe.concurrent('on the wire', () => {
  test('silentAccept says nothing', async () => {
    expect(await wire(faults.silentAccept, { untilMs: 100 })).toEqual({ text: '', bytes: 0, end: 'open' })
  })

  test('dripHeaders sends one byte after the other', async () => {
    const start = performance.now()
    expect(await wire(faults.dripHeaders, { untilBytes: 3 })).toEqual({ text: 'HTT', bytes: 3, end: 'open' })
    expect(performance.now() - start).toBeGreaterThan(2 * dripIntervalMs)
  })

  test('dripBody sends the headers at once and then one byte after the other', async () => {
    const start = performance.now()
    const { text } = await wire(faults.dripBody, { untilBytes: endlessHead.length + 3 })
    expect(text).toBe(`${endlessHead}1\r\n`)
    expect(performance.now() - start).toBeGreaterThan(2 * dripIntervalMs)
  })

  test('resetMidBody sends a part, then RST', async () => {
    expect(await wire(faults.resetMidBody)).toMatchObject({ text: expect.stringMatching(/only a part$/), end: 'reset' })
  })

  test('closeMidBody sends a part, then FIN', async () => {
    expect(await wire(faults.closeMidBody)).toMatchObject({
      text: expect.stringMatching(/only a part$/),
      end: 'closed',
    })
  })

  test('closeAtOnce and resetAtOnce end before a byte is sent', async () => {
    expect(await wire(faults.closeAtOnce, { send: '' })).toEqual({ text: '', bytes: 0, end: 'closed' })
    expect(await wire(faults.resetAtOnce, { send: '' })).toEqual({ text: '', bytes: 0, end: 'reset' })
  })

  test('the half-open ones close their side and keep listening', async () => {
    await using server = await startFault(faults.halfOpenBeforeAnswer)
    expect(await raw(server.port)).toEqual({ text: '', bytes: 0, end: 'closed' })
    const { text, end } = await wire(faults.halfOpenAfterHeaders)
    expect(text).toMatch(/content-length: 1000\r\n\r\n$/)
    expect(end).toBe('closed')
  })

  test('endlessBody goes on for as long as it is read', async () => {
    expect(await wire(faults.endlessBody, { untilBytes: 20_000_000 })).toMatchObject({ end: 'open' })
  })

  test('notHttp speaks first', async () => {
    expect(await wire(faults.notHttp, { send: '', untilBytes: 9 })).toMatchObject({ text: 'SSH-2.0-OpenSSH_9.9\r\n' })
  })

  test('injectedHeaderCr has a bare CR in a header', async () => {
    expect((await wire(faults.injectedHeaderCr, { untilBytes: 60 })).text).toContain(
      'x-version: 1.0.0\r::error::cr\r\n',
    )
  })
})

// Which of them depends on the system, and on who is faster.
const connectionLost = expect.stringMatching(/^(ECONNRESET|ECONNABORTED|EPIPE)$/)

describe('to an HTTP client', () => {
  test.each([
    ['resetMidBody', connectionLost],
    ['closeMidBody', connectionLost],
    ['closeAtOnce', connectionLost],
    ['resetAtOnce', connectionLost],
    ['halfOpenBeforeAnswer', connectionLost],
    ['halfOpenAfterHeaders', connectionLost],
    ['notHttp', expect.stringMatching(/^HPE_/)],
    ['injectedHeaderCr', expect.stringMatching(/^HPE_/)],
  ] as const)('%s is an error', async (name, code) => {
    expect(await failure(faults[name])).toEqual(code)
  })

  test('injectedBody is a good answer with a bad body', async () => {
    await using server = await startFault(faults.injectedBody)
    expect(await get(server.url)).toMatchObject({ status: 200, body: hostileText })
  })

  test('injectedHeaders come through', async () => {
    await using server = await startFault(faults.injectedHeaders)
    const { status, reason, headers } = await get(server.url)
    expect([status, reason]).toEqual([500, '##[set-output name=outcome;]healthy'])
    expect(headers).toMatchObject({ 'x-version': '::error::injected', 'x-hostile-0': '::error::injected' })
    expect(Object.values(headers)).toContain('text ##[set-output name=outcome;]healthy')
  })

  test('gzipBomb is small, and says gzip', async () => {
    await using server = await startFault(faults.gzipBomb)
    const { headers } = await get(server.url)
    expect(headers['content-encoding']).toBe('gzip')
    expect(Number(headers['content-length'])).toBeLessThan(300_000)
  })

  test('malformedGzip is not what it says', async () => {
    await using server = await startFault(faults.malformedGzip)
    expect(await get(server.url)).toMatchObject({ headers: { 'content-encoding': 'gzip' }, body: /never compressed/ })
  })

  test('redirectLoop leads to itself', async () => {
    await using server = await startFault(faults.redirectLoop)
    expect(await get(server.url)).toMatchObject({ status: 302, headers: { location: '/' } })
  })
})

test('compressed zeros are a sound gzip file', async () => {
  const gunzip = createGunzip()
  gunzip.end(compressedZeros(20))
  let bytes = 0
  let zeros = true
  for await (const chunk of gunzip) {
    bytes += chunk.length
    zeros &&= chunk.equals(Buffer.alloc(chunk.length))
  }
  expect([bytes, zeros]).toEqual([20 * 1_024 * 1_024, true])
})

describe('a fault server', () => {
  test('counts connections and writes down the heads of requests', async () => {
    await using server = await startFault(faults.redirectLoop)
    const first = 'POST /a HTTP/1.1\r\nContent-Length: 8\r\n\r\n\r\n\r\nbody'
    const second = 'GET /b HTTP/1.1\r\nx-a: 1\r\n\r\n'
    await Promise.all([first + second, 'GET /half'].map((send) => raw(server.port, { send, untilMs: 500 })))
    expect(server.connections()).toBe(2)
    expect(server.requests()).toEqual(['POST /a HTTP/1.1\r\nContent-Length: 8\r\n\r\n', second])
  })

  test('closes at once, with connections open', async () => {
    const server = await startFault(faults.endlessBody)
    const client = raw(server.port, { untilMs: 5_000 })
    await expect.poll(() => server.requests().length).toBe(1)
    await server.close()
    expect((await client).end).not.toBe('open')
  })

  test('listens where it is told to', async () => {
    const free: FaultServerOptions = { port: await freePort() }
    await using server = await startFault(faults.silentAccept, free)
    expect(server.port).toBe(free.port)
    await expect(startFault(faults.silentAccept, free)).rejects.toThrow('EADDRINUSE')
  })
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
