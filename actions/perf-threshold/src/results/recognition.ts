import { quote } from '@deploy-safety/common/inputs'
import { readSummary, recognise } from '../formats/recognise.ts'
import { isLocustSibling } from '../formats/refusal.ts'
import { recogniseRaw } from '../samples/formats.ts'
import { Unreadable } from '../unreadable.ts'
import { readHead, readText } from './files.ts'
import type { Load } from './load.ts'
import { isReport, parseReport } from './saved-load.ts'

/** A file of which it is known what it is. */
export type Recognised =
  | { readonly kind: 'raw'; readonly file: string; readonly format: string }
  | { readonly kind: 'whole'; readonly file: string; readonly format: string; readonly read: () => Load }
  /** Locust's lists of failures and exceptions, which a glob catches along with its statistics. */
  | { readonly kind: 'sibling'; readonly file: string; readonly format: string }

const rawHeadLength = 64 * 1_024
const wide = new Unreadable(
  'unknown-format',
  'the file is in UTF-16, as Windows PowerShell writes it; write it in UTF-8: use cmd, or Out-File -Encoding utf8',
)

/** What a file is, by its content. @throws Unreadable */
export function recogniseFile(file: string): Recognised {
  const head = readHead(file)
  if (head.toString('latin1').trim() === '') throw new Unreadable('empty-results', 'the file is empty')
  const raw = recogniseRaw(head)
  if (raw !== undefined) return { kind: 'raw', file, format: raw.name }
  const text = readText(file)
  if (isLocustSibling(text)) return { kind: 'sibling', file, format: 'locust-stats' }
  if (isReport(text)) return { kind: 'whole', file, format: 'report', read: () => parseReport(text) }
  const summary = recognise(text)
  if (summary === undefined) {
    if (recogniseRaw(Buffer.from(text.slice(0, rawHeadLength))) !== undefined) throw wide
    const start = quote(text.trimStart().slice(0, 60))
    throw new Unreadable('unknown-format', `starts with ${start}, which matches no supported format`)
  }
  const format = summary.name
  return {
    kind: 'whole',
    file,
    format,
    read: () => ({ kind: 'reported', format, reported: readSummary(summary, text) }),
  }
}
