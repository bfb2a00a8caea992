import { quote } from '@deploy-safety/common/inputs'
import type { LabelMatch } from '../gates/gate.ts'
import { isMissing, type Missing } from '../quantity.ts'
import { type Alert, alertReaders } from './alert-list.ts'
import { ask } from './ask.ts'
import type { MetricsEdges } from './edges.ts'
import { matching } from './label-match.ts'
import { labelOf } from './labels.ts'
import { type Reply, type Unanswered, unreachable } from './reply.ts'
import type { MetricsServer } from './server.ts'

/** The alerts that are firing now, silenced and inhibited ones left out where the server knows them. */
export interface FiringAlerts {
  readonly source: 'prometheus' | 'alertmanager'
  readonly alerts: readonly Alert[]
}

const paths = {
  prometheus: '/api/v1/alerts',
  alertmanager: '/api/v2/alerts?active=true&silenced=false&inhibited=false',
} as const

const mostNames = 10

/**
 * Asks for the alerts that are firing. Which of both servers it is, its path says, or the server: each knows its own path
 * alone. A proxy may refuse the other in its own way, so that it is tried after every answer that refuses.
 * @throws ActionError `cancelled`
 */
export async function firingAlerts(
  server: MetricsServer,
  edges: MetricsEdges,
  timeoutMs?: number,
): Promise<FiringAlerts | Missing> {
  const limits = timeoutMs === undefined ? {} : { timeoutMs }
  const failed: Failed[] = []
  for (const source of sourcesOf(server)) {
    const reply = await ask(server, { path: paths[source], ...limits }, edges)
    const alerts = isMissing(reply) ? undefined : alertReaders[source](reply.document)
    if (alerts !== undefined) return { source, alerts }
    failed.push({ url: `${server.base}${paths[source].replace(/\?.*/, '')}`, ...failureOf(reply) })
    if (!mayBeTheOther(reply)) break
  }
  return inOne(failed, sourcesOf(server).length > 1)
}

/** A path that was tried in vain. */
interface Failed extends Unanswered {
  readonly url: string
  /** The greater, the more it tells. */
  readonly weight: number
}

function sourcesOf({ apiPath = '' }: MetricsServer): readonly FiringAlerts['source'][] {
  if (apiPath.startsWith('/api/v1/')) return ['prometheus']
  return apiPath.startsWith('/api/v2/') ? ['alertmanager'] : ['alertmanager', 'prometheus']
}

/** A redirect, too many requests, a server that fails and no answer at all have nothing to do with the path. */
function mayBeTheOther(reply: Reply | Unanswered): boolean {
  if (!isMissing(reply)) return true
  const { status = 0 } = reply
  return status === 401 || status === 403
}

function failureOf(reply: Reply | Unanswered): Omit<Failed, 'url'> {
  if (isMissing(reply)) return { ...reply, weight: reply.status === 401 || reply.status === 403 ? 3 : 2 }
  const { excerpt, status } = reply
  const detail = `${excerpt}. This is not a list of alerts from Prometheus or Alertmanager: check alerts-url and its path`
  return { ...unreachable(detail), status, weight: status === 200 ? 1 : 0 }
}

/** The failure that tells most, and where else was asked. */
function inOne(failed: readonly Failed[], isGuessed: boolean): Missing {
  const [main, ...others] = failed.toReversed().toSorted((one, other) => other.weight - one.weight)
  if (main === undefined) return unreachable('no path was queried')
  const { missing, detail } = main
  const [other] = others
  if (!isGuessed) return { missing, detail }
  const answer = other?.status === undefined ? 'no response' : `responded with ${other.status}`
  const also = other === undefined ? '' : `. Also tried: ${other.url} (${answer})`
  const advice =
    'To query one of them only, end alerts-url with /api/v1/alerts (Prometheus) or /api/v2/alerts (Alertmanager)'
  return { missing, detail: `${detail}${also}. ${advice}` }
}

/** Those that the gate is about. @throws Malformed for a wrong regular expression */
export function alertsMatching(alerts: readonly Alert[], matches: readonly LabelMatch[]): readonly Alert[] | Missing {
  const found = matching(alerts, matches)
  if (found !== undefined) return found
  return { missing: 'metrics-ambiguous', detail: 'a regular expression of the threshold takes too long on a label' }
}

/** `"HighErrorRate" ("critical"), …`: at most ten names, then how many more. */
export function nameAlerts(alerts: readonly Alert[]): string {
  const names = alerts.slice(0, mostNames).map(({ labels }) => {
    const severity = labelOf(labels, 'severity')
    const name = labelOf(labels, 'alertname')
    return `${name === '' ? 'an alert without a name' : quote(name)}${severity === '' ? '' : ` (${quote(severity)})`}`
  })
  const more = alerts.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
