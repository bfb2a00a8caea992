import { nearestName } from '@deploy-safety/common/near-name'

/** What a comment asks for, by its first line. */
export type Command =
  | { readonly kind: 'approve' | 'deny'; readonly note: string }
  | { readonly kind: 'withdraw' | 'status' }
  | { readonly kind: 'check'; readonly item: number }

/** What somebody may take for a command, and is none. */
export type Mistake =
  /** Written like a command. */
  | { readonly kind: 'look-alike' }
  /** A word that counts as a vote elsewhere, as `lgtm`. */
  | { readonly kind: 'bare-word' }

// Without the flag u, i folds nothing but ASCII: no long s (U+017F), no Kelvin sign (U+212A).
const command = /^\/(approve|deny|withdraw|check|status)(?![^ \t])(.*)/is

/** Reads a comment: the command in its first line, what looks like one, or undefined for everything else. */
export function parseCommand(body: string): Command | Mistake | undefined {
  const [, word = '', rest = ''] = command.exec(body.split(/[\r\n]/, 1)[0] ?? '') ?? []
  const kind = word.toLowerCase()
  const isAlone = /^[ \t]*$/.test(rest)
  if (kind === 'approve' || kind === 'deny') return { kind, note: rest.trim() }
  if ((kind === 'withdraw' || kind === 'status') && isAlone) return { kind }
  const [, item] = /^[ \t]+([1-9]\d?)[ \t]*$/.exec(rest) ?? []
  if (kind === 'check' && item !== undefined) return { kind, item: Number(item) }
  if (/^(?:approved?|lgtm|yes|deny|denied|no)[.!]*$/i.test(body.trim())) return { kind: 'bare-word' }
  return looksLikeCommand(body) ? { kind: 'look-alike' } : undefined
}

/** What people write who mean one of the commands. */
const meant = [
  ...['approve', 'deny', 'withdraw', 'check', 'status'],
  ...['approved', 'denied', 'lgtm', 'reject', 'revoke', 'cancel', 'unapprove', 'uncheck'],
]

/** A word behind a slash, once everything invisible and every decoration is gone. A quotation is somebody else's. */
function looksLikeCommand(body: string): boolean {
  const plain = body.normalize('NFKC').replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}\p{M}]/gu, '')
  const [, word] =
    /^[\s*_`~]*[/\\\u2044\u2215\u29f8\u2571]\s*([\p{L}\p{N}_-]{1,30})(?![/\\\p{L}\p{N}_-])/u.exec(plain) ?? []
  if (word === undefined) return false
  return /\P{ASCII}/u.test(word) || nearestName(word, meant) !== undefined
}
