import { cut } from '@deploy-safety/common/escape'
import type { Exchange } from './exchange.ts'
import type { Observed } from './version.ts'

/** What came back, whether good or not: the last exchange, at the end of all redirects. All times in milliseconds. */
export interface Response extends Exchange {
  /** Where the response came from, after redirects. */
  readonly url: URL
  /** The version that the response says it is. */
  readonly observedVersion: Observed | undefined
  readonly hops: readonly Hop[]
}

/** What is kept of a response once it is judged. */
export interface ResponseRecord extends Omit<Response, 'body'> {
  /** The beginning of the body. */
  readonly excerpt: string
}

const excerptLength = 1_000

export function recordOf({ body, ...response }: Response): ResponseRecord {
  // A slice of a string keeps the whole string in memory; a copy does not.
  return { ...response, excerpt: Buffer.from(cut(body.text, excerptLength)).toString() }
}

/** A redirect that was followed, in the form in which URLs are shown. */
export interface Hop {
  readonly status: number
  readonly to: string
}

/** Who responded in the end, where that was not who was asked. */
export function responder({ url, hops }: Pick<Response, 'url' | 'hops'>): string {
  return `from ${displayUrl(url)} after ${hops.length === 1 ? 'a redirect' : `${hops.length} redirects`}`
}

/** A URL for people: the values of its query may be secrets and are left out. */
export function displayUrl(url: URL): string {
  const pairs = url.search.slice(1).split('&')
  const names = pairs.map((pair) => (pair.includes('=') ? pair.replace(/=.*$/, '=…') : '…'))
  return `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : `?${names.join('&')}`}`
}
