import type { SecureContext } from 'node:tls'
import type { Expectation } from './expectation.ts'

/** What to send, how far to follow, and what a good answer is. */
export interface HttpTarget {
  readonly request: HttpRequest
  readonly followRedirects: RedirectPolicy
  readonly expectation: Expectation
}

export interface HttpRequest {
  /** Without user name and password: they would end up in logs. */
  readonly url: URL
  /** In capitals. */
  readonly method: string
  /** The headers of the user; a name may repeat. */
  readonly headers: readonly Header[]
  readonly body: string | undefined
  /** Trusts more than the public certificate authorities; undefined: just those. */
  readonly secureContext: SecureContext | undefined
  /** Accept any certificate. */
  readonly insecure: boolean
}

export type Header = readonly [name: string, value: string]

/** Whether a redirect is followed: never, within scheme, host and port, or anywhere. */
export type RedirectPolicy = (typeof redirectPolicies)[number]

export const redirectPolicies = ['none', 'same-origin', 'all'] as const
