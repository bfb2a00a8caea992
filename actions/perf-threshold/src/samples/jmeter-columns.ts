import type { CsvLayout } from './csv.ts'
import { type Header, readHeader } from './csv-header.ts'
import { bytesOf } from './match.ts'
import { parseLocalTime, parseZonedTime } from './time-stamp.ts'

/** Where the columns are that matter; -1: switched off. */
export interface JmeterColumns {
  readonly timeStamp: number
  readonly elapsed: number
  readonly label: number
  readonly responseCode: number
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

/** A file without a header can have no other. */
const usualDelimiters = [',', ';', '\t', '|']

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

const others = ['Filename', 'Encoding', 'SampleCount', 'ErrorCount', 'Hostname']
const known: ReadonlySet<string> = new Set([...common, ...withUrl, ...others])

/** The layout of a file that begins like this; undefined when it is not one of JMeter. */
export function jmeterLayout(head: Buffer): JmeterLayout | undefined {
  for (const delimiter of usualDelimiters) {
    const first = readHeader(head, delimiter)
    if (first === undefined) continue
    if (isHeader(first)) return layoutOf(first, first.names)
    if (isRow(first)) return layoutOf({ ...first, line: undefined }, defaults.get(first.names.length) ?? common)
  }
  const header = unusualHeader(head)
  return header && layoutOf(header, header.names)
}

/** Far more than two names and what is between them. */
const mostBytesOfTwoNames = 1_000
const twoNames = /^\w+([^\w"\r\n])"?\w/

/** Names are words, so that what is between the first two is the delimiter, whatever it is. */
function unusualHeader(head: Buffer): Header | undefined {
  const start = head.subarray(0, mostBytesOfTwoNames).toString('latin1')
  const delimiter = twoNames.exec(start)?.[1]
  if (delimiter === undefined) return undefined
  const header = readHeader(head, delimiter)
  return header !== undefined && isHeader(header) && isWrittenByJmeter(header, delimiter) ? header : undefined
}

/** A text can have the names of columns in it, too: but for variables, which are quoted, JMeter writes its own names alone. */
function isWrittenByJmeter({ line }: Header, delimiter: string): boolean {
  const names = Buffer.from(line).toString().split(delimiter)
  return names.every((name) => known.has(name) || /^".*"$/.test(name))
}

/** Without times it takes more to know a JTL: these names are common. */
function isHeader({ names }: Header): boolean {
  const has = (name: string) => names.includes(name)
  if (!has('elapsed')) return false
  return has('timeStamp') || (has('label') && (has('success') || has('responseCode')))
}

function layoutOf(
  { names, delimiter, line }: Omit<Header, 'line'> & { readonly line: Uint8Array | undefined },
  columns: readonly string[],
): JmeterLayout {
  const place = (name: string) => columns.indexOf(name)
  return {
    hasTimes: columns.includes('timeStamp'),
    delimiter,
    columns: names.length,
    header: line,
    places: {
      ...{ timeStamp: place('timeStamp'), elapsed: place('elapsed'), label: place('label') },
      ...{ responseCode: place('responseCode'), responseMessage: place('responseMessage') },
      ...{ threadName: place('threadName'), dataType: place('dataType'), success: place('success') },
      ...{ url: place('URL'), sampleCount: place('SampleCount') },
    },
  }
}

/** Whether the first line is no header, but a row with the columns that JMeter writes by default. */
function isRow({ names }: Header): boolean {
  const [time = '', elapsed = ''] = names
  const bytes = bytesOf(time)
  const range = { start: 0, end: bytes.length }
  const isText = [parseLocalTime, parseZonedTime].some((parse) => !Number.isNaN(parse(bytes, range)))
  return (isText || /^\d{13}$/.test(time)) && /^\d+$/.test(elapsed) && /^(true|false)$/.test(names[7] ?? '')
}
