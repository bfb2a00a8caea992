import { forMarkdown } from '@deploy-safety/common/escape'
import { fold } from '@deploy-safety/common/markdown'
import type { ShownTarget } from './shown-target.ts'
import { durationCell, filledTable } from './target-table.ts'
import type { ResponseView } from './view.ts'

interface Row {
  readonly name: string
  readonly response: ResponseView
}

/** Of the last response of each target: its address, its times by phase and its redirects, under a fold. */
export function connectionDetails(targets: readonly ShownTarget[]): string[] {
  const rows = targets.flatMap(({ view: { name, lastResponse } }): Row[] =>
    lastResponse === null ? [] : [{ name, response: lastResponse }],
  )
  if (rows.length === 0) return []
  const shown = targets.length === 1 ? columns.slice(1) : columns
  return [fold('Last response: address, timings and redirects', [filledTable(shown, rows), ...redirects(rows)])]
}

const columns: readonly { readonly header: string; readonly cell: (row: Row) => string | undefined }[] = [
  { header: 'Target', cell: ({ name }) => name },
  { header: 'Address', cell: ({ response }) => response.address },
  ...(['DNS', 'Connect', 'TLS', 'First byte', 'Body'] as const).map((header) => ({
    header,
    cell: ({ response }: Row) => phaseCell(response.phases[phaseOf[header]]),
  })),
  { header: 'Last latency', cell: ({ response }) => durationCell(response.latencyMs) },
  { header: 'Certificate expires', cell: ({ response }) => response.certificateValidTo?.slice(0, 10) },
  { header: 'Proxy', cell: ({ response }) => response.proxy ?? undefined },
]

const phaseOf = {
  DNS: 'dnsMs',
  Connect: 'connectMs',
  TLS: 'tlsMs',
  'First byte': 'firstByteMs',
  Body: 'bodyMs',
} as const

/** A phase that did not take place takes no time. */
function phaseCell(ms: number): string | undefined {
  return ms === 0 ? undefined : durationCell(ms)
}

function redirects(rows: readonly Row[]): string[] {
  const hops = rows.flatMap(({ name, response }) =>
    response.redirects.map(({ status, to }) => `- ${forMarkdown(`${name}: ${status} → ${to}`)}`),
  )
  return hops.length === 0 ? [] : [`Redirects:\n\n${hops.join('\n')}`]
}
