import { quoteUpTo } from '@deploy-safety/common/inputs'
import { redact } from '@deploy-safety/common/redact'
import { parseRetryAfter } from '@deploy-safety/probe/retry-after'
import type { Missing } from '../quantity.ts'
import { type Answer, answerLimitBytes } from './edges.ts'

/** What a try came to; `again`: another one may help. */
export type Try =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'missing'; readonly missing: Unanswered }
  | { readonly kind: 'again'; readonly missing: Unanswered; readonly pauseMs: number | undefined }

/** No answer to the question. */
export interface Unanswered extends Missing {
  /** Undefined: nothing came, or not as HTTP. */
  readonly status: number | undefined
}

/** An answer that was no reason to ask again. */
export interface Reply {
  readonly status: number
  /** Undefined when the body is no JSON. */
  readonly document: unknown
  /** Where it came from, the status and the beginning of the body, for a message. */
  readonly excerpt: string
  /** What no message may show. */
  readonly secrets: readonly string[]
}

export interface Source {
  /** The URL that was asked, as it is shown. */
  readonly where: string
  readonly secrets: readonly string[]
  /** What to do after 401 and 403. */
  readonly advice: string
  /** For a Retry-After that is a date. */
  readonly now: Date
}

/** Decides from the status what an answer is good for. */
export function readAnswer({ status = 0, headers, body }: Answer, { where, secrets, advice, now }: Source): Try {
  const text = (body.unreadable ?? body.text).trim()
  const excerpt = `${where} responded with ${status}${text === '' ? '' : `: ${words(text, secrets)}`}`
  const give = (missing: Missing): Try => ({ kind: 'missing', missing: { ...missing, status } })
  if (status === 429 || status >= 500 || body.unreadable !== undefined) {
    const missing = { ...unreachable(excerpt), status }
    return { kind: 'again', missing, pauseMs: parseRetryAfter(headers['retry-after'], now) }
  }
  if (status >= 300 && status < 400) {
    const target = words(withoutQuery(headers['location'] ?? ''), secrets)
    return give(unreachable(`${where} redirects (${status}) to ${target}. Redirects are not followed: use that URL`))
  }
  if (status === 401 || status === 403) {
    return give(unreachable(`${excerpt}. ${advice}`))
  }
  if (body.cut) {
    const size = `${answerLimitBytes / 1_024 / 1_024} MiB`
    return give({ missing: 'metrics-ambiguous', detail: `the response of ${where} exceeds the ${size} read limit` })
  }
  return { kind: 'reply', reply: { status, document: body.document, excerpt, secrets } }
}

/** What a server says, for a message: without the secrets, in case that it repeats what it was sent. */
export function words(text: string, secrets: readonly string[]): string {
  // A secret is taken out before the text is cut, or half of it could be left.
  return quoteUpTo(300, redact(text.slice(0, 10_000), secrets))
}

export function unreachable(detail: string): Missing {
  return { missing: 'metrics-unreachable', detail }
}

/** A place to redirect to often has a session or a ticket in its query. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, '?…')
}
