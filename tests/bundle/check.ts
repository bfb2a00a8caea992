import { type ActionRun, runAction } from '@deploy-safety/simulators/runner'
import { expect } from 'vitest'
import { outputNames } from '../../actions/healthcheck/src/report.ts'
import { actionFolder } from '../../scripts/workspace.ts'

const folder = actionFolder('healthcheck')
const brief = { attempts: '2', interval: '50ms', timeout: '10s' }

/** Runs the bundle of healthcheck, with two attempts unless the inputs say otherwise, and checks what every run owes. */
export async function check(inputs: Record<string, string>, env: Record<string, string> = {}): Promise<ActionRun> {
  const run = await runAction({ folder, inputs: { ...brief, ...inputs }, env })
  expect(run.report).toMatchObject({ outcome: run.outputs.outcome, reasonCode: run.outputs['reason-code'] })
  for (const name of outputNames) expect(run.outputs).toHaveProperty([name], expect.any(String))
  expect(run.problems).toEqual([])
  expect(run.exitCode).toBe(run.outputs.outcome === 'healthy' ? 0 : 1)
  return run
}

export function verdict({ outputs }: ActionRun): string {
  return `${outputs.outcome} ${outputs['reason-code']}`
}

/** Everything that people get to see. */
export function said(run: ActionRun): string {
  return `${run.log}${run.summary}${JSON.stringify(run.report)}${JSON.stringify(run.outputs)}`
}

/** The variable that makes Node run a module before the bundle. */
export function before(module: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` }
}
