import { type ActionError, toActionError } from './errors.ts'
import { inputReader, parseFlag } from './inputs.ts'
import { type FailOn, type OutcomeSet, parseFailOn } from './outcome.ts'
import { prepareReport, reportPath } from './report.ts'
import { getInput } from './runner.ts'

/** The inputs that every action has, with their defaults. */
export const commonInputs = { 'fail-on': '', 'report-path': '', summary: 'true' } as const

export interface Settings {
  readonly failOn: FailOn
  readonly reportPath: string
  readonly summary: boolean
}

/** Reads the common inputs one by one, so that a wrong one does not lose what the others say. */
export function readSettings(action: { name: string; outcomes: OutcomeSet }) {
  const input = inputReader({ defaults: commonInputs, textOf: getInput })
  let error: ActionError | undefined
  const attempt = <T>(read: () => T, fallback: T): T => {
    try {
      return read()
    } catch (thrown) {
      error ??= toActionError(thrown)
      return fallback
    }
  }
  const failOn = attempt(() => input.optional('fail-on', parseFailOn(action.outcomes)) ?? 'default', 'default')
  const summary = attempt(() => input.value('summary', parseFlag), true)
  const given = input.optional('report-path', String) ?? ''
  const path = reportPath(action.name, given)
  try {
    prepareReport(path)
    return { settings: { failOn, summary, reportPath: path } satisfies Settings, error }
  } catch (thrown) {
    const settings: Settings = { failOn, summary, reportPath: reportPath(action.name, '') }
    return { settings, error: error ?? toActionError(thrown) }
  }
}
