import { quote, quoteUpTo } from '@deploy-safety/common/inputs'
import { isRecord } from '@deploy-safety/common/record'

/** What tells a series or an alert from the others. Foreign text. */
export type Labels = Readonly<Record<string, string>>

/** The labels of a JSON object; undefined when it is none of texts. */
export function readLabels(value: unknown): Labels | undefined {
  if (!isRecord(value)) return undefined
  const entries = Object.entries(value)
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return texts.length === entries.length ? Object.fromEntries(texts) : undefined
}

/** A label by its name; one that is not there is empty, as in Prometheus. */
export function labelOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : ''
}

/** A series as Prometheus writes it: `up{instance="a",job="b"}`. */
export function seriesName(labels: Labels): string {
  const pairs = Object.entries(labels).filter(([name]) => name !== '__name__')
  const shown = pairs.map(([name, value]) => `${plain(name)}=${quoteUpTo(60, value)}`).join(',')
  return `${plain(labelOf(labels, '__name__'))}{${shown}}`
}

/** Names are foreign too: since Prometheus 3 any text can be one, which is written in quotes then. */
function plain(name: string): string {
  return /^[\w:]{0,80}$/.test(name) ? name : quote(name)
}
