import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { templateName } from '../../scripts/workspace.ts'
import { describeWithTools } from '../with-tools.ts'
import { runWorkflow } from './act.ts'
import { committedReleaseTree, type ReleaseTree } from './release-tree.ts'

describeWithTools('an action with a post step in a workflow', ['act'], ({ act }) => {
  const folder = temporaryFolder('template-workflow')
  let releaseTree: ReleaseTree

  beforeAll(async () => {
    releaseTree = await committedReleaseTree([templateName])
  })
  afterAll(async () => {
    await releaseTree.remove()
    folder.remove()
  })

  const run = async (inputs: Readonly<Record<string, string>>) => {
    const workflow = path.join(folder.path, 'workflow.yml')
    const steps = [
      { id: 'nothing', uses: 'org/actions/template@v1', with: inputs },
      { id: 'after', if: 'always()', run: 'echo after' },
    ]
    await writeFile(workflow, JSON.stringify({ on: 'push', jobs: { only: { 'runs-on': 'ubuntu-latest', steps } } }))
    return (await runWorkflow({ act, workflow, releaseTree: releaseTree.path })).jobs.only
  }

  test('the post step runs last, and knows what the main step kept', async () => {
    expect(await run({ steps: '2' })).toMatchObject({
      result: 'success',
      steps: {
        nothing: { result: 'success', outputs: { outcome: 'passed', 'steps-done': '2' } },
        after: { log: 'after\n' },
        'Post nothing': { log: expect.stringMatching(/^Nothing to clean up of what was begun at 2/) },
      },
    })
  })

  test('a misspelled input fails the step before it does anything', async () => {
    const job = await run({ step: '2' })
    expect(job).toMatchObject({
      result: 'failure',
      steps: {
        nothing: { result: 'failure', outputs: { outcome: 'inconclusive', 'reason-code': 'invalid-input' } },
        'Post nothing': { log: 'Nothing was begun\n' },
      },
    })
    expect(job?.steps.nothing?.summary).toContain('did you mean')
  })
})
