import { inspect } from 'node:util'
import * as core from '@actions/core'
import { type Clock, systemClock } from './clock.ts'
import { type ActionError, messageOf, toActionError } from './errors.ts'
import { forLog, forMarkdown } from './escape.ts'
import { inputReader, parseFlag } from './inputs.ts'
import { type Log, runnerLog } from './log.ts'
import { type FailOn, failsStep, type OutcomeSet, parseFailOn, type Result } from './outcome.ts'
import { prepareReport, reportPath, writeReport } from './report.ts'
import { writeSummary } from './summary.ts'

/** The inputs and outputs that every action has, with their defaults. */
export const commonInputs = { 'fail-on': '', 'report-path': '', summary: 'true' } as const
export const commonOutputs = ['outcome', 'reason-code', 'report'] as const

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
  /** @throws ActionError `invalid-input` */
  readInputs(): Promise<Inputs>
  /** The story. A finding is returned; only what could not be done is thrown. */
  run(inputs: Inputs, edges: BaseEdges): Promise<Outcome>
  /** The outcome as outputs, report and summary. */
  publish(outcome: Outcome, inputs: Inputs): Result
}

interface Settings {
  readonly failOn: FailOn
  readonly reportPath: string
  readonly summary: boolean
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
  const { settings, error } = await readSettings(action)
  const result = error === undefined ? await resultOf(action, signal, crashed) : errorResult(action, error)
  const report = {
    schemaVersion: 1,
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
  const published = await publish(result, report, { ...settings, fails })
  exit(fails || !published ? 1 : 0)
}

/** Reads the common inputs one by one, so that a wrong one does not lose what the others say. */
async function readSettings(action: { name: string; outcomes: OutcomeSet }) {
  const input = inputReader({ defaults: commonInputs, textOf: core.getInput })
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
    await prepareReport(path)
    return { settings: { failOn, summary, reportPath: path } satisfies Settings, error }
  } catch (thrown) {
    const settings: Settings = { failOn, summary, reportPath: reportPath(action.name, '') }
    return { settings, error: error ?? toActionError(thrown) }
  }
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

function errorResult(action: { name: string; outcomes: OutcomeSet }, error: ActionError): Result {
  if (error.cause !== undefined) core.debug(forLog(inspect(error.cause)))
  return {
    outcome: error.code === 'cancelled' ? action.outcomes.whenCancelled : action.outcomes.whenError,
    reasonCode: error.code,
    message: error.message,
    nextStep: error.hint,
    outputs: {},
    report: {},
    summary: [],
    warnings: [],
    errors: [{ title: `${action.name}: ${error.code}`, message: `${error.message}\n${error.hint}` }],
  }
}

/** Writes everything that is left behind. One part that cannot be written does not keep the others from being so. */
async function publish(result: Result, report: object, settings: Settings & { fails: boolean }): Promise<boolean> {
  const failures: string[] = []
  const write = async (what: string, action: () => Promise<void> | void) => {
    try {
      await action()
    } catch (error) {
      failures.push(`${what} could not be written: ${messageOf(error)}`)
    }
  }
  runnerLog.info(`${result.outcome} (${result.reasonCode}): ${result.message}`)
  for (const { title, message } of result.warnings) runnerLog.warning(message, title)
  for (const { title, message } of result.errors) runnerLog[settings.fails ? 'error' : 'warning'](message, title)
  await write('The report', () => writeReport(settings.reportPath, report))
  await write('An output', () => {
    core.setOutput('outcome', result.outcome)
    core.setOutput('reason-code', result.reasonCode)
    core.setOutput('report', failures.length === 0 ? settings.reportPath : '')
    for (const [name, value] of Object.entries(result.outputs)) core.setOutput(name, value)
  })
  for (const failure of failures) runnerLog.error(failure, 'Not published')
  if (settings.summary) await summarise(result)
  return failures.length === 0
}

/** A summary that cannot be written is a pity, but no reason to hold a deployment. */
async function summarise(result: Result): Promise<void> {
  try {
    await writeSummary(renderSummary(result))
  } catch (error) {
    runnerLog.warning(`The summary could not be written: ${messageOf(error)}`, 'No summary')
  }
}

function renderSummary(result: Result): string {
  const verdict = `**${forMarkdown(result.outcome)}** (${forMarkdown(result.reasonCode)}): ${forMarkdown(result.message)}`
  const next = result.nextStep === undefined ? [] : [`**Next step:** ${forMarkdown(result.nextStep)}`]
  return [verdict, ...next, ...result.summary].join('\n\n')
}

/** Ends the process once its output is flushed: a pending name lookup cannot be cancelled and would hold it for long. */
function exit(code: number): void {
  process.exitCode = code
  process.stdout.write('', () => process.stderr.write('', () => process.exit()))
}
