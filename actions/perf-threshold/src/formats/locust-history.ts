import type { Reported, ReportedEndpoint, Stats } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'
import type { TextFormat } from './format.ts'
import { locustBounds } from './locust-rounding.ts'
import { endpointName, isTotalRow, latencyOfRow } from './locust-row.ts'
import { latencyOfWindows } from './locust-windows.ts'
import { statsOf } from './stats.ts'
import { headerCells, malformedAt, readTable, type Table, type TableRow } from './table.ts'

const windowNote =
  'The percentiles of this history of Locust (before 1.2, or with --csv-full-history) cover about 10 s each: the percentile of the whole ' +
  'run is between the lowest and the highest of them, with room for the first seconds, which none of them covers.'
const endNote = 'Locust up to 2.32 may not write the last 10 s of its history; _stats.csv has more of the run.'
const uncut =
  'the percentiles of locust-history cover the whole run or 10 s each and cannot be cut; ' +
  'use the request log (locust-requests), which has timestamps'

/**
 * Locust's `PREFIX_stats_history.csv`: a row per second. Its percentiles are those since the start, but with
 * `--csv-full-history` or before 1.2 those of the last 10 s or so. Source: locust/stats.py.
 */
export const locustHistory: TextFormat = {
  kind: 'text',
  name: 'locust-history',
  recognises: ([header]) => {
    const cells = headerCells(header)
    return cells[0] === 'timestamp' && cells[1] === 'user count' && cells.includes('name')
  },
  read,
}

function read(text: string): Reported {
  const table = readTable(text)
  const totals = table.rows.filter(isTotalRow)
  if (totals.length === 0) throw new Unreadable('truncated-results', 'the row "Aggregated" is missing')
  const byEndpoint = new Map<string, TableRow[]>()
  for (const row of table.rows) {
    if (!isTotalRow(row)) groupOf(byEndpoint, JSON.stringify([row.text('type'), row.text('name')])).push(row)
  }
  const hasWindows = byEndpoint.size > 0 || isWindowed(totals, table)
  return {
    total: statsOfRows(totals, table, hasWindows),
    endpoints: [...byEndpoint.values()].map((rows) => endpointOf(rows, table)),
    startedAt: timeOf(table.rows.at(0)),
    endedAt: timeOf(table.rows.at(-1)),
    uncut,
    notes: hasWindows ? [windowNote, endNote] : [endNote],
  }
}

/**
 * Without rows by endpoint: this column was written before 1.2 alone, which had windows always. And 100 % of the whole run is
 * the longest of all, whatever a newer version was told to write.
 */
function isWindowed(totals: readonly TableRow[], { columns }: Table): boolean {
  if (columns.includes('99.999%')) return true
  const last = totals.at(-1)
  const [highest, longest] = [last?.number('100%'), last?.number('total max response time')]
  return highest !== undefined && longest !== undefined && locustBounds(highest)[1] + 1 < longest
}

function groupOf(groups: Map<string, TableRow[]>, key: string): TableRow[] {
  const group = groups.get(key) ?? []
  groups.set(key, group)
  return group
}

function endpointOf(rows: readonly TableRow[], table: Table): ReportedEndpoint {
  const name = endpointName(rows[0]?.text('type'), rows[0]?.text('name') ?? '')
  return { ...name, stats: statsOfRows(rows, table, true) }
}

function timeOf(row: TableRow | undefined): number | undefined {
  const seconds = row?.number('timestamp')
  return seconds === undefined ? undefined : seconds * 1000
}

/** Counts and averages are cumulative in any case: the last row has them. */
function statsOfRows(rows: readonly TableRow[], { columns }: Table, hasWindows: boolean): Stats {
  const last = rows.at(-1)
  if (last === undefined) throw new Unreadable('truncated-results', 'the file has no rows')
  const count = last.count('total request count')
  const errors = last.count('total failure count')
  if (count === undefined || errors === undefined) throw malformedAt(last.line, 'the row has no total count')
  const latency = hasWindows ? latencyOfWindows(rows, columns, last) : latencyOfRow(last, columns, 'total ')
  return statsOf({ count, errors, throughput: undefined, latency }, `line ${last.line}`)
}
