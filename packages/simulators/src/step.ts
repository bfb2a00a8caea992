import type { SecretMasker } from './secret-masker.ts'
import { type StepFileContents, StepFiles } from './step-files.ts'
import { type Annotation, StepLog } from './step-log.ts'
import { type CancelLadder, type StepExit, startStepProcess } from './step-process.ts'
import type { WorkflowCommand } from './workflow-commands.ts'

export interface StepOptions {
  readonly script: string
  readonly cwd: string
  /** RUNNER_TEMP. */
  readonly temp: string
  readonly env: NodeJS.ProcessEnv
  /** Shared by the steps of a job. */
  readonly masker: SecretMasker
  readonly ladder: CancelLadder
  readonly timeoutMs: number
  /** Gets every line of the log, masked, as it comes. */
  readonly onLog?: ((line: string) => void) | undefined
}

/** What one script of an action did. */
export interface StepRun extends StepFileContents {
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly elapsedMs: number
  /** Both streams line by line in the order of arrival, masked. */
  readonly log: string
  /** As they came, not masked. */
  readonly stdout: string
  readonly stderr: string
  /** Everything in the log that the runner obeys. */
  readonly commands: readonly WorkflowCommand[]
  readonly annotations: readonly Annotation[]
  /** The values that it masked. */
  readonly masks: readonly string[]
  /** Commands that the runner refuses, each of which fails the step whatever the exit code. */
  readonly problems: readonly string[]
}

export interface RunningStep {
  cancel(): void
  kill(signal: NodeJS.Signals): void
  log(): string
  /** Resolves when the log holds a text. @throws Error (rejects) when the step ends without it */
  printed(text: string): Promise<void>
  /** @throws Error (rejects) when the step takes too long, or writes files that the runner refuses */
  readonly done: Promise<StepRun>
}

export function startStep(options: StepOptions): RunningStep {
  const files = new StepFiles(options.temp)
  const log = new StepLog(options.masker, options.onLog)
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  const readers = new Set<() => void>()
  const process = startStepProcess({
    ...options,
    // What a test sets wins: it may want a runner without a summary.
    env: { ...files.env, ...options.env },
    onOutput: (stream, bytes) => {
      output[stream].push(bytes)
      log.write(stream, bytes)
      for (const read of readers) read()
    },
  })
  const done = process.done.then((exit) => {
    log.end()
    return conclude(exit, { files, log, output, options })
  })
  return {
    cancel: process.cancel,
    kill: process.kill,
    log: () => log.text(),
    done,
    printed: (text) => printed(text, { log, readers, done }),
  }
}

interface Traces {
  readonly files: StepFiles
  readonly log: StepLog
  readonly output: { readonly stdout: readonly Buffer[]; readonly stderr: readonly Buffer[] }
  readonly options: StepOptions
}

function conclude(exit: StepExit, { files, log, output, options }: Traces): StepRun {
  if (exit.timedOut) {
    throw new Error(`${options.script} was killed after ${options.timeoutMs} ms. Its log:\n${log.text()}`)
  }
  const written = read(files, log)
  const { exitCode, signal, elapsedMs } = exit
  return {
    ...{ exitCode, signal, elapsedMs },
    ...written,
    env: allowedEnv(written.env, log),
    // The files are read after the log and so have the last word.
    outputs: { ...log.outputs, ...written.outputs },
    state: { ...log.state, ...written.state },
    summary: uploadedSummary(written.summary, log, options.masker),
    log: log.text(),
    stdout: Buffer.concat(output.stdout).toString(),
    stderr: Buffer.concat(output.stderr).toString(),
    ...{ commands: log.commands, annotations: log.annotations, masks: log.masks, problems: log.problems },
  }
}

function read(files: StepFiles, log: StepLog): StepFileContents {
  try {
    return files.read()
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}. The log:\n${log.text()}`, { cause: error })
  }
}

/** What the runner lets a step export: NODE_OPTIONS would change how it runs the next action. */
function allowedEnv(env: StepFileContents['env'], log: StepLog): StepFileContents['env'] {
  const entries = Object.entries(env)
  const allowed = entries.filter(([name]) => name.toUpperCase() !== 'NODE_OPTIONS')
  if (allowed.length < entries.length) {
    log.annotate('error', "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.")
  }
  return Object.fromEntries(allowed)
}

/** The summary as people see it: masked line by line, and not at all when it is too large. */
function uploadedSummary(summary: string, log: StepLog, masker: SecretMasker): string {
  const kibibytes = Buffer.byteLength(summary) / 1_024
  if (kibibytes <= 1_024) return summary.replace(/.+/g, (line) => masker.mask(line))
  const limit = 'supports content up to a size of 1024k'
  log.annotate('error', `$GITHUB_STEP_SUMMARY upload aborted, ${limit}, got ${Math.floor(kibibytes)}k.`)
  return ''
}

function printed(
  text: string,
  { log, readers, done }: { log: StepLog; readers: Set<() => void>; done: Promise<unknown> },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const read = () => {
      if (!log.text().includes(text)) return
      readers.delete(read)
      resolve()
    }
    readers.add(read)
    read()
    const tooLate = () => {
      read()
      reject(new Error(`The step ended without printing ${JSON.stringify(text)}. Its log:\n${log.text()}`))
    }
    done.then(tooLate, tooLate)
  })
}
