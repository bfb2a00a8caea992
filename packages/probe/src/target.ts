import type { Route } from './connection.ts'
import type { Expectation } from './expectation.ts'

/** One thing to probe: what to send, the way there, and what a good response is. */
export interface Target {
  readonly request: Request
  readonly route: Route
  readonly followRedirects: RedirectPolicy
  /** Every address that the name resolves to must respond well, not just any. */
  readonly allAddresses: boolean
  readonly expectation: Expectation
}

export type Request = HttpRequest | GrpcRequest | SocketRequest

export interface HttpRequest {
  readonly kind: 'http'
  /** `http:` or `https:`, without user name and password: they would end up in logs. */
  readonly url: URL
  /** In capitals. */
  readonly method: string
  /** The headers of the user; a name may repeat. */
  readonly headers: readonly Header[]
  readonly body: string | undefined
}

/** A question to the standard health service of gRPC, grpc.health.v1. */
export interface GrpcRequest {
  readonly kind: 'grpc'
  /** `grpc:` or `grpcs:`, with a port. */
  readonly url: URL
  /** Empty: the server as a whole. */
  readonly service: string
  readonly headers: readonly Header[]
}

/** Just a connection, with TLS for `tls:`. */
interface SocketRequest {
  readonly kind: 'socket'
  /** `tcp:` or `tls:`, with a port. */
  readonly url: URL
}

export type Header = readonly [name: string, value: string]

/** Whether a redirect is followed: never, within scheme, host and port, or anywhere. */
export type RedirectPolicy = (typeof redirectPolicies)[number]

export const redirectPolicies = ['none', 'same-origin', 'all'] as const
