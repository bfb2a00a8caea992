import { ActionError } from '@deploy-safety/common/errors'
import { redact } from '@deploy-safety/common/redact'
import { type Failure, ProbeError } from '@deploy-safety/probe/reason'
import type { HttpRequest } from '@deploy-safety/probe/target'
import type { MetricsEdges } from './edges.ts'
import { type Reply, readAnswer, type Try, type Unanswered, unreachable } from './reply.ts'
import { credentialsAdvice, type MetricsServer } from './server.ts'

/** A question to the HTTP API. */
export interface Question {
  /** Behind the base of the server. */
  readonly path: string
  /** Sent by POST as a form; without one the question is a GET. */
  readonly form?: Readonly<Record<string, string>>
  /** How long one try may take; by default 10 s. */
  readonly timeoutMs?: number
}

export const queryTimeoutMs = 10_000
const tries = 3
const firstPauseMs = 1_000
const longestPauseMs = 10_000

/**
 * Asks up to three times, and again only when that can help: after an error of the network, a timeout, 5xx and 429.
 * @throws ActionError `cancelled`
 */
export async function ask(server: MetricsServer, question: Question, edges: MetricsEdges): Promise<Reply | Unanswered> {
  const request = requestOf(server, question)
  const { timeoutMs = queryTimeoutMs } = question
  for (let count = 1; ; count += 1) {
    const tried = await tryOnce(request, { timeoutMs, server }, edges)
    if (tried.kind === 'reply') return tried.reply
    if (tried.kind === 'missing') return tried.missing
    if (count === tries) return { ...tried.missing, detail: `${tried.missing.detail} (${tries} attempts)` }
    await edges.clock.sleep(Math.min(tried.pauseMs ?? firstPauseMs * count, longestPauseMs), edges.signal)
  }
}

function requestOf(server: MetricsServer, { path, form }: Question): HttpRequest {
  const { base, authorization } = server
  return {
    kind: 'http',
    url: new URL(`${base}${path}`),
    method: form === undefined ? 'GET' : 'POST',
    headers: [
      ['user-agent', 'deployment-safety-perf-threshold'],
      ['accept', 'application/json'],
      ...(form === undefined ? [] : [['content-type', 'application/x-www-form-urlencoded'] as const]),
      ...(authorization === undefined ? [] : [['authorization', authorization] as const]),
    ],
    body: form === undefined ? undefined : new URLSearchParams(form).toString(),
  }
}

async function tryOnce(
  request: HttpRequest,
  { timeoutMs, server }: { timeoutMs: number; server: MetricsServer },
  edges: MetricsEdges,
): Promise<Try> {
  const { signal, clock } = edges
  const { secrets } = server
  const where = `${request.url.origin}${request.url.pathname}`
  try {
    const answer = await edges.request(request, { timeoutMs, signal })
    return readAnswer(answer, { where, secrets, advice: credentialsAdvice(server), now: clock.date() })
  } catch (error) {
    refuseCancelled(edges)
    if (!(error instanceof ProbeError)) throw error
    const { failure } = error
    const missing = { ...unreachable(`${where}: ${redact(failure.detail, secrets)}`), status: undefined }
    return isFinal(failure) ? { kind: 'missing', missing } : { kind: 'again', missing, pauseMs: undefined }
  }
}

/** Asking again a second later does not make a certificate good, nor an address. */
function isFinal({ hopeless, reasonCode }: Failure): boolean {
  return hopeless !== undefined || reasonCode === 'tls-untrusted'
}

function refuseCancelled({ signal }: MetricsEdges): void {
  if (!signal.aborted) return
  const hint = 'Run the job again.'
  throw new ActionError('cancelled', 'Cancelled while waiting for Prometheus or Alertmanager.', { hint })
}
