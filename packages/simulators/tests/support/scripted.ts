import { join } from 'node:path'
import { type ActionHandle, type ActionOptions, type ActionRun, startAction } from '../../src/runner.ts'

/** A folder beside this file. */
export function fixture(name: string): string {
  return join(import.meta.dirname, '../fixtures', name)
}

/** Starts an action that does what a script says; in it are `toolkit()`, `fs`, `env` and `sleep`. */
export function startScript(script: string, options: Partial<ActionOptions> = {}): ActionHandle {
  return startAction({ folder: fixture('scripted'), ...options, inputs: { ...options.inputs, script } })
}

export function runScript(script: string, options: Partial<ActionOptions> = {}): Promise<ActionRun> {
  return startScript(script, options).done
}
