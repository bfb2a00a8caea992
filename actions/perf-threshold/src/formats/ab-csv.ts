import { rounded } from '../quantity.ts'
import type { Reported } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'
import type { TextFormat } from './format.ts'
import { percentilesOf, shareOf, statsOf } from './stats.ts'
import { headerCells, malformedAt, readTable, type TableRow } from './table.ts'

const [percentColumn, timeColumn] = ['percentage served', 'time in ms']
const note = 'This file of ab has no counts of requests and errors: those are in the standard output of ab.'

/** ApacheBench's `-e`: a row per percent, 0 to 100, in milliseconds. Source: apache/httpd support/ab.c. */
export const abCsv: TextFormat = {
  kind: 'text',
  name: 'ab-csv',
  recognises: ([header]) => headerCells(header).join() === `${percentColumn},${timeColumn}`,
  read(text: string): Reported {
    const { rows } = readTable(text)
    const times = rows.map((row, index) => timeOf(row, index))
    if (times.length < 101)
      throw new Unreadable('truncated-results', `the file ends before the row of ${times.length} %`)
    const quantities = times.map((time) => rounded(time, 0.001, '3 decimals of ms'))
    const latency = {
      percentiles: percentilesOf(quantities.map((quantity, percent) => [shareOf(String(percent)), quantity])),
      average: undefined,
      minimum: quantities.at(0),
      maximum: quantities.at(-1),
    }
    const stats = { count: undefined, errors: undefined, throughput: undefined, latency }
    return { total: statsOf(stats, 'the table'), endpoints: [], notes: [note] }
  },
}

function timeOf(row: TableRow, percent: number): number {
  const time = row.number(timeColumn)
  if (row.count(percentColumn) !== percent || time === undefined) {
    throw malformedAt(row.line, `expected the row of ${percent} %`)
  }
  return time
}
