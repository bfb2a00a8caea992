import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { type ActionMetadata, readActionMetadata } from './action-metadata.ts'
import { makeRunnerFolders, type RunnerFolders, runnerEnvironment } from './runner-environment.ts'
import { SecretMasker } from './secret-masker.ts'
import { type RunningStep, type StepRun, startStep } from './step.ts'
import { type ExpressionContext, stepInputs } from './step-inputs.ts'
import { type CancelLadder, runnerLadder } from './step-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface ActionOptions {
  /** Holds action.yml: `actions/<name>`, or `<name>` in a release tree. */
  readonly folder: string
  /** As in `with:`. An input given as '' stays empty, whatever its default. */
  readonly inputs?: Readonly<Record<string, string>>
  /** Put over the environment of the runner; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The workspace, by default a fresh folder. */
  readonly cwd?: string
  /** The payload of the event. */
  readonly event?: unknown
  /** For defaults such as `${{ github.token }}`; what it lacks comes from `GITHUB_*` and `RUNNER_*`. */
  readonly context?: ExpressionContext
  /** Masked from the start, as the secrets of a job are. The token of the context always is. */
  readonly secrets?: readonly string[]
  /** The times between the signals of a cancellation, by default the runner's. */
  readonly ladder?: CancelLadder
  /** A hard limit for main and for post, each, by default a minute; Infinity: none. Beyond it the run is an error. */
  readonly timeoutMs?: number
  /** Gets every line of the log, masked, as it comes. */
  readonly onLog?: (line: string) => void
}

/** How an action ran. Its files stay until it is disposed of (`await using`), or until this process ends. */
export interface ActionRun extends StepRun, AsyncDisposable {
  /** What the runner says about the inputs before it starts the action. */
  readonly warnings: readonly string[]
  readonly workspace: string
  /** RUNNER_TEMP. */
  readonly temp: string
  /** The JSON report that the output `report` names; undefined when there is none. */
  readonly report: unknown
  /** The run of `runs.post`, when the action has one. */
  readonly post: StepRun | undefined
  /** Removes its files: the same as disposing of it. */
  cleanup(): void
}

export interface ActionHandle {
  /** Cancels the job: SIGINT to the action, SIGTERM and SIGKILL later. Post still runs. */
  cancel(): void
  /** Sends one signal and no other, as a `cancel` step sends SIGTERM to an action in the background. */
  kill(signal: NodeJS.Signals): void
  /** What has been printed so far, masked. */
  log(): string
  /** Resolves when the log of main holds a text. @throws Error (rejects) when main ends without it */
  printed(text: string): Promise<void>
  /** @throws Error (rejects) when the action takes too long, or writes files that the runner refuses */
  readonly done: Promise<ActionRun>
}

/** Runs an action as the runner does and waits for its end. */
export async function runAction(options: ActionOptions): Promise<ActionRun> {
  return await startAction(options).done
}

/** Starts the bundle of an action in a process of its own, as the runner does. @throws Error on a bad action.yml */
export function startAction(options: ActionOptions): ActionHandle {
  requireRuntime()
  const folder = resolve(options.folder)
  const metadata = readActionMetadata(folder)
  const files = temporaryFolder('action-run')
  const folders = makeRunnerFolders(files.path, options.cwd === undefined ? undefined : resolve(options.cwd))
  const env = { ...runnerEnvironment(folders, folder, options.event ?? {}), ...options.env }
  const inputs = stepInputs(metadata.inputs, options.inputs ?? {}, valuesOf(options.context ?? {}, env))
  const { main, steps, done } = startJob({ options, folder, folders, metadata, env: { ...env, ...inputs.env } })
  return {
    cancel: () => steps.at(-1)?.cancel(),
    kill: (signal) => steps.at(-1)?.kill(signal),
    log: () => steps.map((step) => step.log()).join(''),
    printed: (text) => main.printed(text),
    done: done.then(
      (runs) => actionRun(runs, { folders, warnings: inputs.warnings, cleanup: files.remove }),
      (error: unknown) => {
        files.remove()
        throw error
      },
    ),
  }
}

interface Job {
  readonly options: ActionOptions
  readonly folder: string
  readonly folders: RunnerFolders
  readonly metadata: ActionMetadata
  readonly env: NodeJS.ProcessEnv
}

/** Main, and then post whatever main ended with. */
function startJob({ options, folder, folders, metadata, env }: Job) {
  const masker = new SecretMasker()
  for (const secret of [...(options.secrets ?? []), options.context?.github?.token ?? '']) masker.add(secret)
  const steps: RunningStep[] = []
  const start = (script: string, variables: NodeJS.ProcessEnv): RunningStep => {
    const step = startStep({
      script: join(folder, script),
      cwd: folders.workspace,
      temp: folders.temp,
      env: { ...env, ...variables },
      masker,
      ladder: options.ladder ?? runnerLadder,
      timeoutMs: options.timeoutMs ?? 60_000,
      onLog: options.onLog,
    })
    steps.push(step)
    return step
  }
  const main = start(metadata.main, {})
  const finish = async (): Promise<Runs> => {
    const run = await main.done
    if (metadata.post === undefined) return { main: run, post: undefined }
    return { main: run, post: await start(metadata.post, leftBy(run, env)).done }
  }
  return { main, steps, done: finish() }
}

/** What a step hands on to the post step of its action: its state, and what it exported for all later steps. */
function leftBy(run: StepRun, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const state = Object.entries(run.state).map(([name, value]) => [`STATE_${name}`, value] as const)
  const path = [...run.path.toReversed(), env.PATH ?? ''].join(delimiter)
  return { ...run.env, ...Object.fromEntries(state), ...(run.path.length === 0 ? {} : { PATH: path }) }
}

interface Runs {
  readonly main: StepRun
  readonly post: StepRun | undefined
}

function actionRun(
  { main, post }: Runs,
  { folders, warnings, cleanup }: { folders: RunnerFolders; warnings: readonly string[]; cleanup: () => void },
): ActionRun {
  return {
    ...main,
    post,
    warnings,
    workspace: folders.workspace,
    temp: folders.temp,
    report: readReport(main.outputs.report, folders.workspace),
    cleanup,
    [Symbol.asyncDispose]: async () => cleanup(),
  }
}

function readReport(path: string | undefined, workspace: string): unknown {
  if (!path || !existsSync(resolve(workspace, path))) return undefined
  return JSON.parse(readFileSync(resolve(workspace, path), 'utf8'))
}

/** A bundle for Node 24 that works on another Node proves nothing. */
function requireRuntime(): void {
  if (process.version.startsWith('v24.')) return
  throw new Error(`Actions run on Node 24, this is ${process.version}. Start it with node_modules/.bin/node.`)
}

function valuesOf({ github = {}, runner = {} }: ExpressionContext, env: NodeJS.ProcessEnv) {
  return (context: string, name: string): string | undefined => {
    if (context === 'github') return github[name] ?? env[`GITHUB_${name.toUpperCase()}`]
    if (context === 'runner') return runner[name] ?? env[`RUNNER_${name.toUpperCase()}`]
    return undefined
  }
}
