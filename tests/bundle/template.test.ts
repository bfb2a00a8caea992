import { startAction } from '@deploy-safety/simulators/runner'
import { describe, expect, it } from 'vitest'
import { actionFolder, readContract } from '../../scripts/workspace.ts'
import { before, contractCheck } from './bundle.ts'

const folder = actionFolder('template')
const meetsContract = contractCheck(await readContract('template'))

describe.concurrent('the template', () => {
  it('does nothing, and then has its post step look at what it kept', async () => {
    const run = meetsContract(await startAction({ folder, inputs: { steps: '2' } }).done)
    expect(run.outputs).toMatchObject({ outcome: 'passed', 'reason-code': 'ok', 'steps-done': '2' })
    expect(run.report).toMatchObject({ stepsDone: 2 })
    expect(run.post).toMatchObject({
      exitCode: 0,
      log: `Nothing to clean up of what was begun at ${run.state.begun}\n`,
    })
  })

  it('leaves what it had done when it is cancelled, and its post step runs all the same', async () => {
    const action = startAction({ folder, inputs: { steps: '100' } })
    await action.printed('step 2 of 100 done')
    action.cancel()
    const run = meetsContract(await action.done)
    expect(run.outputs).toMatchObject({ outcome: 'inconclusive', 'reason-code': 'cancelled' })
    expect(Number(run.outputs['steps-done'])).toBeGreaterThan(1)
    expect(run.post?.log).toContain('Nothing to clean up')
  })

  it('has nothing to clean up when it was not begun', async () => {
    const run = meetsContract(await startAction({ folder, inputs: { steps: 'many' } }).done)
    expect(run.outputs).toMatchObject({ 'reason-code': 'invalid-input', 'steps-done': '' })
    expect(run.report).not.toHaveProperty('stepsDone')
    expect(run.post?.log).toBe('Nothing was begun\n')
  })

  it('says on an older Node that it needs a newer one, and nothing else', async () => {
    const env = before(
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })`,
    )
    const run = await startAction({ folder, env }).done
    const log = '::error::needs Node 24, runner 2.327.1 or newer\nThis is Node 20.19.0.\n'
    expect(run).toMatchObject({ exitCode: 1, log, outputs: {}, summary: '' })
    expect(run.post).toMatchObject({ exitCode: 1, log })
  })
})
