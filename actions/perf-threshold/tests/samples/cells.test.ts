import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketBounds, bucketOf, mostMantissaBits } from '../../src/samples/bucket.ts'
import { createCellCounter } from '../../src/samples/cell-counter.ts'
import type { Cells } from '../../src/samples/cells.ts'
import { failure, type Rows } from '../../src/samples/columns.ts'
import { addCount, bytesOfCounts, createCountMap, writeCounts } from '../../src/samples/count-map.ts'
import { collectLatencies, readSamples } from '../../src/samples/read.ts'
import type { Request } from '../../src/samples/request.ts'
import { fileOf, workerUrl } from '../support/samples/reading.ts'

const latency = fc.double({ min: 0, max: 2 ** 40, noNaN: true })

describe('buckets', () => {
  test('hold the values between their bounds, in the order of the values', () => {
    fc.assert(
      fc.property(latency, latency, fc.integer({ min: 5, max: mostMantissaBits }), (one, other, bits) => {
        const [low, high] = bucketBounds(bucketOf(one, bits), bits)
        expect(one >= low && one < high).toBe(true)
        expect(Math.sign(bucketOf(one, bits) - bucketOf(other, bits)) * Math.sign(one - other)).toBeGreaterThanOrEqual(
          0,
        )
        if (one > 1e-300) expect((high - low) / low).toBeLessThanOrEqual(2 ** -bits)
      }),
    )
  })

  test('hold each whole millisecond below 8192 alone', () => {
    for (let ms = 0; ms < 8_192; ms += 1) {
      expect(bucketBounds(bucketOf(ms, 12), 12)[0]).toBe(ms)
      expect(bucketOf(ms, 12)).not.toBe(bucketOf(ms + 1, 12))
    }
  })
})

describe('a map of counts', () => {
  test('counts as a Map does', () => {
    const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** 23 }), fc.integer({ min: 1, max: 9 })), {
      maxLength: 500,
    })
    fc.assert(
      fc.property(entries, (added) => {
        const counts = createCountMap()
        const reference = new Map<number, number>()
        let bytes = bytesOfCounts(counts)
        for (const [key, count] of added) {
          bytes += addCount(counts, key, count)
          reference.set(key, (reference.get(key) ?? 0) + count)
        }
        const [keys, values] = [new Uint32Array(counts.size), new Uint32Array(counts.size)]
        const total = writeCounts(counts, keys, values)
        expect(new Map([...keys].map((key, at) => [key, values[at] ?? 0]))).toEqual(reference)
        expect([...keys]).toEqual([...keys].sort((one, other) => one - other))
        expect(total).toBe(added.reduce((sum, [, count]) => sum + count, 0))
        expect(bytesOfCounts(counts)).toBe(bytes)
      }),
    )
  })
})

const request = fc.record({
  latencyMs: fc.oneof(fc.nat(9_000), fc.double({ min: 0, max: 1e5, noNaN: true })),
  timeMs: fc.integer({ min: 1795253658000, max: 1795253658000 + 3_600_000 }),
  nameId: fc.nat(2),
  failure: fc.constantFrom(failure.no, failure.yes, failure.untold),
})

function rowsOf(requests: readonly Request[]): Rows {
  return {
    length: requests.length,
    latencies: Float64Array.from(requests, ({ latencyMs }) => latencyMs),
    times: Float64Array.from(requests, ({ timeMs }) => timeMs),
    endpointIds: Uint32Array.from(requests, ({ nameId }) => nameId),
    failures: Uint8Array.from(requests, ({ failure: failed }) => failed),
  }
}

/** Counts by everything that cells tell apart. */
function summary({ entries, widthMs = 1, mantissaBits }: Pick<Cells, 'entries' | 'widthMs' | 'mantissaBits'>) {
  return {
    ...{ widthMs, mantissaBits },
    entries: entries
      .map(({ endpointId, failure: failed, startMs, count, leastMs, mostMs, buckets, counts }) =>
        JSON.stringify({
          endpointId,
          failed,
          startMs,
          count,
          leastMs,
          mostMs,
          buckets: [...buckets],
          counts: [...counts],
        }),
      )
      .sort(),
  }
}

describe('cells', () => {
  test('are the same however requests are parted and put together', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 200 }), fc.nat(200), (requests, at) => {
        const [whole, one, other] = [createCellCounter(2 ** 24), createCellCounter(2 ** 24), createCellCounter(2 ** 24)]
        whole.count(rowsOf(requests))
        one.count(rowsOf(requests.slice(0, at)))
        other.count(rowsOf(requests.slice(at)))
        one.merge(other.cells(true), (id) => id)
        expect(summary(one.cells(true))).toEqual(summary(whole.cells(true)))
      }),
    )
  })

  test('hold each request where it belongs', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 100 }), (requests) => {
        const counter = createCellCounter(2 ** 24)
        counter.count(rowsOf(requests))
        const { entries, widthMs = 0, mantissaBits, length } = counter.cells(true)
        expect(length).toBe(requests.length)
        expect(new Set(entries.map(({ startMs }) => startMs)).size).toBeLessThanOrEqual(120)
        for (const { latencyMs, timeMs, nameId, failure: failed } of requests) {
          const own = entries.find(
            ({ endpointId, failure: of, startMs }) =>
              endpointId === nameId && of === failed && startMs <= timeMs && timeMs < startMs + widthMs,
          )
          expect(own?.buckets).toContain(bucketOf(latencyMs, mantissaBits))
        }
      }),
    )
  })

  test('stay within their limit by getting coarser, and say so', () => {
    const counter = createCellCounter(100_000)
    const requestAt = (at: number) =>
      ({ latencyMs: at * 1.1, timeMs: 1795253658000 + at, nameId: at % 3, failure: failure.no }) as const
    counter.count(rowsOf(Array.from({ length: 50_000 }, (_, at) => requestAt(at))))
    const { mantissaBits, entries, length } = counter.cells(true)
    expect(length).toBe(50_000)
    expect(mantissaBits).toBeLessThan(mostMantissaBits)
    expect(entries.reduce((sum, { buckets }) => sum + buckets.length, 0) * 8).toBeLessThan(100_000)
  })

  test('give up digits of the latencies before the times of a run', () => {
    const counter = createCellCounter(2 ** 22, 130_000)
    const count = 500_000
    counter.count({
      length: count,
      latencies: Float64Array.from({ length: count }, (_, at) => 20 + ((at * 7_919.123_457) % 400)),
      times: Float64Array.from({ length: count }, (_, at) => 1795253658000 + at * 1.2),
      endpointIds: new Uint32Array(count),
      failures: new Uint8Array(count),
    })
    const { widthMs, mantissaBits } = counter.cells(true)
    expect(widthMs).toBeLessThanOrEqual(8_000)
    expect(mantissaBits).toBeGreaterThanOrEqual(9)
  })
})

describe('a result that is too large for columns', () => {
  const rows = Array.from({ length: 5_000 }, (_, at) => ({ at, latency: (at * 7919) % 1_009, label: `l${at % 3}` }))
  const content = `timeStamp,elapsed,label,success\n${rows
    .map(({ at, latency: ms, label }) => `${1795253658000 + at * 20},${ms},${label},${at % 5 !== 0}\n`)
    .join('')}`
  const file = fileOf(content)
  const small = { workerUrl, columnBytes: 2_000 }

  test.each([
    ['in one thread', small],
    ['in workers', { ...small, threads: 2, splitBytes: 1_000 }],
  ])('has every request in its cells, %s', async (_, options) => {
    const { requests, endpoints } = await readSamples('jmeter-csv', [file], options)
    if (requests.kind !== 'cells') throw new Error('These are columns')
    for (const [id, { name }] of endpoints.entries()) {
      const own = requests.entries.filter(({ endpointId }) => endpointId === id)
      const values = own.flatMap(({ buckets, counts }) =>
        [...buckets].flatMap((bucket, at) => Array<number>(counts[at] ?? 0).fill(bucketBounds(bucket, 12)[0])),
      )
      const expected = rows.filter(({ label }) => label === name).map(({ latency: ms }) => ms)
      expect(values.sort((one, other) => one - other)).toEqual(expected.sort((one, other) => one - other))
    }
  })

  test.each([
    ['in one thread', small],
    ['in workers', { ...small, threads: 2, splitBytes: 1_000 }],
  ])('is asked again for the values of one bucket, %s', async (_, options) => {
    const query = { endpoints: ['l1'], lowMs: 500, highMs: 520, onlySuccessful: true }
    const values = await collectLatencies({ format: 'jmeter-csv', files: [file] }, query, options)
    const expected = rows
      .filter(({ at, latency: ms, label }) => label === 'l1' && ms >= 500 && ms < 520 && at % 5 !== 0)
      .map(({ latency: ms }) => ms)
    expect([...values]).toEqual(expected.sort((one, other) => one - other))
  })
})
