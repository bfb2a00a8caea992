import { describe, expect, it } from 'vitest'
import { judged, summary, verdict } from '../support/judging/made.ts'

const [kept, open, broken] = ['passed', 'undecided rounded-too-coarsely', 'failed threshold-exceeded']

describe('failures that are known between bounds', () => {
  const load = summary({
    count: 1_000,
    errors: undefined,
    errorsWithin: [20, 50],
    p: { 95: 100 },
    successfulP: { 95: 90 },
  })

  it.each([
    ['error_rate < 6%', kept],
    ['error_rate < 5%', open],
    ['error_rate < 3%', open],
    ['error_rate < 2%', broken],
    ['errors <= 50', kept],
    ['errors == 30', open],
    ['errors == 0', broken],
  ])('%s: %s', (gate, expected) => {
    expect(verdict(judged(gate, load))).toBe(expected)
  })

  it('leave it open how many were successful', () => {
    const few = judged('p95 < 1s', load, { reading: { onlySuccessful: true }, minSamples: 951 })
    expect([verdict(few), few.detail]).toEqual([
      'undecided too-few-samples',
      'too few requests: 950, p95 needs at least 951 (min-samples)',
    ])
    expect(verdict(judged('p95 < 1s', load, { reading: { onlySuccessful: true }, minSamples: 950 }))).toBe(kept)
  })

  it('are added up with those of others, and stay between bounds', () => {
    const both = summary(undefined, {
      'GET /a': { errors: undefined, errorsWithin: [20, 50] },
      'GET /b': { errors: 10 },
    })
    expect(judged('error_rate of "GET *" < 1%', both).value).toMatchObject({ low: 0.015, high: 0.03 })
  })
})

describe('only-successful, of a tool that does not tell the successful ones apart', () => {
  it.each([undefined, 0])('says so, and gives no advice on min-samples (%s)', (minSamples) => {
    const load = summary({ p: { 95: 100 } })
    const judgement = judged('p95 < 1s', load, { reading: { onlySuccessful: true }, minSamples })
    expect([verdict(judgement), judgement.detail]).toEqual([
      'undecided not-reported',
      'the file does not say the latency of successful requests alone, which only-successful needs',
    ])
  })
})
