import { Malformed, quote } from '@deploy-safety/common/inputs'

/** A query that thresholds know as `prometheus.name`. */
export interface MetricsQuery {
  readonly name: string
  readonly promql: string
}

const example = 'Write one query per line: cpu = avg(rate(process_cpu_seconds_total[1m])).'

/** Reads lines of `name = promql`; blank lines and lines that begin with # say nothing. @throws Malformed */
export function parseQueries(text: string): MetricsQuery[] {
  const queries: MetricsQuery[] = []
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const query = parseLine(line, `line ${index + 1}, ${quote(line)},`)
    if (queries.some(({ name }) => name === query.name)) {
      throw new Malformed(`line ${index + 1} defines ${quote(query.name)} again`, 'Give every query a name of its own.')
    }
    queries.push(query)
  }
  return queries
}

function parseLine(line: string, where: string): MetricsQuery {
  // PromQL is full of "=", but nothing of it stands before the first one of a definition except the name.
  const [, name = '', promql] = /^([^=]*)=(.*)$/s.exec(line) ?? []
  if (promql === undefined) throw new Malformed(`${where} has no name for the query`, example)
  const trimmed = name.trim()
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(trimmed)) {
    const problem = trimmed === '' ? 'has no name before the "="' : `starts with ${quote(trimmed)}, which is not a name`
    throw new Malformed(`${where} ${problem}`, `A name has letters, digits, _ and -, no digit first. ${example}`)
  }
  if (/^[=~]/.test(promql)) {
    throw new Malformed(`${where} compares ${quote(trimmed)} instead of naming a query`, example)
  }
  if (promql.trim() === '') throw new Malformed(`${where} has no query after the "="`, example)
  return { name: trimmed, promql: promql.trim() }
}
