import { getInput } from '@actions/core'
import type { Contract } from './contract.ts'
import { type ActionError, toActionError } from './errors.ts'
import { type InputReader, inputReader, parseFlag } from './inputs.ts'
import { type FailOn, type Notice, parseFailOn } from './outcome.ts'
import { prepareReport, reportPath } from './report.ts'
import { unknownInputs } from './unknown-inputs.ts'

/** What the frame around every action goes by. */
export interface Settings {
  readonly failOn: FailOn
  readonly reportPath: string
  readonly summary: boolean
  /** The input `mode`, where the action has one. */
  readonly mode: string
  /** About inputs that the action does not have. */
  readonly warnings: readonly Notice[]
}

/** The inputs of the step. */
export function stepInputs<Name extends string>(contract: { inputs: Record<Name, string> }): InputReader<Name> {
  return inputReader({ defaults: contract.inputs, textOf: (name) => getInput(name) })
}

/** Reads the common inputs one by one, so that a wrong one does not lose what the others say. */
export function readSettings(contract: Contract): { settings: Settings; error: ActionError | undefined } {
  const input = stepInputs<string>(contract)
  const unknown = unknownInputs(process.env, contract)
  let { error } = unknown
  const attempt = <T>(read: () => T, fallback: T): T => {
    try {
      return read()
    } catch (thrown) {
      error ??= toActionError(thrown)
      return fallback
    }
  }
  const failOn = attempt(() => input.optional('fail-on', parseFailOn(contract)) ?? 'default', 'default')
  const summary = attempt(() => input.value('summary', parseFlag), true)
  const mode = contract.inputs.mode === undefined ? '' : (input.optional('mode', String) ?? '')
  const path = reportPath(contract.name, input.optional('report-path', String) ?? '')
  const isWritable = attempt(() => {
    prepareReport(path)
    return true
  }, false)
  return {
    settings: {
      failOn,
      reportPath: isWritable ? path : reportPath(contract.name, ''),
      summary,
      mode,
      warnings: unknown.warnings,
    },
    error,
  }
}
