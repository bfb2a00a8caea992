import { cut } from '@deploy-safety/common/escape'
import { fold, type Markup, markup, table } from '@deploy-safety/common/markdown'
import { formatValue } from './judging/measure.ts'
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
  const name = markup(endpoints.length === 1 ? '**all** (one endpoint)' : '**all**')
  return [
    tableOf([row(all, name), ...sorted.slice(0, open).map((endpoint) => row(endpoint))]),
    ...(folded.length === 0
      ? []
      : [fold(`The next ${folded.length} endpoints`, [tableOf(folded.map((endpoint) => row(endpoint)))])]),
    ...(rest > 0 ? [`Faster endpoints that are only in the report: ${rest}.`] : []),
  ]
}

type Row = readonly (string | number | Markup | undefined)[]

function tableOf(rows: readonly Row[]): string {
  return table(['Endpoint', 'Requests', 'Failed', 'p50', 'p95', 'p99', 'Longest'], rows)
}

function row(figures: FiguresView, name: string | Markup = cut(figures.name, 120)): Row {
  return [
    name,
    figures.count ?? undefined,
    failedText(figures),
    latency(figures.p50Ms),
    latency(figures.p95Ms) ?? bracketText(figures),
    latency(figures.p99Ms),
    latency(figures.maximumMs),
  ]
}

function slowness({ p95Ms, p95 }: FiguresView): number {
  return p95Ms ?? p95?.lowMs ?? 0
}

function failedText({ errors, errorRate }: FiguresView): string | undefined {
  if (errors === null) return undefined
  if (errorRate === null || errors === 0) return String(errors)
  return `${errors} (${formatValue(Number(errorRate.toPrecision(3)), 'share')})`.replaceAll(' ', '\u00a0')
}

function bracketText({ p95 }: FiguresView): string | undefined {
  if (p95 === null) return undefined
  return p95.highMs === null ? `at least ${latency(p95.lowMs)}` : `${latency(p95.lowMs)} to ${latency(p95.highMs)}`
}

function latency(ms: number | null): string | undefined {
  return ms === null ? undefined : formatValue(Number(ms.toPrecision(4)), 'ms').replaceAll(' ', '\u00a0')
}
