import { isRecord } from '@deploy-safety/common/record'
import { type Labels, readLabels } from './labels.ts'

export interface Alert {
  readonly labels: Labels
}

/** Those that are firing in an answer of each server; undefined when it is no list of alerts. */
export const alertReaders = { prometheus: readPrometheus, alertmanager: readAlertmanager } as const

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
