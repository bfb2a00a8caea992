import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithTools } from '../with-tools.ts'
import { runWorkflow } from './act.ts'
import type { RunExample } from './examples/example.ts'
import { kubernetesService } from './examples/kubernetes-service.ts'
import { releaseSmoke } from './examples/release-smoke.ts'
import { webService } from './examples/web-service.ts'
import { committedReleaseTree, type ReleaseTree } from './release-tree.ts'

const folder = path.resolve(import.meta.dirname, '..', '..', 'examples')
const examples = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file))
const suites: Readonly<Record<string, (run: RunExample) => void>> = {
  'web-service.yml': webService,
  'kubernetes-service.yml': kubernetesService,
  'release-smoke.yml': releaseSmoke,
}

test('every example is run here', () => {
  expect(examples.sort()).toEqual(Object.keys(suites).sort())
})

describeWithTools('examples', ['act'], ({ act }) => {
  let releaseTree: ReleaseTree
  beforeAll(async () => {
    releaseTree = await committedReleaseTree()
  })
  afterAll(() => releaseTree.remove())

  describe.for(Object.entries(suites))('%s', ([file, suite]) => {
    suite((options) =>
      runWorkflow({ ...options, act, workflow: path.join(folder, file), releaseTree: releaseTree.path }),
    )
  })
})
