import { percentile } from '@deploy-safety/common/percentile'

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** @throws Error without values */
export function spreadOf(values: readonly number[]): Spread {
  const [least, median, most] = [0, 0.5, 1].map((share) => percentile(values, share))
  if (least === undefined || median === undefined || most === undefined) throw new Error('There are no values')
  return { least, median, most }
}
