import { cut, forMarkdown } from '@deploy-safety/common/escape'
import { fold, type Markup, markup, table } from '@deploy-safety/common/markdown'
import { formatValue } from './judging/measure.ts'
import { countText } from './number-text.ts'
import type { FiguresView } from './view.ts'

const mostInTheOpen = 15
const openBeforeFold = 10
const mostEndpoints = 30

/** All requests, and the slowest endpoints by p95, up to 30; of many, ten are in the open and the others under a fold. */
export function endpointTables(all: FiguresView, endpoints: readonly FiguresView[]): string[] {
  const sorted = endpoints.length === 1 ? [] : endpoints.toSorted((one, other) => slowness(other) - slowness(one))
  const open = sorted.length <= mostInTheOpen ? mostInTheOpen : openBeforeFold
  const folded = sorted.slice(open, mostEndpoints)
  const rest = sorted.length - mostEndpoints
  const [only] = endpoints
  const name = markup(endpoints.length === 1 && only !== undefined ? forMarkdown(cut(only.name, 120)) : '**all**')
  return [
    tableOf([{ ...all, name }, ...sorted.slice(0, open)]),
    ...(folded.length === 0 ? [] : [fold(`The next ${folded.length} endpoints`, [tableOf(folded)])]),
    ...(rest > 0 ? [`${rest} faster ${rest === 1 ? 'endpoint is' : 'endpoints are'} in the report only`] : []),
  ]
}

type Row = Omit<FiguresView, 'name'> & { readonly name: string | Markup }

// What matters comes first: a phone shows three columns.
const columns: readonly (readonly [header: string, cell: (row: Row) => string | Markup | undefined])[] = [
  ['Endpoint', ({ name }) => (typeof name === 'string' ? cut(name, 120) : name)],
  ['p95', (row) => latency(row.p95Ms) ?? bracketText(row)],
  ['Failed', failedText],
  ['Requests', ({ count }) => countText(count)],
  ['p50', ({ p50Ms }) => latency(p50Ms)],
  ['p99', ({ p99Ms }) => latency(p99Ms)],
  ['Max', ({ maximumMs }) => latency(maximumMs)],
]

/** Without the columns of what the tool does not say. */
function tableOf(rows: readonly Row[]): string {
  const known = columns.filter(([, cell]) => rows.some((row) => cell(row) !== undefined))
  const [, ...numbers] = known.map(([header]) => header)
  return table(
    known.map(([header]) => header),
    rows.map((row) => known.map(([, cell]) => cell(row))),
    { numbers },
  )
}

function slowness({ p95Ms, p95 }: FiguresView): number {
  return p95Ms ?? p95?.lowMs ?? 0
}

function failedText({ errors, errorRate }: Row): string | undefined {
  if (errors === null) return undefined
  return errorRate === null || errors === 0
    ? countText(errors)
    : `${countText(errors)} (${formatValue(errorRate, 'share')})`
}

function bracketText({ p95 }: Row): string | undefined {
  if (p95 === null) return undefined
  return p95.highMs === null ? `at least ${latency(p95.lowMs)}` : `${latency(p95.lowMs)} to ${latency(p95.highMs)}`
}

function latency(ms: number | null): string | undefined {
  return ms === null ? undefined : formatValue(ms, 'ms')
}
