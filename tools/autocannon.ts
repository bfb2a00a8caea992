import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export interface Load {
  readonly url: string
  /** How many requests in all. */
  readonly amount: number
  /** How many at the same time. */
  readonly connections: number
}

/** Puts load on a service with autocannon, and returns what it prints with `--json`. */
export async function autocannon({ url, amount, connections }: Load): Promise<string> {
  const args = ['--json', '--amount', String(amount), '--connections', String(connections), url]
  const script = fileURLToPath(import.meta.resolve('autocannon/autocannon.js'))
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args])
  return stdout
}
