import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Contract, commonOutputs } from '@deploy-safety/common/contract'
import { failsStep } from '@deploy-safety/common/outcome'
import type { ActionRun } from '@deploy-safety/simulators/runner'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import { actionFolder } from '../../scripts/workspace.ts'

/** Checks what every run of a bundle owes, whatever it ended in; `fail-on` is not given. */
export function contractCheck(contract: Contract): (run: ActionRun) => ActionRun {
  const schema = JSON.parse(readFileSync(join(actionFolder(contract.name), 'report.schema.json'), 'utf8'))
  const isValid = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema)
  return (run) => {
    const { outcome = '', 'reason-code': reasonCode = '' } = run.outputs
    expect(Object.keys(run.outputs).sort(), run.log).toEqual(
      [...commonOutputs, ...Object.keys(contract.outputs)].sort(),
    )
    expect(contract.reasons[reasonCode]?.outcomes, `${reasonCode}\n${run.log}`).toContain(outcome)
    isValid(run.report)
    expect(isValid.errors, run.log).toBeNull()
    expect(run.report).toMatchObject({ outcome, reasonCode })
    const [heading = ''] = run.summary.split('\n')
    expect(heading.replace(/^### (✅|❌|⚠️) /, ''), run.summary).toMatch(
      new RegExp(`^${contract.name}: .*\\b${outcome}\\b`),
    )
    expect(run.exitCode).toBe(failsStep({ outcome, reasonCode }, { failOn: 'default', mode: '' }, contract) ? 1 : 0)
    // The only commands are ours: nothing foreign is one.
    const names = run.commands.map(({ name }) => name)
    expect(names.filter((name) => !['error', 'warning', 'add-mask', 'debug'].includes(name))).toEqual([])
    expect(run.problems).toEqual([])
    return run
  }
}

export function verdict({ outputs }: ActionRun): string {
  return `${outputs.outcome} ${outputs['reason-code']}`
}

/** Everything that people and later steps get to see. */
export function said(run: ActionRun): string {
  return `${run.log}${run.summary}${JSON.stringify(run.report)}${JSON.stringify(run.outputs)}`
}

/** The variable that makes Node run a module before the bundle. */
export function before(module: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` }
}
