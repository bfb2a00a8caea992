import { Malformed, quote } from '@deploy-safety/common/inputs'

/** Reads a glob of full refs, such as `refs/tags/v*`: `*` stops at `/`, `**` does not. @throws Malformed */
export function parseRefPattern(text: string): string {
  if (/^(?:refs\/|\*\*)/.test(text) && !/[\s\p{Cc}?[\]{}\\]/u.test(text)) return text
  throw new Malformed(
    `${quote(text)} is not a pattern of full refs`,
    'Write refs/tags/v*, refs/heads/main or refs/heads/release/**.',
  )
}

export function isAllowedRef(ref: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matches(ref, pattern))
}

/** Follows all ways through the pattern at once: a regular expression with ten stars in it can take hours. */
function matches(ref: string, pattern: string): boolean {
  let ends = new Set([0])
  for (const [part] of pattern.matchAll(/\*+|[^*]+/g))
    ends = new Set([...ends].flatMap((end) => endsOf(part, ref, end)))
  return ends.has(ref.length)
}

/** Where a part of a pattern can end that begins there. */
function endsOf(part: string, ref: string, start: number): number[] {
  if (!part.startsWith('*')) return ref.startsWith(part, start) ? [start + part.length] : []
  const slash = part === '*' ? ref.indexOf('/', start) : -1
  const last = slash === -1 ? ref.length : slash
  return Array.from({ length: last - start + 1 }, (_, length) => start + length)
}
