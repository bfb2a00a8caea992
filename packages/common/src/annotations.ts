import type { Log } from './log.ts'
import type { Notice } from './outcome.ts'

// The runner keeps ten errors and ten warnings of a step: one place is for the rest, one for what cannot be published.
const mostAnnotations = 8

/** Annotates what needs eyes; what the runner would drop is in the log. */
export function annotateAll(notices: readonly Notice[], level: 'warning' | 'error', log: Log): void {
  const rest = notices.slice(mostAnnotations)
  const [first] = rest
  for (const { title, message } of notices.slice(0, mostAnnotations)) log[level](message, title)
  if (first !== undefined) log[level](`${rest.length} more, see the log of this step`, first.title)
  for (const { title, message } of rest) for (const line of `${title}: ${message}`.split('\n')) log.info(line)
}
