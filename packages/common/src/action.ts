import { inspect } from 'node:util'
import { type Clock, systemClock } from './clock.ts'
import { type ActionError, toActionError } from './errors.ts'
import { forLog } from './escape.ts'
import { type Log, runnerLog } from './log.ts'
import { failsStep, type OutcomeSet, type Result } from './outcome.ts'
import { publish } from './publication.ts'
import { schemaVersion } from './report.ts'
import { debug } from './runner.ts'
import { readSettings } from './settings.ts'

/** The edges that every action gets; it adds its own. */
export interface BaseEdges {
  readonly clock: Clock
  readonly log: Log
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal
}

export interface Action<Inputs, Outcome> {
  /** The name of its folder. */
  readonly name: string
  readonly outcomes: OutcomeSet
  /** Its outputs, and what they are when there is no outcome: workflows read them all the same, some of them as JSON. */
  readonly emptyOutputs: Result['outputs']
  /** @throws ActionError `invalid-input` */
  readInputs(): Promise<Inputs>
  /** The story. A finding is returned; only what could not be done is thrown. */
  run(inputs: Inputs, edges: BaseEdges): Promise<Outcome>
  /** The outcome as outputs, report and summary. */
  publish(outcome: Outcome, inputs: Inputs): Result
}

/**
 * Runs an action as the runner expects it. Whatever happens (a finding, a wrong input, a defect, a cancelled job), the
 * report, the outputs and the summary are written before the step fails.
 */
export async function runAction<Inputs, Outcome>(action: Action<Inputs, Outcome>): Promise<void> {
  // Whatever ends this process before the verdict does, it has not passed.
  process.exitCode = 1
  const startedAt = systemClock.date()
  const start = systemClock.now()
  const signal = cancellation()
  const crashed = crash()
  const { settings, error } = readSettings(action)
  const result = error === undefined ? await resultOf(action, signal, crashed) : errorResult(action, error)
  const report = {
    schemaVersion,
    action: action.name,
    outcome: result.outcome,
    reasonCode: result.reasonCode,
    message: result.message,
    ...(result.nextStep === undefined ? {} : { nextStep: result.nextStep }),
    startedAt: startedAt.toISOString(),
    elapsedMs: Math.round(systemClock.now() - start),
    ...result.report,
  }
  const fails = failsStep(result, settings.failOn, action.outcomes)
  const published = publish(result, report, { ...settings, fails })
  exit(fails || !published ? 1 : 0)
}

async function resultOf<Inputs, Outcome>(
  action: Action<Inputs, Outcome>,
  signal: AbortSignal,
  crashed: Promise<never>,
): Promise<Result> {
  const work = async () => {
    const inputs = await action.readInputs()
    const outcome = await action.run(inputs, { clock: systemClock, log: runnerLog, signal })
    return action.publish(outcome, inputs)
  }
  try {
    return await Promise.race([work(), crashed])
  } catch (thrown) {
    return errorResult(action, toActionError(thrown))
  }
}

/** Aborted by what the runner sends on a cancelled job or a step that ran out of time: SIGINT, 7.5 s later SIGTERM. */
function cancellation(): AbortSignal {
  const controller = new AbortController()
  const signals = ['SIGINT', 'SIGTERM', ...(process.platform === 'win32' ? (['SIGBREAK'] as const) : [])] as const
  for (const name of signals) process.on(name, () => controller.abort())
  return controller.signal
}

/** Rejects on what would otherwise end the process without a report: an error that escapes, or nothing left to wait for. */
function crash(): Promise<never> {
  const crashed = new Promise<never>((_, reject) => {
    process.on('uncaughtException', reject)
    process.once('beforeExit', () => reject(new Error('it waits for something that never comes')))
  })
  // Nobody may be waiting for it any more, or not yet.
  crashed.catch(() => {})
  return crashed
}

function errorResult(
  action: Pick<Action<never, never>, 'name' | 'outcomes' | 'emptyOutputs'>,
  error: ActionError,
): Result {
  if (error.cause !== undefined) debug(forLog(inspect(error.cause)))
  return {
    outcome: error.code === 'cancelled' ? action.outcomes.whenCancelled : action.outcomes.whenError,
    reasonCode: error.code,
    message: error.message,
    nextStep: error.hint,
    outputs: action.emptyOutputs,
    report: {},
    summary: [],
    warnings: [],
    errors: [{ title: `${action.name}: ${error.code}`, message: `${error.message}\n${error.hint}` }],
  }
}

/** Ends the process once its output is flushed: a pending name lookup cannot be cancelled and would hold it for long. */
function exit(code: number): void {
  process.exitCode = code
  process.stdout.write('', () => process.stderr.write('', () => process.exit()))
}
