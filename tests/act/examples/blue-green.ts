import { startService } from '@deploy-safety/simulators/service'
import { expect, test } from 'vitest'
import type { Cluster } from '../../cluster/cluster.ts'
import { describeWithCluster } from '../../cluster/with-cluster.ts'
import type { Endpoint, RunExample } from './example.ts'
import { shopScene } from './shop-scene.ts'

export function blueGreen(run: RunExample): void {
  describeWithCluster('on the cluster', (cluster) => {
    const version = '2.0.0'

    test('is switched and recorded when the new version is healthy', async () => {
      await using shop = await startService({ version })
      const { exitCode, steps, slot } = await deploy(run, { cluster: cluster(), shop, version })
      expect(exitCode).toBe(0)
      expect(steps).toMatchObject({ record: { outputs: { outcome: 'recorded', to: 'slot=green' } } })
      expect(steps.rollback?.result).not.toBe('success')
      expect(slot).toBe('green')
    })

    test('is switched back when it is not, and red', async () => {
      await using shop = await startService({ version: '1.0.0' })
      const { exitCode, steps, slot } = await deploy(run, { cluster: cluster(), shop, version })
      expect(exitCode).toBe(1)
      expect(steps).toMatchObject({
        health: { outputs: { outcome: 'unhealthy', 'reason-code': 'wrong-version' } },
        rollback: { outputs: { outcome: 'rolled-back', from: 'slot=green', to: 'slot=blue' } },
      })
      expect(slot).toBe('blue')
    })
  })
}

interface Deployment {
  readonly cluster: Cluster
  readonly shop: Endpoint
  readonly version: string
}

/** Blue serves 1.0.0, and green has something older. */
async function deploy(run: RunExample, { cluster, shop, version }: Deployment) {
  await using scene = await shopScene(cluster, [])
  for (const [colour, old] of [
    ['blue', '1.0.0'],
    ['green', '0.9.0'],
  ] as const) {
    await scene.deploy(old, { name: `shop-${colour}`, labels: { slot: colour, part: 'shop' } })
  }
  const spec = { selector: { part: 'shop', slot: 'blue' }, ports: [{ port: 80, targetPort: 8080 }] }
  await scene.namespace.apply({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' }, spec })
  const { exitCode, jobs } = await run({
    event: { name: 'workflow_dispatch', payload: { inputs: { version } } },
    ...scene.options,
    vars: { ...scene.options.vars, SHOP_URL: `${shop.url}/health`, HEALTH_DEADLINE: '2s', HEALTH_INTERVAL: '20ms' },
  })
  const { spec: now } = await scene.namespace.get<{ spec: { selector: { slot: string } } }>('services/shop')
  return { exitCode, steps: jobs.deploy?.steps ?? {}, slot: now.selector.slot }
}
