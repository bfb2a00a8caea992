const secondMs = 1_000
const minuteMs = 60 * secondMs

/** Often while people are likely to be there, seldom later. */
const adaptive = [
  { untilMs: 2 * minuteMs, everyMs: 5 * secondMs },
  { untilMs: 10 * minuteMs, everyMs: 15 * secondMs },
  { untilMs: Number.POSITIVE_INFINITY, everyMs: 30 * secondMs },
] as const

/**
 * How long to wait for the next poll.
 * @param intervalMs a fixed one; undefined: adaptive
 * @param isBudgetLow whether little is left of the rate limit, from which other jobs live too
 */
export function pauseAfter(
  waitedMs: number,
  { intervalMs, isBudgetLow }: { readonly intervalMs: number | undefined; readonly isBudgetLow: boolean },
): number {
  const { everyMs } = adaptive.find(({ untilMs }) => waitedMs < untilMs) ?? adaptive[2]
  const usual = intervalMs ?? everyMs
  return isBudgetLow ? Math.max(usual, minuteMs) : usual
}
