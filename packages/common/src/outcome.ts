import { Malformed, quote } from './inputs.ts'

/** The closed set of outcomes of an action, and which of them let the step succeed. */
export interface OutcomeSet {
  readonly all: readonly string[]
  readonly successes: readonly string[]
  /** The outcome when the action itself could not do its work. */
  readonly whenError: string
  readonly whenCancelled: string
}

/** What an action ends with, ready to be published. Texts may be foreign: they are escaped where they are written. */
export interface Result {
  readonly outcome: string
  readonly reasonCode: string
  /** The verdict in one sentence. */
  readonly message: string
  /** What to do next; absent when there is nothing to do. */
  readonly nextStep?: string
  /** The outputs of this action, beyond `outcome`, `reason-code` and `report`. */
  readonly outputs: Readonly<Record<string, string>>
  /** The fields of this action in the JSON report, beyond the common ones. */
  readonly report: Readonly<Record<string, unknown>>
  /** Markdown below the verdict, already escaped. */
  readonly summary: readonly string[]
  /** An annotation each. */
  readonly warnings: readonly Notice[]
  readonly errors: readonly Notice[]
}

export interface Notice {
  readonly title: string
  readonly message: string
}

/** Which outcomes fail the step. */
export type FailOn = 'default' | ReadonlySet<string>

/** Reads `fail-on`: outcomes in a comma list, or `never`. @throws Malformed */
export function parseFailOn(outcomes: OutcomeSet): (text: string) => FailOn {
  return (text) => {
    if (text === 'never') return new Set()
    const names = text.split(',').map((name) => name.trim())
    const unknown = names.find((name) => !outcomes.all.includes(name))
    if (unknown === undefined) return new Set(names)
    throw new Malformed(
      `${quote(unknown)} is not an outcome of this action`,
      `Use never, or a comma list of: ${outcomes.all.join(', ')}.`,
    )
  }
}

/** The reason codes that every action has, for the tables of the READMEs. */
export const commonReasons = {
  'invalid-input': {
    cause: 'An input is wrong, or inputs do not go together. Nothing was done.',
    nextStep: 'The message names the input, its value and the accepted form.',
  },
  'internal-error': {
    cause: 'The action itself failed.',
    nextStep: 'Run the job again with debug logging and report the log.',
  },
  cancelled: {
    cause: 'The job was cancelled or the step ran out of time. The report has what was known by then.',
    nextStep: 'Run the job again; give the step a timeout-minutes that is longer than its deadline.',
  },
} as const

/** `fail-on` is about findings; bad input, internal errors and cancellation fail the step whatever it says. */
export function failsStep(
  result: Pick<Result, 'outcome' | 'reasonCode'>,
  failOn: FailOn,
  outcomes: OutcomeSet,
): boolean {
  if (Object.hasOwn(commonReasons, result.reasonCode)) return true
  return failOn === 'default' ? !outcomes.successes.includes(result.outcome) : failOn.has(result.outcome)
}
