import { startService } from '@deploy-safety/simulators/service'
import { expect, test } from 'vitest'
import { describeWithCluster } from '../../cluster/with-cluster.ts'
import type { RunExample } from './example.ts'
import { shopScene } from './shop-scene.ts'

const reason = 'checkout fails for "some" users; $(touch pwned)'

export function manualRollback(run: RunExample): void {
  describeWithCluster('on the cluster', (cluster) => {
    const rollBack = async (given: Readonly<Record<string, string>>) => {
      await using shop = await startService({ version: '1.0.0' })
      await using scene = await shopScene(cluster(), ['1.0.0', '2.0.0', '3.0.0'])
      const inputs = { environment: 'staging', mode: 'plan', version: '', 'expected-current': '', reason, ...given }
      const { exitCode, jobs } = await run({
        event: { name: 'workflow_dispatch', payload: { inputs } },
        ...scene.options,
        vars: { ...scene.options.vars, SHOP_URL: `${shop.url}/health`, HEALTH_INTERVAL: '20ms' },
      })
      return { exitCode, step: jobs.rollback?.steps.rollback, image: await scene.image() }
    }

    test('plans and changes nothing', async () => {
      const { exitCode, step, image } = await rollBack({})
      expect(exitCode).toBe(0)
      expect(step?.outputs).toMatchObject({ outcome: 'planned', evidence: 'provider' })
      expect(step?.summary).toMatch(/^### ✅ rollback: planned/)
      expect(image).toMatch(/:3\.0\.0$/)
    })

    test('goes back to the version that is named, when what runs is what was seen', async () => {
      const given = { mode: 'execute', version: '1.0.0', 'expected-current': '3.0.0' }
      const { exitCode, step, image } = await rollBack(given)
      expect(exitCode).toBe(0)
      expect(step?.outputs).toMatchObject({ outcome: 'rolled-back', evidence: 'explicit' })
      expect(image).toMatch(/:1\.0\.0$/)
    })

    test('refuses a click that comes too late', async () => {
      const { exitCode, step, image } = await rollBack({ mode: 'execute', 'expected-current': '2.0.0' })
      expect(exitCode).toBe(1)
      expect(step?.outputs).toMatchObject({ outcome: 'refused', 'reason-code': 'stale-current' })
      expect(image).toMatch(/:3\.0\.0$/)
    })
  })
}
