import { isRecord } from '@deploy-safety/common/record'
import { Unreadable } from '../unreadable.ts'
import { dig } from './json.ts'
import { headerCells } from './table.ts'

/** A kind of file that is known and not read: what it is, and what to give instead. */
interface Stranger<Content> {
  readonly what: string
  readonly instead: string
  matches(content: Content): boolean
}

const other = 'a results file that the README lists, or thresholds on metrics of the service (prometheus-queries)'
const jmeter = 'the JTL as CSV (jmeter.save.saveservice.output_format=csv) or statistics.json of the dashboard'

const jsonStrangers: readonly Stranger<unknown>[] = [
  {
    what: 'a vegeta report',
    instead: other,
    matches: (document) => dig(document, 'latencies', '95th') !== undefined,
  },
  { what: 'a vegeta result', instead: other, matches: isVegetaHit },
  {
    what: 'Gatling statistics',
    instead: other,
    matches: (document) => isGatlingStats(document) || isGatlingStats(dig(document, 'stats')),
  },
  {
    what: 'a response of Prometheus',
    instead: 'the query itself, in prometheus-queries',
    matches: (document) => dig(document, 'status') !== undefined && dig(document, 'data', 'resultType') !== undefined,
  },
  {
    what: 'a result of autocannon before 3',
    instead: 'a newer autocannon',
    matches: (document) =>
      dig(document, 'latency', 'p999') !== undefined && dig(document, 'requests', 'sent') !== undefined,
  },
  {
    what: 'a fortio result',
    instead: other,
    matches: (document) => isRecord(dig(document, 'DurationHistogram')),
  },
  {
    what: 'a ghz result',
    instead: other,
    matches: (document) =>
      dig(document, 'latencyDistribution') !== undefined && dig(document, 'endReason') !== undefined,
  },
]

const artilleryJson = 'the file of "artillery run --output"'

const textStrangers: readonly Stranger<string>[] = [
  { what: 'a binary vegeta result (gob)', instead: other, matches: isVegetaGob },
  {
    what: 'the table of autocannon',
    instead: 'the output of "autocannon --json"',
    matches: (text) => /^│ Stat\s+│ (?:1|2\.5)%/m.test(text) || /^Req\/Bytes counts sampled /m.test(text),
  },
  {
    what: 'the console output of Artillery',
    instead: artilleryJson,
    matches: (text) => /^(?:Summary report @ |Report @ |Metrics for period to: )/m.test(text),
  },
  {
    what: 'the HTML table of ab -w',
    instead: 'the output of ab without -w',
    matches: (text) => /^\s*This is ApacheBench, Version .*<br>/m.test(text),
  },
  { what: 'a vegeta result as CSV', instead: other, matches: (text) => /^\d{19},\d{1,3},\d+,\d+,\d+,/.test(text) },
  { what: 'a vegeta report as text', instead: other, matches: (text) => /^Latencies\s+\[/m.test(text) },
  { what: 'a JMeter JTL as XML', instead: jmeter, matches: (text) => /<testResults[\s>]/.test(text) },
  { what: 'the console output of JMeter', instead: jmeter, matches: (text) => /^summary [=+]\s+\d+ in /m.test(text) },
  {
    what: 'the binary simulation.log of Gatling 3.13 or newer',
    instead: other,
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a record type and the length of the version
    matches: (text) => /^\u0000\u0000\u0000\u0000[\u0001-\u001f]\d+\.\d+/.test(text),
  },
  { what: 'the simulation.log of Gatling', instead: other, matches: (text) => /^(?:RUN|ASSERTION)\t/.test(text) },
  { what: 'stats.js of Gatling', instead: other, matches: (text) => /^var stats\s*=/.test(text) },
  {
    what: 'the text output of hey',
    instead: 'the output of "hey -o csv"',
    matches: (text) => /^Summary:$/m.test(text) && /^\s*Fastest:/m.test(text) && /^Latency distribution:/m.test(text),
  },
  {
    what: 'the CSV of oha',
    instead: 'the output of "oha --output-format json"',
    matches: (text) => text.startsWith('request-start,DNS'),
  },
  {
    what: 'the text output of oha',
    instead: 'the output of "oha --output-format json"',
    matches: (text) => /^\s*Success rate:/m.test(text) && /^Response time distribution:/m.test(text),
  },
  {
    what: 'the -g file of ApacheBench',
    instead: 'the standard output of ab',
    matches: (text) => text.startsWith('starttime\tseconds\tctime'),
  },
  {
    what: 'an HdrHistogram log',
    instead: other,
    matches: (text) => /^#\[StartTime:|^"StartTimestamp","Interval_Length"/m.test(text),
  },
  {
    what: 'a percentile plot of HdrHistogram',
    instead: other,
    matches: (text) => /^\s*Value(?:\(ms\))?\s+Percentile\s+TotalCount/.test(text),
  },
  {
    what: 'the console output of k6',
    instead: 'the file of --summary-export or of --out json',
    matches: (text) => /^\s*http_req_duration\.*:\s+avg=/m.test(text),
  },
  {
    what: 'the console output of Locust',
    instead: 'the file of --json-file, or _stats.csv of --csv',
    matches: (text) => /^Type\s+Name\s+# reqs\s+# fails/m.test(text),
  },
  {
    what: 'the list of failures of Locust',
    instead: '_stats.csv beside it',
    matches: (text) => isLocustFailures(text),
  },
  {
    what: 'the list of exceptions of Locust',
    instead: '_stats.csv beside it',
    matches: (text) => isLocustExceptions(text),
  },
  {
    what: 'a CSV of Locust before 0.12',
    instead: 'the _stats.csv of a newer Locust',
    matches: (text) =>
      headerStarts(text, ['method', 'name', '# requests']) || headerStarts(text, ['name', '# requests']),
  },
  {
    what: 'an HTML page',
    instead: 'the results file itself: the download may have returned an error or login page',
    matches: (text) => /^\s*<(?:!doctype html|html|head|body)[\s>]/i.test(text),
  },
  { what: 'XML', instead: 'the results of the load tool as JSON or CSV', matches: (text) => /^\s*<\?xml\s/.test(text) },
]

/** @throws Unreadable `unknown-format` when it is a kind of file that is known and not read */
export function refuseJson(document: unknown): void {
  refuse(jsonStrangers, document)
}

/** @param head the beginning of the text. @throws Unreadable `unknown-format` when it is a kind of file that is known and not read */
export function refuseText(head: string): void {
  refuse(textStrangers, head)
}

/** Whether it is one of the files that Locust writes beside its statistics, which a glob may catch. @public for the reader */
export function isLocustSibling(head: string): boolean {
  return isLocustFailures(head) || isLocustExceptions(head)
}

function isLocustFailures(head: string): boolean {
  return headerStarts(head, ['method', 'name', 'error', 'occurrences'])
}

function isLocustExceptions(head: string): boolean {
  return headerStarts(head, ['count', 'message', 'traceback', 'nodes'])
}

function refuse<Content>(strangers: readonly Stranger<Content>[], content: Content): void {
  const stranger = strangers.find(({ matches }) => matches(content))
  if (stranger === undefined) return
  const { what, instead } = stranger
  throw new Unreadable('unknown-format', `this is ${what}, which is not supported; use ${instead}`)
}

function isVegetaHit(document: unknown): boolean {
  return ['attack', 'seq', 'latency', 'code'].every((key) => dig(document, key) !== undefined)
}

function isGatlingStats(document: unknown): boolean {
  return dig(document, 'numberOfRequests', 'total') !== undefined && dig(document, 'percentiles1') !== undefined
}

/** Gob describes the type first: the names of its fields stand near the beginning. */
function isVegetaGob(head: string): boolean {
  const start = head.slice(0, 400)
  return !/^[\s{[<]/.test(start) && ['Result', 'Attack', 'Seq', 'Latency'].every((name) => start.includes(name))
}

function headerStarts(text: string, columns: readonly string[]): boolean {
  const cells = headerCells(/^[^\r\n]*/.exec(text)?.[0])
  return columns.every((column, index) => cells[index] === column)
}
