import { isRecord } from '@deploy-safety/common/record'
import type { LabelMatch } from '../gates/gate.ts'
import { isMissing, type Missing } from '../quantity.ts'
import { ask } from './ask.ts'
import type { MetricsEdges } from './edges.ts'
import { matching } from './label-match.ts'
import { type Labels, labelOf, readLabels } from './labels.ts'
import { type Reply, unreachable } from './reply.ts'
import type { MetricsServer } from './server.ts'

/** The alerts that are firing now, silenced and inhibited ones left out where the server knows them. */
export interface FiringAlerts {
  readonly source: 'prometheus' | 'alertmanager'
  readonly alerts: readonly Alert[]
}

export interface Alert {
  readonly labels: Labels
}

const paths = {
  prometheus: '/api/v1/alerts',
  alertmanager: '/api/v2/alerts?active=true&silenced=false&inhibited=false',
} as const

const mostNames = 10

/**
 * Asks for the alerts that are firing. Which of both servers it is, its path says, or the server: only an Alertmanager
 * answers its path.
 * @throws ActionError `cancelled`
 */
export async function firingAlerts(
  server: MetricsServer,
  edges: MetricsEdges,
  timeoutMs?: number,
): Promise<FiringAlerts | Missing> {
  const limits = timeoutMs === undefined ? {} : { timeoutMs }
  const askFor = (path: string) => ask(server, { path, ...limits }, edges)
  if (server.apiPath?.startsWith('/api/v1/') !== true) {
    const reply = await askFor(paths.alertmanager)
    if (isMissing(reply)) return reply
    const alerts = readAlertmanager(reply.document)
    if (alerts !== undefined) return { source: 'alertmanager', alerts }
    if (server.apiPath?.startsWith('/api/v2/')) return strange(reply)
  }
  const reply = await askFor(paths.prometheus)
  if (isMissing(reply)) return reply
  const alerts = readPrometheus(reply.document)
  if (alerts !== undefined) return { source: 'prometheus', alerts }
  return strange(reply)
}

function strange({ excerpt }: Reply): Missing {
  return unreachable(`${excerpt}. Those are no alerts of Prometheus or Alertmanager: check alerts-url and its path`)
}

/** Those that the gate is about. @throws Malformed for a wrong regular expression */
export function alertsMatching(alerts: readonly Alert[], matches: readonly LabelMatch[]): readonly Alert[] | Missing {
  const found = matching(alerts, matches)
  if (found !== undefined) return found
  return { missing: 'metrics-ambiguous', detail: 'A regular expression of the gate takes too long on a label' }
}

/** `HighErrorRate (critical), …`: at most ten names, then how many more; foreign text. */
export function nameAlerts(alerts: readonly Alert[]): string {
  const names = alerts.slice(0, mostNames).map(({ labels }) => {
    const severity = labelOf(labels, 'severity')
    return `${labelOf(labels, 'alertname') || 'an alert without a name'}${severity === '' ? '' : ` (${severity})`}`
  })
  const more = alerts.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** https://prometheus.io/docs/prometheus/latest/querying/api/#alerts */
function readPrometheus(document: unknown): Alert[] | undefined {
  if (!isRecord(document) || document['status'] !== 'success' || !isRecord(document['data'])) return undefined
  return readAlerts(document['data']['alerts'], ({ state }) => {
    if (state === 'firing') return 'firing'
    return state === 'pending' || state === 'inactive' || state === 'unknown' ? 'not firing' : undefined
  })
}

/** An alert that Alertmanager has not yet looked at (`unprocessed`) is firing all the same. */
function readAlertmanager(document: unknown): Alert[] | undefined {
  return readAlerts(document, ({ status }) => {
    const state = isRecord(status) ? status['state'] : undefined
    if (state === 'active' || state === 'unprocessed') return 'firing'
    return state === 'suppressed' ? 'not firing' : undefined
  })
}

type State = 'firing' | 'not firing' | undefined

/** Undefined when it is no list of alerts, each in a state that is known: none may be lost. */
function readAlerts(list: unknown, stateOf: (alert: Readonly<Record<string, unknown>>) => State): Alert[] | undefined {
  if (!Array.isArray(list)) return undefined
  const firing: Alert[] = []
  for (const entry of list) {
    const labels = isRecord(entry) ? readLabels(entry['labels']) : undefined
    const state = isRecord(entry) ? stateOf(entry) : undefined
    if (labels === undefined || state === undefined) return undefined
    if (state === 'firing') firing.push({ labels })
  }
  return firing
}
