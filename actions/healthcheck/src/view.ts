import { percentile } from '@deploy-safety/common/percentile'
import { redact } from '@deploy-safety/common/redact'
import { type AnswerRecord, displayUrl } from '@deploy-safety/probe/answer'
import type { TryRecord } from '@deploy-safety/probe/history'
import { reasons } from './reason.ts'
import type { TargetOutcome } from './verdict.ts'

/** What the report and the summary say of a target. Foreign text in it is redacted, but not escaped. */
export interface TargetView {
  readonly name: string
  readonly url: string
  readonly required: boolean
  readonly verdict: 'healthy' | 'unhealthy' | 'unverifiable' | 'undecided'
  readonly reason: string
  readonly detail: string
  readonly nextStep: string
  /** Tries that counted, and failures in the start period, which did not. */
  readonly attempts: number
  readonly freeTries: number
  readonly elapsedMs: number
  /** Of the samples, or without them of all good answers. */
  readonly latencyMedianMs: number | null
  readonly latencyP95Ms: number | null
  /** Latencies in their order, to be charted: of the samples, or without them of all good answers. */
  readonly latenciesMs: readonly number[]
  /** How each address did in the last try, with all-addresses. */
  readonly addresses: readonly { readonly address: string; readonly reason: string; readonly detail: string }[]
  readonly lastAnswer: AnswerView | null
  /** The last ones. */
  readonly tries: readonly TryView[]
}

interface AnswerView {
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

interface TryView {
  readonly startedMs: number
  readonly endedMs: number
  readonly status: number | null
  readonly latencyMs: number | null
  readonly version: string | null
  readonly address: string | null
  readonly reason: string
  readonly detail: string
}

// As many as a chart can show.
const keptLatencies = 1_000

const mergeCommitHint =
  ' On a pull request github.sha is a merge commit that is never deployed: expect github.event.pull_request.head.sha.'

export function viewOf(
  { target, verdict }: TargetOutcome,
  { secrets, isPullRequest }: { secrets: readonly string[]; isPullRequest: boolean },
): TargetView {
  const clean = (text: string) => redact(text, secrets)
  const { failure, progress, history, samples } = verdict
  const latenciesMs = samples?.latenciesMs ?? history.latenciesMs
  const reason = verdict.kind === 'undecided' ? 'cancelled' : (failure?.reason ?? 'ok')
  const expectsCommit = /^[0-9a-f]{7,}$/i.test(target.expectation.version ?? '')
  const hint = reason === 'wrong-version' && isPullRequest && expectsCommit ? mergeCommitHint : ''
  return {
    name: target.name,
    url: displayUrl(target.request.url),
    required: target.required,
    verdict: verdict.kind,
    reason,
    detail: clean(failure?.detail ?? ''),
    nextStep: reason === 'ok' ? '' : `${reasons[reason].nextStep}${hint}`,
    attempts: progress.attempts,
    freeTries: progress.freeTries,
    elapsedMs: Math.round(verdict.elapsedMs),
    latencyMedianMs: rounded(percentile(latenciesMs, 0.5)),
    latencyP95Ms: rounded(percentile(latenciesMs, 0.95)),
    latenciesMs: latenciesMs.slice(-keptLatencies).map(hundredths),
    addresses: history.addresses.map(({ address, failure: bad }) => {
      return { address, reason: bad?.reason ?? 'ok', detail: clean(bad?.detail ?? '') }
    }),
    lastAnswer: history.lastAnswer === undefined ? null : viewOfAnswer(history.lastAnswer, clean),
    tries: history.tries.map((tried) => viewOfTry(tried, clean)),
  }
}

function viewOfAnswer(answer: AnswerRecord, clean: (text: string) => string): AnswerView {
  const { dnsMs, connectMs, tlsMs, firstByteMs, bodyMs } = answer.phases
  return {
    status: answer.status ?? null,
    version: answer.version === undefined ? null : clean(answer.version.version),
    versionPlace: answer.version === undefined ? null : clean(answer.version.place),
    address: answer.address,
    proxy: answer.proxy ?? null,
    certificateValidTo: answer.certificate?.validTo ?? null,
    url: clean(displayUrl(answer.url)),
    redirects: answer.hops.map(({ status, to }) => ({ status, to: clean(to) })),
    latencyMs: hundredths(answer.latencyMs),
    phases: {
      dnsMs: hundredths(dnsMs),
      connectMs: hundredths(connectMs),
      tlsMs: hundredths(tlsMs),
      firstByteMs: hundredths(firstByteMs),
      bodyMs: hundredths(bodyMs),
    },
    excerpt: clean(answer.excerpt),
  }
}

function viewOfTry(tried: TryRecord, clean: (text: string) => string): TryView {
  return {
    startedMs: Math.round(tried.startedMs),
    endedMs: Math.round(tried.endedMs),
    status: tried.status ?? null,
    latencyMs: rounded(tried.latencyMs),
    version: tried.version === undefined ? null : clean(tried.version),
    address: tried.address ?? null,
    reason: tried.failure?.reason ?? 'ok',
    detail: clean(tried.failure?.detail ?? ''),
  }
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : hundredths(ms)
}

function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100
}
