import type { ActionError } from '@deploy-safety/common/errors'
import type { Result } from '@deploy-safety/common/outcome'
import type { Outcome, Progress } from './run.ts'

/** The outcome as outputs, report, summary and notices. Pure. */
export function present({ outcome, reasonCode, stepsDone }: Outcome): Result {
  return {
    outcome,
    reasonCode,
    message: `${stepsDone} steps done`,
    ...known({ stepsDone }),
    summary: { icon: '✅', headline: `${outcome} (${stepsDone} steps)`, lead: '', blocks: [] },
    warnings: [],
    errors: [],
  }
}

/** What is known when an error or a cancellation ends the run. Pure. */
export function whenStopped(_: ActionError, progress: Progress | undefined): Partial<Result> {
  return progress === undefined ? {} : known(progress)
}

function known({ stepsDone }: Progress): Pick<Result, 'outputs' | 'report'> {
  return { outputs: { 'steps-done': String(stepsDone) }, report: { stepsDone } }
}
