import { quote } from '@deploy-safety/common/inputs'
import { isMissing, type Missing } from '../quantity.ts'
import { type HistogramCall, histogramCalls, isWhole } from './histogram-call.ts'
import { type Labels, labelOf, seriesName } from './labels.ts'
import { type QueryResult, type RawSeries, readNumber } from './result.ts'

interface Saturation {
  readonly doubts: readonly Missing[]
  readonly notes: readonly string[]
}

type Ask = (promql: string) => Promise<QueryResult | Missing>

/** How to ask for values, at every point, and for buckets, of which a few points do. */
interface Asks {
  readonly values: Ask
  readonly buckets: Ask
}

/** A query rarely has two. */
const mostCalls = 4

/**
 * Whether a quantile of a query lies in the open bucket of its histogram: there histogram_quantile gives the highest
 * finite bound, so that a limit above that bound could never be exceeded. What the call gives is compared with the
 * bounds of the buckets that it looks at; a check that cannot be made is said.
 */
export async function findSaturation(
  { promql, series }: { promql: string; series: readonly RawSeries[] },
  asks: Asks,
): Promise<Saturation> {
  const calls = histogramCalls(promql)
  if (calls.length === 0 && !/histogram_quantile/.test(promql)) return { doubts: [], notes: [] }
  const found = await Promise.all(
    calls.slice(0, mostCalls).map((call) => check(call, isWhole(call, promql) ? series : undefined, asks)),
  )
  const unread = calls.length === 0 || calls.length > mostCalls
  const notes = unread ? [unchecked('not every histogram_quantile of the query could be parsed')] : []
  return {
    doubts: found.flatMap(({ doubts }) => doubts),
    notes: [...found.flatMap(({ notes: own }) => own), ...notes],
  }
}

/** @param known what the call gives, where it is the query itself and need not be asked again */
async function check(call: HistogramCall, known: readonly RawSeries[] | undefined, asks: Asks): Promise<Saturation> {
  const buckets = await asks.buckets(call.buckets)
  if (isMissing(buckets)) return { doubts: [], notes: [unchecked(buckets.detail)] }
  const bounds = highestBounds(buckets.series)
  if (bounds.size === 0) {
    // Native histograms have no last bucket that is open.
    const missing = buckets.nativeHistograms > 0 ? [] : [unchecked(`${quote(call.buckets)} returned no buckets`)]
    return { doubts: [], notes: missing }
  }
  const values = known === undefined ? await asks.values(call.text) : { series: known }
  if (isMissing(values)) return { doubts: [], notes: [unchecked(values.detail)] }
  const doubts = values.series.flatMap((series) => doubtOf(series, bounds) ?? [])
  return { doubts: doubts.slice(0, 1), notes: [] }
}

function doubtOf({ labels, samples }: RawSeries, bounds: ReadonlyMap<string, number>): Missing | undefined {
  const own = bounds.get(keyOf(labels))
  // A series may have its buckets between the points that were asked for.
  const candidates = own === undefined ? [...bounds.values()] : [own]
  const saturated = samples.find(({ value }) => candidates.includes(value))
  if (saturated === undefined) return undefined
  const detail =
    `histogram_quantile returned ${saturated.value} for ${seriesName(labels)}, the highest bound of its buckets: ` +
    'the true value is this or more'
  return { missing: 'saturated-histogram', detail }
}

/** The highest finite bound of each histogram, by the labels that histogram_quantile leaves. */
function highestBounds(buckets: readonly RawSeries[]): Map<string, number> {
  const bounds = new Map<string, number>()
  for (const { labels } of buckets) {
    const bound = readNumber(labelOf(labels, 'le'))
    if (bound === undefined || !Number.isFinite(bound)) continue
    const key = keyOf(labels)
    bounds.set(key, Math.max(bound, bounds.get(key) ?? Number.NEGATIVE_INFINITY))
  }
  return bounds
}

function keyOf(labels: Labels): string {
  const kept = Object.entries(labels).filter(([name]) => name !== 'le' && name !== '__name__')
  return JSON.stringify(kept.sort(([one], [other]) => (one < other ? -1 : 1)))
}

function unchecked(why: string): string {
  return `Not checked whether a histogram is saturated: ${why}.`
}
