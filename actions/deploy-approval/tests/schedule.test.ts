import { describe, expect, it } from 'vitest'
import { pauseAfter } from '../src/schedule.ts'

describe('the pause until the next look', () => {
  it.each([
    [0, 5_000],
    [119_999, 5_000],
    [120_000, 15_000],
    [599_999, 15_000],
    [600_000, 30_000],
    [72 * 3_600_000, 30_000],
  ])('after %d ms is %d ms', (waitedMs, pauseMs) => {
    expect(pauseAfter(waitedMs, { intervalMs: undefined, isBudgetLow: false })).toBe(pauseMs)
  })

  it.each([0, 120_000, 600_000])('after %d ms is what was asked for', (waitedMs) => {
    expect(pauseAfter(waitedMs, { intervalMs: 1_000, isBudgetLow: false })).toBe(1_000)
    expect(pauseAfter(waitedMs, { intervalMs: 90_000, isBudgetLow: false })).toBe(90_000)
  })

  it('is at least a minute when little is left of the budget', () => {
    expect(pauseAfter(0, { intervalMs: undefined, isBudgetLow: true })).toBe(60_000)
    expect(pauseAfter(600_000, { intervalMs: undefined, isBudgetLow: true })).toBe(60_000)
    expect(pauseAfter(0, { intervalMs: 1_000, isBudgetLow: true })).toBe(60_000)
    expect(pauseAfter(0, { intervalMs: 90_000, isBudgetLow: true })).toBe(90_000)
  })
})
