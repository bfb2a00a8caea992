import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ToolName } from '../../tools/tool.ts'
import { describeWithTools } from '../with-tools.ts'
import { runWorkflow } from './act.ts'
import { blueGreen } from './examples/blue-green.ts'
import type { RunExample } from './examples/example.ts'
import { kubernetesService } from './examples/kubernetes-service.ts'
import { loadTest } from './examples/load-test.ts'
import { manualRollback } from './examples/manual-rollback.ts'
import { releaseSmoke } from './examples/release-smoke.ts'
import { rollbackDrill } from './examples/rollback-drill.ts'
import { shardedLoadTest } from './examples/sharded-load-test.ts'
import { tagRelease } from './examples/tag-release.ts'
import { twoPhaseApproval } from './examples/two-phase-approval.ts'
import { webService } from './examples/web-service.ts'
import { committedReleaseTree, type ReleaseTree } from './release-tree.ts'

const folder = path.resolve(import.meta.dirname, '..', '..', 'examples')
const examples = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file))
const suites: Readonly<Record<string, Suite>> = {
  'web-service.yml': { run: webService },
  'kubernetes-service.yml': { run: kubernetesService },
  'release-smoke.yml': { run: releaseSmoke },
  'load-test.yml': { run: loadTest, tool: 'locust' },
  'sharded-load-test.yml': { run: shardedLoadTest, tool: 'k6' },
  'blue-green.yml': { run: blueGreen },
  'manual-rollback.yml': { run: manualRollback },
  'rollback-drill.yml': { run: rollbackDrill },
  'tag-release.yml': { run: tagRelease },
  'two-phase-approval.yml': { run: twoPhaseApproval },
}

interface Suite {
  /** `tool` is the path of the tool. */
  readonly run: (run: RunExample, tool: string) => void
  /** What the example runs, beside act. */
  readonly tool?: ToolName
}

test('every example is run here', () => {
  expect(examples.sort()).toEqual(Object.keys(suites).sort())
})

describe.for(Object.entries(suites))('%s', ([file, { run, tool = 'act' }]) => {
  describeWithTools('as an example', [...new Set(['act' as const, tool])], (tools) => {
    let releaseTree: ReleaseTree
    beforeAll(async () => {
      releaseTree = await committedReleaseTree()
    })
    afterAll(() => releaseTree.remove())

    const workflow = path.join(folder, file)
    run((options) => runWorkflow({ ...options, act: tools.act, workflow, releaseTree: releaseTree.path }), tools[tool])
  })
})
