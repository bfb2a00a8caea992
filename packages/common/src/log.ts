import { debug, error, info, warning } from '@actions/core'
import { forAnnotation, forLog } from './escape.ts'

/** Where an action tells people what it does. Whatever is passed in comes out as one harmless line. */
export interface Log {
  info(line: string): void
  debug(line: string): void
  warning(message: string, title: string): void
  error(message: string, title: string): void
}

/** The log of the runner: lines, and annotations for what needs eyes (at most 10 of a kind are shown per step). */
export const runnerLog: Log = {
  info: (line) => info(forLog(line)),
  debug: (line) => debug(forLog(line)),
  warning: (message, title) => warning(forAnnotation(message), { title: forLog(title) }),
  error: (message, title) => error(forAnnotation(message), { title: forLog(title) }),
}
