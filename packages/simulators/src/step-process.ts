import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { atExit } from './at-exit.ts'
import type { StreamName } from './workflow-commands.ts'

/** How long the runner waits after each signal of a cancellation before it sends the next. */
export interface CancelLadder {
  /** From SIGINT to SIGTERM. */
  readonly sigtermAfterMs: number
  /** From SIGTERM to SIGKILL. */
  readonly sigkillAfterMs: number
}

/** The times of `ProcessInvoker.cs` of actions/runner. */
export const runnerLadder: CancelLadder = { sigtermAfterMs: 7_500, sigkillAfterMs: 2_500 }

export interface StepProcessOptions {
  readonly script: string
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly ladder: CancelLadder
  /** Infinity: none. */
  readonly timeoutMs: number
  /** How long to read on when node has ended but something it started still holds its output; the runner gives 5 s. */
  readonly drainMs?: number
  readonly onOutput: (stream: StreamName, bytes: Buffer) => void
}

export interface StepExit {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly elapsedMs: number
  readonly timedOut: boolean
}

export interface StepProcess {
  /** Sends SIGINT to the process alone, then climbs the ladder; a second call does nothing. */
  cancel(): void
  /** Sends one signal, as the runner does to a step in the background that is cancelled. */
  kill(signal: NodeJS.Signals): void
  /** @throws Error (rejects) when the process cannot be started */
  readonly done: Promise<StepExit>
}

/** Starts Node on a script as the runner does: separate pipes, nothing to read on stdin. */
export function startStepProcess(options: StepProcessOptions): StepProcess {
  const start = performance.now()
  const { script, cwd, env, ladder, timeoutMs, drainMs = 5_000 } = options
  const child = spawn(process.execPath, [script], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
  const kill = (signal: NodeJS.Signals): void => {
    child.kill(signal)
  }
  const release = atExit(() => kill('SIGKILL'))
  const timers = new Timers()
  let timedOut = false
  const limit = () => {
    timedOut = true
    kill('SIGKILL')
  }
  if (Number.isFinite(timeoutMs)) timers.add(timeoutMs, limit)
  const done = ended(child, options, () => timers.add(drainMs, () => closeOutput(child)))
    .then(({ exitCode, signal }) => ({ exitCode, signal, elapsedMs: performance.now() - start, timedOut }))
    .finally(() => {
      timers.end()
      release()
    })
  const climb = () => {
    kill('SIGINT')
    timers.add(ladder.sigtermAfterMs, () => kill('SIGTERM'))
    timers.add(ladder.sigtermAfterMs + ladder.sigkillAfterMs, () => kill('SIGKILL'))
  }
  return { done, kill, cancel: once(climb) }
}

/** Timers that are all over at once; one that is added after that never fires. */
class Timers {
  readonly #pending = new Set<NodeJS.Timeout>()
  #over = false

  add(ms: number, action: () => void): void {
    if (!this.#over) this.#pending.add(setTimeout(action, ms))
  }

  end(): void {
    this.#over = true
    for (const timer of this.#pending) clearTimeout(timer)
  }
}

function ended(
  child: ChildProcessWithoutNullStreams,
  { onOutput }: StepProcessOptions,
  onExit: () => void,
): Promise<Pick<StepExit, 'exitCode' | 'signal'>> {
  child.stdout.on('data', (bytes: Buffer) => onOutput('stdout', bytes))
  child.stderr.on('data', (bytes: Buffer) => onOutput('stderr', bytes))
  // A child that ends before it reads closes the pipe under our feet.
  child.stdin.on('error', () => {})
  child.stdin.end()
  child.on('exit', onExit)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal }))
  })
}

function closeOutput(child: ChildProcessWithoutNullStreams): void {
  child.stdout.destroy()
  child.stderr.destroy()
}

function once(action: () => void): () => void {
  let called = false
  return () => {
    if (called) return
    called = true
    action()
  }
}
