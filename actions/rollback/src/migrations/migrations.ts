import { matchesGlob } from 'node:path/posix'
import { Malformed, parseLines, quote } from '@deploy-safety/common/inputs'

/** What a database hazard between two versions leads to. */
export interface MigrationPolicy {
  /** Of files whose change means that the database has changed. */
  readonly globs: readonly string[]
  readonly action: 'block' | 'warn' | 'allow'
}

/** What changed between two versions; a reason where that is not known, or not all of it. */
export type Changed =
  | { readonly kind: 'known'; readonly files: readonly string[] }
  | { readonly kind: 'unknown'; readonly why: string }

const mostShown = 3

/** Lines of globs, from the root of the repository on. @throws Malformed */
export function parseGlobs(text: string): string[] {
  return parseLines(text).map((line) => {
    if (!line.startsWith('/') && !line.startsWith('!') && line.length <= 300) return line
    throw new Malformed(`${quote(line)} is no glob of files of the repository`, 'Write for example db/migrate/**.')
  })
}

/** What speaks against going back, in one sentence; empty when nothing does. What is not known counts as a migration. */
export function hazardOf(changed: Changed, { globs }: MigrationPolicy): string {
  if (changed.kind === 'unknown') return `Whether there is a migration in between is not known: ${changed.why}`
  const found = changed.files.filter((file) => globs.some((glob) => matchesGlob(file, glob)))
  if (found.length === 0) return ''
  const rest = found.length > mostShown ? ` and ${found.length - mostShown} more` : ''
  return `Files of migrations changed in between: ${found.slice(0, mostShown).join(', ')}${rest}`
}
