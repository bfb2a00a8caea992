import { inspect } from 'node:util'
import { cancellation } from './cancellation.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Contract } from './contract.ts'
import { type ActionError, toActionError } from './errors.ts'
import { forCodeBlock, forMarkdown } from './escape.ts'
import { type Log, runnerLog } from './log.ts'
import { failsStep, type Result, type Summary } from './outcome.ts'
import { publish } from './publication.ts'
import { schemaVersion } from './report.ts'
import { readSettings } from './settings.ts'

/** The edges that every action gets; it adds its own. */
export interface BaseEdges<Progress = never> {
  readonly clock: Clock
  readonly log: Log
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal
  /** Keeps what was done so far, for `whenStopped`: the last one counts. */
  readonly reached: (progress: Progress) => void
}

export interface Action<Inputs, Outcome, Progress = never> {
  /** @throws ActionError `invalid-input` */
  readInputs(): Promise<Inputs>
  /** The story. A finding is returned; only what could not be done is thrown. */
  run(inputs: Inputs, edges: BaseEdges<Progress>): Promise<Outcome>
  /** The outcome as outputs, report, summary and notices. Pure. */
  present(outcome: Outcome, inputs: Inputs): Result
  /**
   * What an error or a cancellation ends in, as far as it is not what the contract says: the first outcome of its
   * reason, and empty outputs. Pure.
   * @param progress what `run` has reached; undefined when it was not begun
   */
  whenStopped?(error: ActionError, progress: Progress | undefined): Partial<Result>
}

/**
 * Runs an action as the runner expects it. Whatever happens (a finding, a wrong input, a defect, a cancelled job), the
 * report, the outputs and the summary are written before the step fails.
 */
export async function runAction<Inputs, Outcome, Progress = never>(
  contract: Contract,
  action: Action<Inputs, Outcome, Progress>,
): Promise<void> {
  // Whatever ends this process before the verdict does, it has not passed.
  process.exitCode = 1
  const startedAt = systemClock.date()
  const start = systemClock.now()
  const signal = cancellation()
  const crashed = crash()
  const { settings, error } = readSettings(contract)
  const result = await resultOf(contract, action, { signal, crashed, error })
  const report = {
    schemaVersion,
    action: contract.name,
    outcome: result.outcome,
    reasonCode: result.reasonCode,
    message: result.message,
    ...(result.nextStep === undefined ? {} : { nextStep: result.nextStep }),
    startedAt: startedAt.toISOString(),
    elapsedMs: Math.round(systemClock.now() - start),
    ...result.report,
  }
  const fails = failsStep(result, settings, contract)
  const published = publish(contract, result, { report, settings, fails })
  exit(fails || !published ? 1 : 0)
}

interface Circumstances {
  readonly signal: AbortSignal
  readonly crashed: Promise<never>
  /** What is wrong with the common inputs. */
  readonly error: ActionError | undefined
}

async function resultOf<Inputs, Outcome, Progress>(
  contract: Contract,
  action: Action<Inputs, Outcome, Progress>,
  { signal, crashed, error }: Circumstances,
): Promise<Result> {
  let progress: Progress | undefined
  const reached = (now: Progress) => {
    progress = now
  }
  const work = async () => {
    if (error !== undefined) throw error
    const inputs = await action.readInputs()
    const outcome = await action.run(inputs, { clock: systemClock, log: runnerLog, signal, reached })
    return action.present(outcome, inputs)
  }
  try {
    return await Promise.race([work(), crashed])
  } catch (thrown) {
    const stop = toActionError(thrown)
    if (stop.cause !== undefined) runnerLog.debug(inspect(stop.cause))
    return stoppedResult(contract, stop, (known) => action.whenStopped?.(known, progress))
  }
}

/** The result of an error or a cancellation. One more defect on the way takes nothing but what the action would add. */
function stoppedResult(
  contract: Contract,
  error: ActionError,
  whenStopped: (error: ActionError) => Partial<Result> | undefined,
): Result {
  const { outcomes, nextStep: usual } = contract.reasons[error.code]
  const nextStep = error.hint ?? usual
  const [outcome = ''] = outcomes
  const result: Result = {
    outcome,
    reasonCode: error.code,
    message: error.message,
    nextStep,
    outputs: contract.outputs,
    report: {},
    summary: stoppedSummary(outcome, error),
    warnings: [],
    errors: [{ title: `${contract.name}: ${error.code}`, message: error.message, nextStep }],
  }
  try {
    const own = whenStopped(error)
    return { ...result, ...own, outputs: { ...result.outputs, ...own?.outputs } }
  } catch (thrown) {
    runnerLog.debug(inspect(thrown))
    return result
  }
}

function stoppedSummary(outcome: string, { code, message }: ActionError): Summary {
  const [first = '', ...lines] = message.split('\n')
  return {
    icon: code === 'cancelled' ? '⚠️' : '❌',
    headline: `${outcome} (${code})`,
    lead: lines.length === 0 ? forMarkdown(first) : `${forMarkdown(first)}\n\n${forCodeBlock(lines.join('\n'))}`,
    blocks: [],
  }
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

/** Ends the process once its output is flushed: a pending name lookup cannot be cancelled and would hold it for long. */
function exit(code: number): void {
  process.exitCode = code
  process.stdout.write('', () => process.stderr.write('', () => process.exit()))
}
