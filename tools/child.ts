import { spawn } from 'node:child_process'

export interface Child {
  readonly command: string
  readonly args: readonly string[]
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** The command could not even be started. */
export class CommandMissing extends Error {}

/** Runs a command to its end and returns what it printed. @throws CommandMissing, or an Error that ends in its output */
export type RunChild = (child: Child) => Promise<string>

export const runChild: RunChild = ({ command, args, env }) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.on('error', (cause) => reject(new CommandMissing(`"${command}" cannot be run`, { cause })))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output)
      const end = output.trimEnd().split('\n').slice(-20).join('\n')
      reject(new Error(`"${command} ${args.join(' ')}" ended with ${signal ?? `exit code ${code}`}:\n${end}`))
    })
  })
