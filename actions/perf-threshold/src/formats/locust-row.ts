import type { Latency } from '../reported.ts'
import { locustRounded } from './locust-rounding.ts'
import { maybeExactly, noLatency, percentilesOf, shareOf } from './stats.ts'
import type { TableRow } from './table.ts'

export interface EndpointName {
  readonly name: string
  readonly shortName: string
}

/** A percentile column, by its share: `99.9%`; 0.13 wrote one of them without the sign. */
export function percentileColumns(columns: readonly string[]): readonly (readonly [share: number, column: string])[] {
  return columns
    .filter((column) => /^\d+(?:\.\d+)?%?$/.test(column))
    .map((column) => [shareOf(column.replace('%', '')), column] as const)
}

/** The row over all: no type (`None` in old versions), and a name that no request without a type has. */
export function isTotalRow(row: TableRow): boolean {
  const type = row.text('type', 'method')
  return (type === '' || type === 'None') && /^(?:Aggregated|Total)$/.test(row.text('name') ?? '')
}

export function endpointName(method: string | undefined, name: string): EndpointName {
  return { name: method ? `${method} ${name}` : name, shortName: name }
}

/** The times of a row. `prefix` comes before the names of the columns of average, minimum, maximum and median. */
export function latencyOfRow(row: TableRow, columns: readonly string[], prefix: '' | 'total '): Latency {
  const percentiles = percentileColumns(columns).map(
    ([share, column]) => [share, locustRounded(row.number(column))] as const,
  )
  const median = [0.5, locustRounded(row.number(`${prefix}median response time`))] as const
  return { ...averagesOfRow(row, prefix), percentiles: percentilesOf([median, ...percentiles]) }
}

export function averagesOfRow(row: TableRow, prefix: '' | 'total '): Latency {
  return {
    ...noLatency,
    average: maybeExactly(row.number(`${prefix}average response time`)),
    minimum: maybeExactly(row.number(`${prefix}min response time`)),
    maximum: maybeExactly(row.number(`${prefix}max response time`)),
  }
}
