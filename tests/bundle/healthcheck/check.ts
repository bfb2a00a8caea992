import { type ActionRun, runAction } from '@deploy-safety/simulators/runner'
import { expect } from 'vitest'
import { contract } from '../../../actions/healthcheck/src/contract.ts'
import { actionFolder } from '../../../scripts/workspace.ts'
import { contractCheck } from '../bundle.ts'

export const folder = actionFolder('healthcheck')
/** Two attempts, unless the inputs say otherwise. */
export const brief = { attempts: '2', interval: '50ms', timeout: '10s' }
const owes = contractCheck(contract)

export function meetsContract(run: ActionRun): ActionRun {
  expect(run.annotations.filter(({ title }) => !title?.startsWith('healthcheck'))).toEqual([])
  return owes(run)
}

/** Runs the bundle of healthcheck, with two attempts unless the inputs say otherwise, and checks what every run owes. */
export async function check(inputs: Record<string, string>, env: Record<string, string> = {}): Promise<ActionRun> {
  return meetsContract(await runAction({ folder, inputs: { ...brief, ...inputs }, env }))
}
