import { Malformed, quote } from '@deploy-safety/common/inputs'

/** Reads a glob of full refs, such as `refs/tags/v*`: `*` stops at `/`, `**` does not. @throws Malformed */
export function parseRefPattern(text: string): string {
  if (/^(?:refs\/|\*\*)/.test(text) && !/[\s?[\]{}\\]/.test(text)) return text
  throw new Malformed(
    `${quote(text)} is not a pattern of full refs`,
    'Write refs/tags/v*, refs/heads/main or refs/heads/release/**.',
  )
}

export function isAllowedRef(ref: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => toRegex(pattern).test(ref))
}

function toRegex(pattern: string): RegExp {
  const parts = pattern.split(/(\*+)/).map((part) => {
    if (part === '*') return '[^/]*'
    return /^\*+$/.test(part) ? '.*' : part.replace(/[.+^$()|\-#]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`, 's')
}
