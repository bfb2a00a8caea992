import { quote } from '@deploy-safety/common/inputs'
import { Unreadable } from '../unreadable.ts'

const namedInMessages = 5

/**
 * Refuses a run that made requests, but none by HTTP.
 * @param own what the tool writes of every run by HTTP, and of one without any request
 * @throws Unreadable `not-reported` with what there is instead
 */
export function checkProtocol(metrics: readonly string[], own: RegExp): void {
  const foreign = metrics.filter((name) => !own.test(name))
  if (foreign.length === 0 || metrics.some((name) => name.startsWith('http'))) return
  const rest = foreign.length > namedInMessages ? ` and ${foreign.length - namedInMessages} more` : ''
  const names = foreign.slice(0, namedInMessages).map((name) => quote(name))
  throw new Unreadable('not-reported', `the file has no HTTP requests, only ${names.join(', ')}${rest}`)
}
