import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reported, Stats } from '../../src/reported.ts'
import { Unreadable } from '../../src/unreadable.ts'
import { readText } from '../support/formats/figures.ts'
import { locustHistoryText, samples } from '../support/formats/samples.ts'

/** Append-only: every whole row is a state that was true once. */
const others = samples.filter(([name]) => name !== 'locust-history')

describe.each(others)('%s that is cut', (_, text) => {
  it('anywhere is either refused or says what the whole says', () => {
    const whole = figuresOf(readText(text))
    for (let end = 0; end < text.length; end++) {
      const reported = readIfPossible(text.slice(0, end))
      if (reported !== undefined) expect(withTimesOf(figuresOf(reported), whole), `cut at ${end}`).toEqual(whole)
    }
  })
})

describe('a history of Locust that is cut', () => {
  it('is read only at the end of a row', () => {
    for (let end = 0; end < locustHistoryText.length; end++) {
      const cut = locustHistoryText.slice(0, end)
      if (readIfPossible(cut) !== undefined) expect(cut.endsWith('\n'), `cut at ${end}`).toBe(true)
    }
  })
})

describe.each(samples)('%s that is damaged', (_, text) => {
  it('is refused or read, and never breaks the reader', () => {
    const bytes = Buffer.from(text)
    const edit = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const damaged = Buffer.from(bytes)
        for (const { at, byte } of edits) damaged[at] = byte
        const reported = readIfPossible(damaged.toString())
        if (reported !== undefined) expectSound(reported)
      }),
      { numRuns: 300 },
    )
  })

  it('by a digit is refused or read, and never breaks the reader', () => {
    const digits = [...text.matchAll(/\d/g)].map(({ index }) => index)
    fc.assert(
      fc.property(fc.constantFrom(...digits), fc.constantFrom('0', '9', '-', 'e', '.', ''), (at, digit) => {
        const reported = readIfPossible(text.slice(0, at) + digit + text.slice(at + 1))
        if (reported !== undefined) expectSound(reported)
      }),
      { numRuns: 300 },
    )
  })
})

function readIfPossible(text: string): Reported | undefined {
  try {
    return readText(text)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return undefined
  }
}

function figuresOf({ total, endpoints, iterations }: Reported) {
  const each = endpoints.map(({ name, stats }) => [name, numbersOf(stats)])
  return { total: total === undefined ? undefined : numbersOf(total), each, iterations }
}

/** A percentile that is not there is no wrong one: ab can be told to write none, and Locust's last cell is its longest. */
function withTimesOf(cut: ReturnType<typeof figuresOf>, whole: ReturnType<typeof figuresOf>) {
  if (cut.total === undefined || whole.total === undefined) return cut
  const percentiles = new Map([...whole.total.percentiles, ...cut.total.percentiles])
  return { ...cut, total: { ...cut.total, percentiles } }
}

function numbersOf({ count, errors, throughput, latency, successful }: Stats) {
  const { percentiles, average, minimum, maximum, histogram } = latency
  return {
    count,
    errors,
    throughput,
    percentiles,
    average,
    minimum,
    maximum,
    counts: histogram?.counts,
    successful: successful?.percentiles,
  }
}

/** No times without requests, no number that is none, bounds around the value. */
function expectSound({ total, endpoints }: Reported): void {
  for (const stats of [...(total === undefined ? [] : [total]), ...endpoints.map((endpoint) => endpoint.stats)]) {
    const { percentiles, average, minimum, maximum } = stats.latency
    if (stats.count === 0)
      expect([percentiles.size, average, minimum, maximum]).toEqual([0, undefined, undefined, undefined])
    if (stats.count !== undefined) expect(stats.errors ?? 0).toBeLessThanOrEqual(stats.count)
    for (const quantity of [...percentiles.values(), average, minimum, maximum]) {
      if (quantity === undefined) continue
      const { low, high, value = low } = quantity
      expect(Number.isFinite(low) && Number.isFinite(high) && low <= value && value <= high).toBe(true)
    }
  }
}
