import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithTools } from '../with-tools.ts'
import { runWorkflow } from './act.ts'

const label = 'ubuntu-latest'

describeWithTools('act', ['act'], ({ act }) => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'workflows-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const run = async (jobs: Readonly<Record<string, object>>, options: { job?: string; skipped?: string[] } = {}) => {
    const workflow = path.join(folder, 'workflow.yml')
    await writeFile(workflow, JSON.stringify({ on: 'push', jobs }))
    return runWorkflow({ act, workflow, ...options })
  }

  test('says how every job, leg and step ended', async () => {
    const { exitCode, jobs } = await run({
      legs: { 'runs-on': label, strategy: { matrix: { size: [1, 2] } }, steps: [{ run: 'echo "a leg"' }] },
      broken: {
        'runs-on': label,
        steps: [
          { id: 'out', run: 'echo "a=b" >> "$GITHUB_OUTPUT"' },
          { id: 'bad', run: 'exit 3' },
          { id: 'never', run: 'exit 0' },
          { id: 'last', if: 'always()', run: 'echo "**done**" >> "$GITHUB_STEP_SUMMARY"' },
        ],
      },
    })
    expect(exitCode).toBe(1)
    const leg = { result: 'success', steps: { 0: { result: 'success', log: 'a leg\n' } } }
    expect(jobs).toMatchObject({
      'legs (1)': leg,
      'legs (2)': leg,
      broken: {
        result: 'failure',
        steps: {
          out: { result: 'success', outputs: { a: 'b' } },
          bad: { result: 'failure' },
          last: { result: 'success', summary: expect.stringContaining('**done**') },
        },
      },
    })
    expect(jobs.broken?.steps).not.toHaveProperty('never')
  })

  test('takes a job on a runner that is not mapped for untested, although act calls it green', async () => {
    const jobs = { far: { 'runs-on': 'ubuntu-99.99', steps: [{ run: 'exit 1' }] } }
    await expect(run(jobs)).rejects.toThrow(/job far .*ubuntu-99\.99/)
    await expect(run(jobs, { skipped: ['far'] })).rejects.toThrow(/job far .*ubuntu-99\.99/)
  })

  test('takes a job that did not run for untested, unless it should be skipped', async () => {
    const jobs = {
      first: { 'runs-on': label, steps: [{ run: 'exit 1' }] },
      second: { 'runs-on': label, needs: 'first', steps: [{ run: 'exit 0' }] },
    }
    await expect(run(jobs)).rejects.toThrow('No result for second')
    await expect(run(jobs, { job: 'second' })).rejects.toThrow('No result for second')
    await expect(run(jobs, { skipped: ['second'] })).resolves.toMatchObject({ exitCode: 1 })
    await expect(run(jobs, { job: 'first' })).resolves.toMatchObject({ exitCode: 1 })
    await expect(run(jobs, { skipped: ['first', 'second'] })).rejects.toThrow('first')
  })

  test('says why when act refuses the workflow', async () => {
    const jobs = { odd: { 'runs-on': label, steps: [{ uses: 'a/b@v1', wiht: {} }] } }
    await expect(run(jobs)).rejects.toThrow(/No result for odd.*wiht/s)
  })
})
