import type { Clock } from '@deploy-safety/common/clock'
import type { Command, CommandResult, RunCommand } from '../command.ts'
import { type Complaint, complaintOf, jsonOf, KubectlError } from './complaint.ts'

export interface KubectlOptions {
  /** Absolute path. */
  readonly file: string
  /** In front of every command: `--context=…`. */
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly run: RunCommand
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface Call {
  /** Tries again what was not answered, since reading twice does no harm. */
  readonly isRead?: boolean
  /** Exit codes other than 0 that are no failure: their output is returned. */
  readonly tolerates?: (complaint: Complaint) => boolean
}

const requestTimeoutMs = 10_000
// kubectl asks for the API's groups up to five times before it gives up.
const commandLimitMs = 30_000
const pausesMs = [1_000, 3_000]

/** Runs kubectl, always as an argument list, and reads what it complains of. */
export class Kubectl {
  readonly #options: KubectlOptions
  #prefix = ''

  constructor(options: KubectlOptions) {
    this.#options = options
  }

  /**
   * Older versions forget the path of a server (`https://rancher.example.com/k8s/clusters/c-1`) where they are given one
   * of the API: then it is put in front. Asks only where there is one.
   */
  async findPrefix(server: string): Promise<void> {
    const prefix = (URL.parse(server)?.pathname ?? '').replace(/\/$/, '')
    if (prefix === '') return
    const result = await this.#run(['get', '--raw', '/version'], {})
    const isOfApi = complaintOf(result)?.isPassing ?? result.stdout.includes('"gitVersion"')
    if (!isOfApi) this.#prefix = prefix
  }

  /** The arguments for a path of the API. */
  raw(path: string): string[] {
    return ['--raw', `${this.#prefix}${path}`]
  }

  /** Reads JSON of the API by its path. @throws KubectlError */
  async get(path: string): Promise<unknown> {
    return jsonOf((await this.command(['get', ...this.raw(path)], { isRead: true })).stdout)
  }

  /** Runs one command to its end. @throws KubectlError that says why it failed; `cancelled` when the job is */
  async command(args: readonly string[], call: Call = {}): Promise<CommandResult> {
    const { clock, signal } = this.#options
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.#run(args, {})
      const complaint = complaintOf(result)
      if (complaint === undefined || call.tolerates?.(complaint) === true) return result
      const pauseMs = pausesMs[attempt]
      const isWorthIt = call.isRead === true && complaint.isPassing && !result.timedOut
      if (!isWorthIt || pauseMs === undefined) throw new KubectlError(complaint)
      await clock.sleep(pauseMs, signal)
    }
  }

  /** What the kubeconfig says, without secrets; the cluster is not asked. */
  view(): Promise<CommandResult> {
    return this.#run(['config', 'view', '--minify', '-o', 'json'], {})
  }

  /**
   * Hands out what there is at a path, and then every change, until the server ends it after `limitMs`. Returns what it
   * complained of; undefined when it ended well.
   */
  async watch(path: string, limitMs: number, onEvent: (event: unknown) => void): Promise<Complaint | undefined> {
    // This process cannot be ended from here. A bookmark, about once a minute, ends it when nobody reads it any longer.
    const seconds = Math.max(1, Math.ceil(limitMs / 1_000))
    const url = `${path}${path.includes('?') ? '&' : '?'}watch=1&allowWatchBookmarks=1&timeoutSeconds=${seconds}`
    const onLine = (line: string) => {
      const event = parsed(line)
      if (event !== undefined) onEvent(event)
    }
    const result = await this.#run(['get', ...this.raw(url)], {
      onLine,
      limitMs: limitMs + commandLimitMs,
      requestTimeoutMs: 0,
    })
    return complaintOf(result)
  }

  #run(args: readonly string[], options: RunOptions): Promise<CommandResult> {
    const { file, flags, env, run, signal } = this.#options
    const { onLine, limitMs = commandLimitMs, requestTimeoutMs: timeoutMs = requestTimeoutMs } = options
    const command: Command = {
      file,
      args: [`--request-timeout=${timeoutMs / 1_000}s`, ...flags, ...args],
      env,
      limitMs,
      ...(onLine === undefined ? {} : { onLine }),
    }
    return run(command, signal)
  }
}

interface RunOptions {
  readonly onLine?: (line: string) => void
  readonly limitMs?: number
  readonly requestTimeoutMs?: number
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // The last line of a watch that was cut.
    return undefined
  }
}
