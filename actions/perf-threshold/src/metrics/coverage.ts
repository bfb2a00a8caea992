import type { Missing } from '../quantity.ts'
import type { Extremes } from './extremes.ts'
import { seriesName } from './labels.ts'
import type { RawSeries } from './result.ts'

/** There have to be numbers for this share of the window. */
const leastCovered = 0.5
/** What lacks more than this share of the window must not be missed. */
const toleratedGaps = 0.2
const mostNamed = 3

type Coverage = Pick<Extremes, 'doubts' | 'notes' | 'warnings'>

/**
 * How much of the window has numbers. One that has mostly none has not been watched. A single series among others may
 * begin and end within the window, as those of instances do that are replaced in a deployment; an instance that went
 * down looks the same, so that this is a warning and no doubt.
 * @param wanted how many points the window has
 */
export function coverageOf(all: readonly RawSeries[], wanted: number): Coverage {
  const covered = momentsOf(all)
  const shown = `the query returned numbers at ${covered} of ${wanted} points of the window`
  if (covered < wanted * leastCovered) {
    const doubt: Missing = { missing: 'metrics-empty', detail: shown }
    return { doubts: [doubt], notes: [], warnings: [] }
  }
  const gaps = lacks(covered, wanted, 0) ? [`${shown}; the others were not judged.`] : []
  const isMuch = lacks(covered, wanted, toleratedGaps)
  return {
    doubts: [],
    notes: isMuch ? [] : gaps,
    warnings: [...(isMuch ? gaps : []), ...(all.length > 1 ? briefSeries(all, wanted) : [])],
  }
}

/** Some servers move the window to multiples of the step, which costs a point. */
function lacks(points: number, wanted: number, tolerated: number): boolean {
  return points < Math.min(wanted - 1, wanted * (1 - tolerated))
}

/** A sentence on the series that have no numbers for a good part of the window, those with the fewest first. */
function briefSeries(all: readonly RawSeries[], wanted: number): string[] {
  const counted = all.map((series) => ({ labels: series.labels, points: momentsOf([series]) }))
  const brief = counted
    .filter(({ points }) => lacks(points, wanted, toleratedGaps))
    .toSorted((one, other) => one.points - other.points)
  if (brief.length === 0) return []
  const named = brief
    .slice(0, mostNamed)
    .map(({ labels, points }) => `${seriesName(labels)} at ${points} of ${wanted} points`)
  const rest = brief.length > named.length ? ` and ${brief.length - named.length} more` : ''
  return [
    `${brief.length} of ${all.length} series have numbers for only a part of the window: ${named.join(', ')}${rest}. ` +
      'Check whether these instances were started or replaced during the test, or went down.',
  ]
}

/** At how many points at least one of the series has a number. */
function momentsOf(all: readonly RawSeries[]): number {
  const moments = all.flatMap(({ samples }) =>
    samples.filter(({ value }) => Number.isFinite(value)).map(({ seconds }) => seconds),
  )
  return new Set(moments).size
}
