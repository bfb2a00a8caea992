import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { atExit } from '../../packages/simulators/src/at-exit.ts'

/** A server of the control plane: a child that ends with this process, even when that is killed. */
export interface ServerProcess {
  /** Rejects when the server ends before it is told to, with the end of its log. */
  readonly failed: Promise<never>
  end(): Promise<void>
}

const logLines = 30

export interface ServerOptions {
  /** The binary `cluster`, and which of its programs. */
  readonly command: string
  readonly program: string
  readonly flags: readonly string[]
  /** For whatever it writes beside its data. */
  readonly folder: string
}

export function startServer({ command, program, flags, folder }: ServerOptions): ServerProcess {
  const child = spawn(command, [program, ...flags], {
    // Nothing of ours: etcd would take its options from the environment too. It ends when its stdin does.
    env: { HOME: folder, TMPDIR: folder, CLUSTER_ENDS_WITH_STDIN: '1' },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const release = atExit(() => void child.kill('SIGKILL'))
  const log = lastLines(child)
  let told = false
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('close', () => {
      if (!told) reject(new Error(`${program} ended:\n${log.join('\n')}`))
    })
  })
  // It may come while nobody waits for it.
  failed.catch(() => {})
  const end = async () => {
    told = true
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close')
      // Its data is thrown away, so it need not be closed properly.
      child.kill('SIGKILL')
      await closed
    }
    release()
  }
  return { failed, end }
}

/** Reads the log to its end, since a full pipe would stop the server. */
function lastLines(child: ChildProcess): readonly string[] {
  const lines: string[] = []
  if (child.stderr === null) return lines
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line)
    if (lines.length > logLines) lines.shift()
  })
  return lines
}
