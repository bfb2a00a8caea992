import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nearestRank } from '../../src/load-test/distribution.ts'
import { jointRate } from '../../src/load-test/joint-rate.ts'
import { reportedPopulation } from '../../src/load-test/reported-population.ts'
import { exactly, isMissing, type Known } from '../../src/quantity.ts'
import { stats } from '../support/judging/made.ts'

const shares = [0.5, 0.75, 0.9, 0.99]
const times = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 300 })

function expectWithin(value: number, known: Known): void {
  if (isMissing(known)) throw new Error(known.detail)
  expect(known.low).toBeLessThanOrEqual(value + 1e-9)
  expect(known.high).toBeGreaterThanOrEqual(value - 1e-9)
}

it('a percentile of all is within what is known of it, however late the late ones were', () => {
  const late = fc.array(fc.integer({ min: 2_001, max: 60_000 }), { minLength: 1, maxLength: 100 })
  fc.assert(
    fc.property(times, late, fc.double({ min: 0.01, max: 0.999, noNaN: true }), (inTime, tooLate, share) => {
      const sorted = inTime.toSorted((one, other) => one - other)
      const at = (values: readonly number[], wanted: number) =>
        values[nearestRank(values.length, wanted) - 1] ?? Number.NaN
      const all = [...sorted, ...tooLate.toSorted((one, other) => one - other)]
      const percentiles = new Map(shares.map((known) => [known, exactly(at(sorted, known))] as const))
      const [minimum, maximum] = [exactly(sorted[0] ?? 0), exactly(sorted.at(-1) ?? 0)]
      const latency = { percentiles, minimum, maximum, average: undefined, late: tooLate.length }
      const population = reportedPopulation(stats({ count: all.length, latency }), {
        onlySuccessful: false,
        method: 'linear',
      })
      for (const wanted of [...shares, share]) expectWithin(at(all, wanted), population.percentile(wanted))
      expectWithin(all.at(-1) ?? 0, population.maximum)
    }),
  )
})

const label = fc.record({
  startMs: fc.integer({ min: 0, max: 60_000 }),
  // Often as long as another one, and at another time.
  lengthMs: fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.constantFrom(10_000, 60_000)),
  count: fc.integer({ min: 1, max: 5_000 }),
})

it('the rate of several labels is within what is known of it, whenever each of them was used', () => {
  fc.assert(
    fc.property(
      fc.array(label, { minLength: 2, maxLength: 6 }),
      fc.boolean(),
      fc.boolean(),
      (labels, isCut, hasWhole) => {
        const rate = (count: number, ms: number) => {
          const exact = (count / ms) * 1_000
          return exactly(isCut ? Math.round(exact * 100) / 100 : exact)
        }
        const span = (some: typeof labels) =>
          Math.max(...some.map(({ startMs, lengthMs }) => startMs + lengthMs)) -
          Math.min(...some.map(({ startMs }) => startMs))
        const sum = (some: typeof labels) => some.reduce((total, { count }) => total + count, 0)
        const rated = (some: typeof labels) => ({ count: exactly(sum(some)), throughput: rate(sum(some), span(some)) })
        const chosen = labels.slice(1)
        const known = jointRate(
          chosen.map((one) => rated([one])),
          { whole: hasWhole ? rated(labels) : undefined, named: sum(labels) },
        )
        const truth = (sum(chosen) / span(chosen)) * 1_000
        if (isMissing(known)) throw new Error(known.detail)
        // Rates that were cut are added up where they may be over the same time, each off by half a cent.
        const slack = known.low === known.high ? 0.005 * chosen.length + truth * 2e-6 : truth * 1e-9
        expect(known.low).toBeLessThanOrEqual(truth + slack)
        expect(known.high).toBeGreaterThanOrEqual(truth - slack)
      },
    ),
  )
})
