import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recogniseRaw } from '../../src/samples/formats.ts'
import { readSamples } from '../../src/samples/read.ts'
import { contents } from '../support/samples/contents.ts'
import { fileOf, read, readInPieces, seen, workerUrl } from '../support/samples/reading.ts'

/** k6 writes nanoseconds, of which a float holds some. */
const k6Time = 1795253658082 + 0.010795

const expected = {
  'k6-json': [
    ['GET tea', 251.098197, k6Time, 0],
    ['GET a "b" 🍵', 1e-5, k6Time, 0],
    ['POST tea', 12, k6Time, 1],
  ],
  'k6-csv': [
    ['GET tea', 251.098197, 1795253658000, 0],
    ['GET a "b", c', 3.1, 1795253659000, 1],
  ],
  'jmeter-csv': [
    ['search', 131, 1795253819707, 0],
    ['tea, "green"\nleaves', 9, 1795253819707, 1],
    ['redirected', 35, 1795253819992, 0],
    ['search', 30, 1795253819708, 0],
    ['redirected-2', 8, 1795253820030, 0],
  ],
  'locust-requests': [
    ['GET /broken', 3.36, 1795253785933.842, 1],
    ['GET GET / without\na token', 32.93, 1795253785906.641, 1],
    ['POST /', 7, 1795253786000, 0],
  ],
  'hey-csv': [
    ['', 25.5, 0.4, 0],
    ['', 37.4, 1, 1],
    ['', 0.7, 1501, 0],
  ],
} as const

describe.each(Object.entries(contents))('%s', (format, content) => {
  const bytes = Buffer.from(content)

  test('is recognised by its content, cut or whole, and by no other format', () => {
    expect(recogniseRaw(bytes)?.name).toBe(format)
    expect(recogniseRaw(Buffer.concat([Buffer.from('\ufeff'), bytes]))?.name).toBe(format)
  })

  test('gives each request with its endpoint, latency, time and failure', async () => {
    const { rows, damage } = await read(format, content)
    expect(rows.map(({ name, latencyMs, timeMs, failure }) => [name, latencyMs, timeMs, failure])).toEqual(
      expected[format as keyof typeof expected],
    )
    expect(damage).toEqual([])
  })

  test('does not depend on how the bytes come', async () => {
    const whole = await read(format, content)
    const sizes = [1, 2, 3, 5, 7, 11, 64, 100, 101, 255, 1_000]
    for (const size of sizes) expect(await read(format, content, size), `chunks of ${size}`).toEqual(whole)
  })

  test('does not depend on the pieces in which it is read', async () => {
    const whole = await read(format, content.repeat(3))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 60 }), async (pieces) => {
        const inPieces = await readInPieces(format, content.repeat(3), pieces)
        expect(sorted(inPieces)).toEqual(sorted(whole))
      }),
      { numRuns: 30 },
    )
  })

  test('is the same with CRLF, a byte order mark, compressed and in several members', async () => {
    const whole = await read(format, content)
    const crlf = Buffer.from(content.replaceAll('\n', '\r\n'))
    const withoutBreaks = (names: readonly { name: string }[]) => names.map(({ name }) => name.replaceAll('\r\n', '\n'))
    const half = bytes.length >> 1
    expect(withoutBreaks((await read(format, crlf)).rows)).toEqual(withoutBreaks(whole.rows))
    expect(await read(format, Buffer.concat([Buffer.from('\ufeff'), bytes]))).toEqual(whole)
    expect(await read(format, gzipSync(bytes))).toEqual(whole)
    expect(await read(format, gzipSync(bytes), 64)).toEqual(whole)
    const members = [bytes.subarray(0, half), bytes.subarray(half)].map((part) => gzipSync(part))
    expect(await read(format, Buffer.concat(members))).toEqual(whole)
  })

  test('without its last line end it is read, and CSV is not taken for whole', async () => {
    const { rows, damage } = await read(format, bytes.subarray(0, -1))
    expect(rows).toEqual((await read(format, content)).rows)
    const cut = /^truncated-results: line \d+: ".*" is the last row and has no line end: .* incomplete$/s
    expect(damage).toEqual(format === 'k6-json' ? [] : [expect.stringMatching(cut)])
  })

  test('cut at any byte, it is read as far as it goes, and never taken for whole unless it ends with a record', async () => {
    const whole = await read(format, content)
    for (let end = 1; end < bytes.length; end += 1) {
      const part = await read(format, bytes.subarray(0, end))
      expect(whole.rows.slice(0, part.rows.length).map(({ name }) => name)).toEqual(part.rows.map(({ name }) => name))
      if (part.damageCount > 0) expect(part.damage[0]).toMatch(/^(truncated-results|unknown-format): line \d+/)
      else expect(isRecordEnd(format, bytes, end), `cut at ${end}`).toBe(true)
    }
  })

  test('cut at any byte when compressed, it is never whole', async () => {
    const packed = gzipSync(bytes)
    for (let end = 2; end < packed.length; end += 1) {
      const part = await read(format, packed.subarray(0, end))
      expect(part.damage.join('\n'), `cut at ${end}`).toMatch(/truncated-results|unknown-format/)
    }
  })

  test('behind the padding of a packed file nothing is passed over', async () => {
    const padded = Buffer.concat([gzipSync(bytes), Buffer.alloc(100_000)])
    expect(await read(format, padded)).toEqual(await read(format, content))
    for (const more of [gzipSync(bytes), Buffer.from('x')]) {
      expect((await read(format, Buffer.concat([padded, more]))).damage).toEqual([expect.stringMatching(/^malformed/)])
    }
  })

  test('a hole of zeros is damage, wherever it is', async () => {
    const many = Buffer.from(content.repeat(20))
    await fc.assert(
      fc.asyncProperty(
        fc.nat(many.length - 2),
        fc.nat(3_000),
        fc.integer({ min: 10, max: 5_000 }),
        async (from, length, chunk) => {
          const holed = Buffer.from(many).fill(0, from, Math.min(many.length, from + length + 1))
          const { damage } = await read(format, holed, chunk)
          expect(damage.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('a broken line is named with its number and does not hide the others', async () => {
    const lines = content.split('\n')
    const broken = [...lines.slice(0, -1), '\0\0\0\0', lines[lines.length - 2], ''].join('\n')
    const whole = await read(format, `${lines.slice(0, -1).join('\n')}\n${lines[lines.length - 2]}\n`)
    const part = await read(format, broken)
    expect(part.rows).toEqual(whole.rows)
    expect(part.damage).toEqual([expect.stringMatching(`^malformed-results: line ${lines.length}: "\\\\u0000`)])
  })

  test('nothing at all is no request and no damage', async () => {
    const empty = await read(format, '')
    expect([empty.rows, empty.damage]).toEqual([[], []])
  })

  test('workers give the same as no workers', async () => {
    const large = content.repeat(200)
    const file = fileOf(large)
    const whole = seen(await readSamples(format, [file], { workerUrl }))
    const parallel = seen(await readSamples(format, [file, file], { workerUrl, threads: 2, splitBytes: 1_000 }))
    expect(parallel.rows).toHaveLength(whole.rows.length * 2)
    expect(sorted({ ...parallel, rows: parallel.rows.slice(0, whole.rows.length) }).rows).toEqual(sorted(whole).rows)
  })
})

/** A row that a boundary parted from what it belongs to comes behind the others of its piece. */
function sorted<T extends { rows: readonly unknown[] }>(given: T): T {
  return { ...given, rows: given.rows.map((row) => JSON.stringify(row)).sort() }
}

/** A closing brace says as much as a line end; the last field of CSV does not. */
function isRecordEnd(format: string, bytes: Buffer, end: number): boolean {
  return bytes[end - 1] === 10 || (format === 'k6-json' && bytes[end] === 10)
}
