import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { actionCommand, programCommand } from '../step.ts'
import type { Command } from '../timed-process.ts'
import type { Generated } from './generator.ts'

export interface Contestant {
  readonly name: string
  /** Once is enough for a gigabyte. */
  readonly isSlow: boolean
  /** Undefined: not for this format, or not on this machine. */
  readonly command: (format: Generated, file: string) => Command | undefined
}

export const bundle = 'perf-threshold, the bundle'
export const engine = 'its engine alone'
export const duckdb = 'DuckDB, 2 threads'

export const contestants: readonly Contestant[] = [
  { name: bundle, isSlow: false, command: action },
  { name: engine, isSlow: false, command: script('engine.cjs') },
  { name: duckdb, isSlow: false, command: script('duckdb.cjs') },
  { name: 'newline walk', isSlow: false, command: script('walk.cjs') },
  { name: 'readline + parse', isSlow: true, command: script('readline.cjs') },
  { name: 'jq', isSlow: true, command: jq },
]

/** Leaves what a process used in the file that USAGE_FILE names. */
const usage = join(import.meta.dirname, 'usage.cjs')

function action(_: Generated, file: string): Command {
  const command = actionCommand('perf-threshold', { results: file, thresholds: 'p95 < 60s' })
  return { ...command, args: ['--require', usage, ...command.args] }
}

/** A script of this folder. */
function script(name: string): Contestant['command'] {
  return (format, file) =>
    programCommand(process.execPath, ['--require', usage, join(import.meta.dirname, name), format, file])
}

function jq(format: Generated, file: string): Command | undefined {
  const isThere = spawnSync('jq', ['--version']).status === 0
  const filter = 'select(.metric == "http_req_duration" and .type == "Point") | [.data.tags.name, .data.value]'
  return isThere && format === 'k6-json' ? programCommand('jq', ['--compact-output', filter, file]) : undefined
}
