import { join } from 'node:path'
import { readActionMetadata } from '@deploy-safety/simulators/action-metadata'
import { makeRunnerFolders, runnerEnvironment } from '@deploy-safety/simulators/runner-environment'
import { StepFiles } from '@deploy-safety/simulators/step-files'
import { stepInputs } from '@deploy-safety/simulators/step-inputs'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { actionFolder } from '../scripts/workspace.ts'
import type { Command } from './timed-process.ts'

/** An action as the runner starts it: on a bare environment, with inputs and files for its commands. All made beforehand. */
export function actionCommand(name: string, inputs: Readonly<Record<string, string>>): Command {
  const { main, inputs: known } = readActionMetadata(actionFolder(name))
  const folders = makeRunnerFolders(temporaryFolder('bench').path, undefined)
  const { env } = stepInputs(known, inputs, () => undefined)
  return {
    file: process.execPath,
    args: [join(actionFolder(name), main)],
    env: { ...runnerEnvironment(folders, actionFolder(name), {}), ...new StepFiles(folders.temp).env, ...env },
    cwd: folders.workspace,
  }
}

/** Another program in the same step: nothing of our own environment, as a proxy or NODE_OPTIONS, reaches it. */
export function programCommand(file: string, args: readonly string[]): Command {
  const folders = makeRunnerFolders(temporaryFolder('bench').path, undefined)
  return { file, args, env: runnerEnvironment(folders, folders.workspace, {}), cwd: folders.workspace }
}
