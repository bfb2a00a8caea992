import { formatDuration } from '@deploy-safety/common/duration'
import { type ActionError, invalidInput } from '@deploy-safety/common/errors'
import type { Target } from './target.ts'

/**
 * Refuses what cannot work whatever the service answers, so that nobody waits for it.
 * @throws ActionError `invalid-input`, naming the inputs and the fix
 */
export function refuseHopelessPlan(target: Target): void {
  const problem = waitingProblem(target) ?? answerProblem(target)
  if (problem !== undefined) throw problem
}

function waitingProblem({ name, rules, expectation }: Target): ActionError | undefined {
  const { deadlineMs, startPeriodMs, intervalMs, attempts, timeoutMs, successThreshold } = rules
  const refuse = (problem: string, fix: string) => invalidInput(`Target "${name}": ${problem}.`, fix)
  if (attempts > 0 && successThreshold > attempts) {
    return refuse(`success-threshold ${successThreshold} is more than attempts ${attempts}`, 'Raise attempts.')
  }
  if (startPeriodMs >= deadlineMs) {
    const problem = `start-period ${formatDuration(startPeriodMs)} does not end before the deadline ${formatDuration(deadlineMs)}`
    return refuse(problem, 'Raise deadline: it counts from the start, start-period included.')
  }
  if ((successThreshold - 1) * intervalMs * 0.9 >= deadlineMs) {
    const problem = `${successThreshold} good answers, ${formatDuration(intervalMs)} apart, do not fit the deadline ${formatDuration(deadlineMs)}`
    return refuse(problem, 'Raise deadline, or lower success-threshold or interval.')
  }
  const { maxLatencyMs } = expectation
  if (maxLatencyMs !== undefined && maxLatencyMs > timeoutMs) {
    const problem = `max-latency ${formatDuration(maxLatencyMs)} is more than the timeout ${formatDuration(timeoutMs)} of a try`
    return refuse(problem, 'Raise timeout, or lower max-latency.')
  }
  return undefined
}

function answerProblem({ name, request, expectation }: Target): ActionError | undefined {
  const { body, json, version, versionFrom } = expectation
  const fromBody = version !== undefined && (versionFrom.kind === 'body' || versionFrom.kind === 'json')
  const needsBody = [
    body === undefined ? '' : 'expect-body',
    json.length === 0 ? '' : 'expect-json',
    fromBody ? 'version-from' : '',
  ].filter(Boolean)
  if (request.method !== 'HEAD' || needsBody.length === 0) return undefined
  const problem = `method HEAD brings no body, and ${needsBody.join(' and ')} needs one`
  return invalidInput(`Target "${name}": ${problem}.`, 'Use method GET.')
}
