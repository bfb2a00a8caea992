import { spawn } from 'node:child_process'
import { atExit } from '@deploy-safety/simulators/at-exit'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}

export interface Ended {
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  /** Wall time from spawn to exit. */
  readonly elapsedMs: number
  /** Both streams. */
  readonly output: string
  /** It was killed, because it took longer than it may. */
  readonly tookTooLong: boolean
}

/** Runs a command to its end, or to `limitMs`. @throws Error (rejects) when it cannot be started */
export function timed({ file, args, env, cwd }: Command, limitMs = 60_000): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const output: Buffer[] = []
    let elapsedMs = 0
    let tookTooLong = false
    const start = performance.now()
    const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    const kill = () => child.kill('SIGKILL')
    const release = atExit(kill)
    const timer = setTimeout(() => {
      tookTooLong = true
      kill()
    }, limitMs)
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => output.push(bytes))
    child.on('exit', () => {
      elapsedMs = performance.now() - start
    })
    child.on('error', (cause) => reject(new Error(`${file} cannot be started: ${cause.message}`, { cause })))
    child.on('close', (exitCode) => {
      clearTimeout(timer)
      release()
      resolve({ exitCode, elapsedMs, output: Buffer.concat(output).toString(), tookTooLong })
    })
  })
}

/** The same for a command that has to end with a certain code. @throws Error (rejects) when it does not */
export async function timedTo(exitCode: number, command: Command): Promise<Ended> {
  const ended = await timed(command)
  if (ended.exitCode === exitCode) return ended
  const how = ended.tookTooLong ? 'took too long' : `ended with ${ended.exitCode}, not with ${exitCode}`
  throw new Error(`${[command.file, ...command.args].join(' ')} ${how}:\n${ended.output}`)
}
