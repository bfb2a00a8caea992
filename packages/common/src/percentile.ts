/**
 * The percentile of unsorted values by linear interpolation between the two nearest (Hyndman and Fan's type 7, as in
 * NumPy, R and spreadsheets). Undefined without values.
 * @param share from 0 to 1
 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = Float64Array.from(values).sort()
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)]
  const above = sorted[Math.ceil(position)]
  if (below === undefined || above === undefined) return undefined
  return below + (above - below) * (position - Math.floor(position))
}
