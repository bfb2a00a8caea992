import { expect, test } from 'vitest'
import { describeWithCluster } from '../../cluster/with-cluster.ts'
import type { RunExample } from './example.ts'
import { type ShopScene, shopScene } from './shop-scene.ts'

export function rollbackDrill(run: RunExample): void {
  describeWithCluster('on the cluster', (cluster) => {
    const drill = async (prepare: (scene: ShopScene) => Promise<unknown>) => {
      await using scene = await shopScene(cluster(), ['1.0.0'])
      await scene.deploy('1.0.0', { name: 'api' })
      // As the deployments of before have recorded it.
      for (const name of ['shop', 'api']) {
        const { items } = await scene.namespace.get<{ items: ReplicaSet[] }>('replicasets', 'apis/apps/v1')
        const own = items.find(({ metadata }) => metadata.labels.app === name)
        const good = [{ version: `template:${own?.metadata.labels['pod-template-hash']}`, at: '2026-01-01T00:00:00Z' }]
        const mark = `deploy-safety.actions/known-good=${JSON.stringify(good)}`
        await scene.namespace.kubectl(['annotate', `deployment/${name}`, mark])
        await scene.deploy('2.0.0', { name })
      }
      await prepare(scene)
      const { exitCode, jobs } = await run({ event: { name: 'schedule', payload: {} }, ...scene.options })
      return { exitCode, outputs: jobs.drill?.steps.plan?.outputs ?? {} }
    }

    test('is green while there is a way back', async () => {
      const { exitCode, outputs } = await drill(async () => {})
      expect(outputs).toMatchObject({ outcome: 'planned', evidence: 'cluster' })
      expect(exitCode).toBe(0)
    })

    test('is red when the way back is gone', async () => {
      const { exitCode, outputs } = await drill((scene) => {
        const patch = '{"spec":{"revisionHistoryLimit":0}}'
        return scene.namespace.kubectl(['patch', 'deployment/api', '-p', patch]).then(async () => {
          await expect.poll(async () => historyOf(scene), { timeout: 20_000 }).toBe(1)
        })
      })
      expect(outputs).toMatchObject({ outcome: 'no-target', 'reason-code': 'no-history' })
      expect(exitCode).toBe(1)
    })
  })
}

interface ReplicaSet {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> }
}

async function historyOf({ namespace }: ShopScene): Promise<number> {
  const { items } = await namespace.get<{ items: ReplicaSet[] }>('replicasets', 'apis/apps/v1')
  return items.filter(({ metadata }) => metadata.labels.app === 'api').length
}
