import { percentile } from '@deploy-safety/common/percentile'
import { redact } from '@deploy-safety/common/redact'
import type { AttemptRecord } from '@deploy-safety/probe/history'
import { displayUrl, type ResponseRecord } from '@deploy-safety/probe/response'
import { contract } from './contract.ts'
import type { Inputs } from './inputs.ts'
import type { CheckedTarget } from './verdict.ts'

/** What the report and the summary say of a target. Foreign text in it is redacted, but not escaped. */
export interface TargetView {
  readonly name: string
  readonly url: string
  readonly required: boolean
  readonly verdict: 'healthy' | 'unhealthy' | 'unverifiable' | 'undecided'
  readonly reasonCode: string
  readonly detail: string
  readonly nextStep: string
  /** Attempts that counted, and failures in the start period, which did not. */
  readonly attempts: number
  readonly freeAttempts: number
  readonly elapsedMs: number
  /** Of the samples, or without them of all good responses. */
  readonly latencyMedianMs: number | null
  readonly latencyP95Ms: number | null
  /** Latencies in their order, to be charted: of the samples, or without them of all good responses. */
  readonly latenciesMs: readonly number[]
  /** How each address did in the last attempt, with all-addresses. */
  readonly addresses: readonly { readonly address: string; readonly reasonCode: string; readonly detail: string }[]
  readonly lastResponse: ResponseView | null
  /** The last ones. */
  readonly attemptLog: readonly AttemptView[]
}

export interface ResponseView {
  /** Null where the protocol has none. */
  readonly status: number | null
  readonly version: string | null
  readonly versionPlace: string | null
  readonly address: string
  readonly proxy: string | null
  readonly certificateValidTo: string | null
  readonly url: string
  readonly redirects: readonly { readonly status: number; readonly to: string }[]
  readonly latencyMs: number
  readonly phases: Readonly<Record<'dnsMs' | 'connectMs' | 'tlsMs' | 'firstByteMs' | 'bodyMs', number>>
  /** The beginning of the body. */
  readonly excerpt: string
}

interface AttemptView {
  readonly startedMs: number
  readonly endedMs: number
  readonly status: number | null
  readonly latencyMs: number | null
  readonly version: string | null
  readonly address: string | null
  readonly reasonCode: string
  readonly detail: string
}

// As many as a chart can show.
const keptLatencies = 1_000

const mergeCommitHint =
  ' On a pull request, github.sha is a merge commit that is never deployed: expect github.event.pull_request.head.sha.'

export type ViewContext = Pick<Inputs, 'secrets' | 'isPullRequest'>

export function viewOf({ check, verdict }: CheckedTarget, { secrets, isPullRequest }: ViewContext): TargetView {
  const clean = (text: string) => redact(text, secrets)
  const { name, required, target } = check
  const { failure, progress, history, samples } = verdict
  const latenciesMs = samples?.latenciesMs ?? history.latenciesMs
  const reasonCode = verdict.kind === 'undecided' ? 'cancelled' : (failure?.reasonCode ?? 'ok')
  const expectsCommit = /^[0-9a-f]{7,}$/i.test(target.expectation.expectedVersion ?? '')
  const hint = reasonCode === 'wrong-version' && isPullRequest && expectsCommit ? mergeCommitHint : ''
  return {
    name,
    url: displayUrl(target.request.url),
    required,
    verdict: verdict.kind,
    reasonCode,
    detail: clean(failure?.detail ?? ''),
    nextStep: reasonCode === 'ok' ? '' : `${contract.reasons[reasonCode].nextStep}${hint}`,
    attempts: progress.attempts,
    freeAttempts: progress.freeAttempts,
    elapsedMs: Math.round(verdict.elapsedMs),
    latencyMedianMs: rounded(percentile(latenciesMs, 0.5)),
    latencyP95Ms: rounded(percentile(latenciesMs, 0.95)),
    latenciesMs: latenciesMs.slice(-keptLatencies).map(hundredths),
    addresses: history.addresses.map(({ address, failure: bad }) => {
      return { address, reasonCode: bad?.reasonCode ?? 'ok', detail: clean(bad?.detail ?? '') }
    }),
    lastResponse: history.lastResponse === undefined ? null : viewOfResponse(history.lastResponse, clean),
    attemptLog: history.attemptLog.map((attempt) => viewOfAttempt(attempt, clean)),
  }
}

function viewOfResponse(response: ResponseRecord, clean: (text: string) => string): ResponseView {
  const { observedVersion, phases } = response
  const { dnsMs, connectMs, tlsMs, firstByteMs, bodyMs } = phases
  return {
    status: response.status ?? null,
    version: observedVersion === undefined ? null : clean(observedVersion.text),
    versionPlace: observedVersion === undefined ? null : clean(observedVersion.place),
    address: response.address,
    proxy: response.proxy ?? null,
    certificateValidTo: response.certificate?.validTo ?? null,
    url: clean(displayUrl(response.url)),
    redirects: response.hops.map(({ status, to }) => ({ status, to: clean(to) })),
    latencyMs: hundredths(response.latencyMs),
    phases: {
      dnsMs: hundredths(dnsMs),
      connectMs: hundredths(connectMs),
      tlsMs: hundredths(tlsMs),
      firstByteMs: hundredths(firstByteMs),
      bodyMs: hundredths(bodyMs),
    },
    excerpt: clean(response.excerpt),
  }
}

function viewOfAttempt(attempt: AttemptRecord, clean: (text: string) => string): AttemptView {
  return {
    startedMs: Math.round(attempt.startedMs),
    endedMs: Math.round(attempt.endedMs),
    status: attempt.status ?? null,
    latencyMs: rounded(attempt.latencyMs),
    version: attempt.observedVersion === undefined ? null : clean(attempt.observedVersion),
    address: attempt.address ?? null,
    reasonCode: attempt.failure?.reasonCode ?? 'ok',
    detail: clean(attempt.failure?.detail ?? ''),
  }
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : hundredths(ms)
}

function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100
}
