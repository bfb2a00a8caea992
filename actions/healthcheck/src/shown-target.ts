import { redact } from '@deploy-safety/common/redact'
import type { ResponseRecord } from '@deploy-safety/probe/response'
import type { Verdict } from '@deploy-safety/probe/watch'
import type { Check } from './check.ts'
import type { CheckedTarget } from './verdict.ts'
import { type TargetView, type ViewContext, viewOf } from './view.ts'
import { bodyText, responseText } from './wording.ts'

/** A target as people are shown it. Texts are redacted, but not escaped. */
export interface ShownTarget {
  readonly view: TargetView
  readonly check: Check
  /** What it ended with: `HTTP 503, expected 2xx`, `HTTP 200, version 2.0.0`; what came last, when it was cancelled. */
  readonly result: string
  /** The beginning of the body, in one line, and more of it; empty where it cannot say why the target failed. */
  readonly body: string
  readonly excerpt: string
}

export function shownTarget(checked: CheckedTarget, context: ViewContext): ShownTarget {
  const { check, verdict } = checked
  const clean = (text: string) => redact(text, context.secrets)
  const failure = verdict.failure ?? verdict.history.attemptLog.at(-1)?.failure
  const response = lastResponse(verdict)
  const excerpt = clean(response?.excerpt ?? '')
  const body = bodyText(failure, excerpt)
  const result = clean(resultText(checked, response))
  return { view: viewOf(checked, context), check, result, body, excerpt: body === '' ? '' : excerpt }
}

function resultText({ check, verdict }: CheckedTarget, response: ResponseRecord | undefined): string {
  const last = verdict.history.attemptLog.at(-1)
  const failure = verdict.failure ?? last?.failure
  if (failure !== undefined) return failure.detail
  if (verdict.kind === 'undecided') return last === undefined ? 'no attempt was completed' : 'good so far'
  return response === undefined ? 'ok' : responseText(response, check)
}

/** The last response, if it is the one that decided: after it, attempts may have failed without any. */
function lastResponse({ failure, history: { attemptLog, lastResponse: last } }: Verdict): ResponseRecord | undefined {
  const reasonCode = (failure ?? attemptLog.at(-1)?.failure)?.reasonCode
  const responded = attemptLog.findLast(({ address }) => address !== undefined)
  return responded?.failure?.reasonCode === reasonCode ? last : undefined
}
