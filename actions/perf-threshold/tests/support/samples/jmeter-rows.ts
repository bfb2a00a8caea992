import { jmeterCsv } from './contents.ts'

export const header = jmeterCsv.slice(0, jmeterCsv.indexOf('\n'))
export const columns = header.split(',')

/** A row of JMeter as its default columns have it, with what is given. */
export function row(given: Readonly<Record<string, string>>, delimiter = ','): string {
  const values: Readonly<Record<string, string>> = {
    ...{ timeStamp: '1795253819707', elapsed: '5', label: 'home', responseCode: '200', responseMessage: 'OK' },
    ...{ threadName: 'Users 1-1', dataType: 'text', success: 'true', URL: 'http://127.0.0.1/' },
    ...given,
  }
  return columns.map((name) => quoted(values[name] ?? '', delimiter)).join(delimiter)
}

function quoted(value: string, delimiter: string): string {
  return value.includes(delimiter) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

/** The header and rows as JMeter writes them when some columns are switched off. */
export function without(off: readonly string[], rows: readonly Readonly<Record<string, string>>[]): string {
  const kept = columns.flatMap((name, at) => (off.includes(name) ? [] : [at]))
  const keep = (line: string) => {
    const fields = line.split(',')
    return kept.map((at) => fields[at]).join(',')
  }
  return `${[header, ...rows.map((given) => row(given))].map(keep).join('\n')}\n`
}
