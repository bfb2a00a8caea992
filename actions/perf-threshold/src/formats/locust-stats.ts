import type { Reported, Stats } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'
import type { TextFormat } from './format.ts'
import { endpointName, isTotalRow, latencyOfRow } from './locust-row.ts'
import { statsOf } from './stats.ts'
import { headerCells, malformedAt, readTable, type Table, type TableRow } from './table.ts'

/** Locust's `--csv PREFIX`: `PREFIX_stats.csv`, since 0.12. Times in milliseconds. Source: locust/stats.py. */
export const locustStats: TextFormat = {
  kind: 'text',
  name: 'locust-stats',
  recognises: ([header]) => {
    const cells = headerCells(header)
    if (cells[1] !== 'name') return false
    if (cells[0] === 'method') return cells[2] === '# requests' && cells.includes('50%')
    return cells[0] === 'type' && (cells[2] === 'request count' || cells[2] === '# requests')
  },
  read,
}

function read(text: string): Reported {
  const table = tableOf(text)
  const last = table.rows.at(-1)
  if (last === undefined || !isTotalRow(last)) {
    throw new Unreadable('truncated-results', 'the last row "Aggregated" is missing')
  }
  return {
    total: statsOfRow(last, table),
    endpoints: table.rows.slice(0, -1).map((row) => ({
      ...endpointName(row.text('type', 'method'), row.text('name') ?? ''),
      stats: statsOfRow(row, table),
    })),
    notes: ['Locust writes this file once per second: the requests of the last second may be missing.'],
  }
}

function statsOfRow(row: TableRow, { columns }: Table): Stats {
  const count = row.count('request count', '# requests')
  const errors = row.count('failure count', '# failures')
  if (count === undefined || errors === undefined) throw malformedAt(row.line, 'the row has no count')
  const stats = { count, errors, throughput: row.number('requests/s'), latency: latencyOfRow(row, columns, '') }
  return statsOf(stats, `line ${row.line}`)
}

/**
 * A last line without its end may be cut in its last cell, which is left out: before 1.0 Locust wrote no end there, and
 * some who pass the file on drop it. @throws Unreadable `truncated-results` when more than that is missing
 */
function tableOf(text: string): Table {
  if (text.endsWith('\n')) return readTable(text)
  try {
    return readTable(text.replace(/,[^,"\r\n]*$/, ',\n'))
  } catch (error) {
    throw new Unreadable('truncated-results', 'the file ends in the middle of a row', error)
  }
}
