import { getState, saveState } from '@actions/core'
import { messageOf } from './errors.ts'
import { runnerLog } from './log.ts'

/** Keeps a text for the post step of this action, which runs whatever this one ends in. */
export function keepForPost(name: string, value: string): void {
  saveState(name, value)
}

/**
 * Runs what an action has to clean up, as its post step. It may run after a main step that did everything, half or
 * nothing of its work. What cannot be cleaned up fails the job: somebody has to look.
 * @param cleanUp is given the texts that were kept by name, empty for those that were not
 */
export async function runPost(cleanUp: (kept: (name: string) => string) => Promise<void>): Promise<void> {
  try {
    await cleanUp((name) => getState(name))
  } catch (error) {
    runnerLog.error(`The post step could not clean up: ${messageOf(error)}`, 'Not cleaned up')
    process.exitCode = 1
  }
}
