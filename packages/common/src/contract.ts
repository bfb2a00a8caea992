/** Everything that an action promises, as data: action.yml, README, report schema, docs and tests are held to it. */
export interface Contract {
  /** The name of its folder. */
  readonly name: string
  readonly outcomes: Readonly<Record<string, Ending>>
  /** Every input with its default. A default that depends on something is empty here and in action.yml. */
  readonly inputs: Readonly<Record<string, string>>
  /** The outputs beyond the common ones, and what they are while nothing is known: workflows read them all the same. */
  readonly outputs: Readonly<Record<string, string>>
  readonly reasons: Readonly<Record<string, Reason>> & Readonly<Record<CommonReason, Reason>>
}

/** What an outcome does to the step, unless `fail-on` says otherwise; `always-fails` whatever it says. */
type Ending = 'succeeds' | 'fails' | 'always-fails' | { readonly succeedsInMode: string }

export interface Reason {
  /** The outcomes that it can be the reason of. */
  readonly outcomes: readonly string[]
  readonly cause: string
  readonly nextStep: string
}

/** What every action takes, with defaults; an action can have a `report-path` of its own. */
export const commonInputs = { 'fail-on': '', 'report-path': '', summary: 'true' } as const

/** What every action gives. */
export const commonOutputs = ['outcome', 'reason-code', 'report'] as const

export type CommonReason = keyof typeof commonReasons

/** The reasons of every action, where the action itself could not do its work. An action can give them its own texts. */
export const commonReasons = {
  'invalid-input': {
    cause: 'An input is wrong, or inputs contradict each other. Nothing was done.',
    nextStep: 'Correct the input: the message names it, its value and the accepted form.',
  },
  'internal-error': {
    cause: 'The action itself failed.',
    nextStep:
      'This is a bug in the action, not in your deployment. Run the job again with debug logging and report the log.',
  },
  cancelled: {
    cause: 'The job was cancelled or the step timed out. The report has the results so far.',
    nextStep: 'Run the job again. Set timeout-minutes of the step above its deadline.',
  },
} as const
