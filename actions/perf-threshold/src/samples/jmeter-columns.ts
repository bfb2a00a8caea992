import type { CsvLayout } from './csv.ts'
import { type Header, readHeader } from './csv-header.ts'
import { bytesOf } from './match.ts'
import { parseLocalTime } from './time-stamp.ts'

/** Where the columns are that matter; -1: switched off. */
export interface JmeterColumns {
  readonly timeStamp: number
  readonly elapsed: number
  readonly label: number
  readonly responseMessage: number
  readonly threadName: number
  readonly dataType: number
  readonly success: number
  readonly url: number
  readonly sampleCount: number
}

export interface JmeterLayout extends Omit<CsvLayout, 'take' | 'quick'> {
  readonly places: JmeterColumns
}

const delimiters = [',', ';', '\t', '|']

/** As JMeter writes a row without a header by default: 5.x, and before 3.1 without `sentBytes`. */
const common = ['timeStamp', 'elapsed', 'label', 'responseCode', 'responseMessage', 'threadName', 'dataType', 'success']
const withUrl = [
  'failureMessage',
  'bytes',
  'sentBytes',
  'grpThreads',
  'allThreads',
  'URL',
  'Latency',
  'IdleTime',
  'Connect',
]
const defaults: ReadonlyMap<number, readonly string[]> = new Map([
  [17, [...common, ...withUrl]],
  [16, [...common, ...withUrl.filter((name) => name !== 'sentBytes')]],
])

/** The layout of a file that begins like this; undefined when it is not one of JMeter. */
export function jmeterLayout(head: Buffer): JmeterLayout | undefined {
  for (const delimiter of delimiters) {
    const first = readHeader(head, delimiter)
    if (first === undefined) continue
    if (first.names.includes('timeStamp') && first.names.includes('elapsed')) return layoutOf(first, first.names)
    if (isRow(first)) return layoutOf({ ...first, line: undefined }, defaults.get(first.names.length) ?? common)
  }
  return undefined
}

function layoutOf(
  { names, delimiter, line }: Omit<Header, 'line'> & { readonly line: Uint8Array | undefined },
  columns: readonly string[],
): JmeterLayout {
  const place = (name: string) => columns.indexOf(name)
  return {
    hasTimes: true,
    delimiter,
    columns: names.length,
    header: line,
    places: {
      ...{ timeStamp: place('timeStamp'), elapsed: place('elapsed'), label: place('label') },
      responseMessage: place('responseMessage'),
      ...{ threadName: place('threadName'), dataType: place('dataType'), success: place('success') },
      ...{ url: place('URL'), sampleCount: place('SampleCount') },
    },
  }
}

/** Whether the first line is no header, but a row with the columns that JMeter writes by default. */
function isRow({ names }: Header): boolean {
  const [time = '', elapsed = ''] = names
  const bytes = bytesOf(time)
  const isTime = /^\d{13}$/.test(time) || !Number.isNaN(parseLocalTime(bytes, { start: 0, end: bytes.length }))
  return isTime && /^\d+$/.test(elapsed) && /^(true|false)$/.test(names[7] ?? '')
}
