import { formatDuration } from '@deploy-safety/common/duration'
import { cut, forMarkdown } from '@deploy-safety/common/escape'
import { type Cell, type Markup, markup, table } from '@deploy-safety/common/markdown'
import { formatNumber } from '@deploy-safety/common/number'
import type { ShownTarget } from './shown-target.ts'

interface Column {
  readonly header: string
  readonly cell: (target: ShownTarget) => Cell
}

const columns: readonly Column[] = [
  { header: 'Target', cell: ({ view }) => view.name },
  { header: 'Verdict', cell: verdictCell },
  // A phone shows three columns.
  { header: 'Details', cell: detailsCell },
  { header: 'Status', cell: ({ view }) => view.lastResponse?.status ?? undefined },
  { header: 'Version', cell: versionCell },
  { header: 'Attempts', cell: attemptsCell },
  { header: 'p95', cell: ({ view }) => durationCell(view.latencyP95Ms) },
]

const numbers = ['Status', 'Attempts', 'p95', 'DNS', 'Connect', 'TLS', 'First byte', 'Body', 'Last latency']

/** A row per target, with the columns that say something of one. */
export function targetTable(targets: readonly ShownTarget[]): string {
  return filledTable(columns, targets)
}

/** How each address did, where all were asked and one failed. */
export function addressTable(targets: readonly ShownTarget[]): string[] {
  const rows = targets.flatMap(({ view }) => view.addresses.map((result) => ({ name: view.name, ...result })))
  if (rows.every(({ reasonCode }) => reasonCode === 'ok')) return []
  const isOne = targets.length === 1
  return [
    table(
      [...(isOne ? [] : ['Target']), 'Address', 'Result', 'Details'],
      rows.map(({ name, address, reasonCode, detail }) => [
        ...(isOne ? [] : [name]),
        address,
        markup(reasonCode === 'ok' ? '✅' : `❌\u00a0\`${reasonCode}\``),
        cut(detail, 200),
      ]),
    ),
  ]
}

/** A table without the columns in which no row has anything. */
export function filledTable<Row>(
  all: readonly { readonly header: string; readonly cell: (row: Row) => Cell }[],
  rows: readonly Row[],
): string {
  const filled = all.filter(({ cell }) => rows.some((row) => (cell(row) ?? '') !== ''))
  return table(
    filled.map(({ header }) => header),
    rows.map((row) => filled.map(({ cell }) => cell(row))),
    { numbers },
  )
}

export function durationCell(ms: number | null): string | undefined {
  return ms === null ? undefined : formatDuration(ms)
}

function verdictCell({ view: { verdict, required } }: ShownTarget): Markup {
  const failure = verdict === 'unhealthy' && required ? '❌' : '⚠️'
  const icon = verdict === 'healthy' ? '✅' : failure
  return markup(`${icon}\u00a0${verdict}${required ? '' : ' (optional)'}`)
}

function versionCell({ view, check }: ShownTarget): string | undefined {
  const version = view.lastResponse?.version ?? undefined
  if (version === undefined || check.target.expectation.expectedVersion !== undefined)
    return version && cut(version, 40)
  return `${cut(version, 40)} (not checked)`
}

function attemptsCell({ view: { attempts, freeAttempts } }: ShownTarget): string {
  return freeAttempts === 0
    ? formatNumber(attempts)
    : `${formatNumber(attempts)} + ${formatNumber(freeAttempts)} in start-period`
}

function detailsCell({ view, result }: ShownTarget): Cell {
  if (view.verdict === 'healthy') return undefined
  const code = view.reasonCode === 'cancelled' ? '' : ` \`${view.reasonCode}\``
  return markup(`${forMarkdown(cut(result, 200))}${code}`)
}
