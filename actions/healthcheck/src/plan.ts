import { formatDuration } from '@deploy-safety/common/duration'
import { invalidInput } from '@deploy-safety/common/errors'
import { quote } from '@deploy-safety/common/inputs'
import { hostOf, isSecure, portOf } from '@deploy-safety/probe/endpoint'
import type { Target } from '@deploy-safety/probe/target'
import type { Check } from './check.ts'

/** What cannot work, and how to mend it. */
type Problem = readonly [problem: string, fix: string]

/**
 * Refuses what cannot work whatever the service responds, so that nobody waits for it.
 * @throws ActionError `invalid-input`, naming the inputs and the fix
 */
export function refuseHopelessPlan(check: Check): void {
  const { name, target } = check
  const found = waitingProblem(check) ?? samplingProblem(check) ?? schemeProblem(target) ?? bodyProblem(target)
  if (found !== undefined) throw invalidInput(`Target "${name}": ${found[0]}.`, found[1])
}

/**
 * Refuses a line of `resolve` that no target can ever come by: it is a typo, and something else would be tested. Targets
 * inherit the lines of the step, so one target with that host and port is enough, or one that may be redirected there.
 * @throws ActionError `invalid-input`
 */
export function refuseUselessResolve(checks: readonly Check[]): void {
  const targets = checks.map(({ target }) => target)
  const reached = targets.map(({ request }) => `${hostOf(request.url)}:${portOf(request.url)}`)
  const useless = targets
    .flatMap(({ route }) => [...route.resolve.keys()])
    .find((place) => !reached.includes(place) && !targets.some((target) => mayComeBy(target, place)))
  if (useless === undefined) return
  throw invalidInput(
    `Input "resolve": no target is at ${quote(useless)}, and no redirect may lead there.`,
    `Use host and port of a target, as in ${reached[0]}:192.0.2.10, or set follow-redirects to all.`,
  )
}

function mayComeBy({ request, followRedirects, route }: Target, place: string): boolean {
  if (request.kind !== 'http' || followRedirects === 'none' || !route.resolve.has(place)) return false
  const isUpgrade = request.url.protocol === 'http:' && place === `${hostOf(request.url)}:443`
  return followRedirects === 'all' || isUpgrade
}

function waitingProblem({ rules, target }: Check): Problem | undefined {
  const { maxLatencyMs } = target.expectation
  const { deadlineMs, startPeriodMs, intervalMs, attempts, timeoutMs, successThreshold } = rules
  if (attempts > 0 && successThreshold > attempts) {
    return [`success-threshold (${successThreshold}) is above attempts (${attempts})`, 'Raise attempts.']
  }
  if (startPeriodMs >= deadlineMs) {
    const [start, deadline] = [formatDuration(startPeriodMs), formatDuration(deadlineMs)]
    const problem = `start-period (${start}) must be shorter than deadline (${deadline})`
    return [problem, 'Raise deadline: it includes start-period.']
  }
  if ((successThreshold - 1) * intervalMs * 0.9 >= deadlineMs) {
    const [interval, deadline] = [formatDuration(intervalMs), formatDuration(deadlineMs)]
    const problem = `${successThreshold} successes, ${interval} apart, do not fit into deadline (${deadline})`
    return [problem, 'Raise deadline, or lower success-threshold or interval.']
  }
  if (maxLatencyMs === undefined || maxLatencyMs <= timeoutMs) return undefined
  const [latency, timeout] = [formatDuration(maxLatencyMs), formatDuration(timeoutMs)]
  return [`max-latency (${latency}) is above timeout (${timeout})`, 'Raise timeout, or lower max-latency.']
}

// Below that, the 95th percentile is little more than the slowest response.
const leastSamples = 20

function samplingProblem({ rules: { samples, maxP95Ms } }: Check): Problem | undefined {
  if (maxP95Ms === undefined || samples >= leastSamples) return undefined
  return [`max-p95 needs at least ${leastSamples} samples, and samples is ${samples}`, 'Set samples to 20 or more.']
}

/** An expectation that the scheme cannot meet would be passed over in silence. */
function schemeProblem({ request, route, allAddresses, expectation }: Target): Problem | undefined {
  const scheme = `${request.url.protocol}//`
  if (expectation.tlsMinDays !== undefined && !isSecure(request.url)) {
    return [
      `tls-min-days needs a certificate, and ${scheme} has none`,
      'Use https://, tls:// or grpcs://, or remove tls-min-days.',
    ]
  }
  if (allAddresses && route.proxyFor(request.url) !== undefined) {
    return ['all-addresses does not work through a proxy, which resolves the name itself', 'Add the host to NO_PROXY.']
  }
  const isPlainlyProxied = request.url.protocol === 'http:' && route.proxyFor(request.url) !== undefined
  if (isPlainlyProxied && route.resolve.has(`${hostOf(request.url)}:${portOf(request.url)}`)) {
    return ['resolve does not work through an HTTP proxy, which resolves the name itself', 'Add the host to NO_PROXY.']
  }
  if (request.kind === 'http') return undefined
  const { status, expectedVersion, headers, body, json } = expectation
  const unmet = [
    status.source === '2xx' ? '' : 'expect-status',
    expectedVersion === undefined ? '' : 'expect-version',
    headers.length === 0 ? '' : 'expect-header',
    body === undefined ? '' : 'expect-body',
    json.length === 0 ? '' : 'expect-json',
  ].filter(Boolean)
  if (unmet.length === 0) return undefined
  return [
    `${unmet.join(', ')} cannot be checked over ${scheme}`,
    'Give it only to targets with http:// or https://, in "targets".',
  ]
}

function bodyProblem({ request, expectation }: Target): Problem | undefined {
  const { body, json, expectedVersion, versionFrom } = expectation
  const fromBody = expectedVersion !== undefined && (versionFrom.kind === 'body' || versionFrom.kind === 'json')
  const needsBody = [
    body === undefined ? '' : 'expect-body',
    json.length === 0 ? '' : 'expect-json',
    fromBody ? 'version-from' : '',
  ].filter(Boolean)
  if (request.kind !== 'http' || request.method !== 'HEAD' || needsBody.length === 0) return undefined
  return [`method HEAD returns no body, and ${needsBody.join(' and ')} needs one`, 'Use method GET.']
}
