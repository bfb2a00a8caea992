import { drainingBalancer } from '@deploy-safety/simulators/balancer'
import { startFault } from '@deploy-safety/simulators/fault-server'
import type { Response } from '@deploy-safety/simulators/responder'
import { startService } from '@deploy-safety/simulators/service'
import { expect, test } from 'vitest'
import type { Cluster } from '../../cluster/cluster.ts'
import { describeWithCluster } from '../../cluster/with-cluster.ts'
import type { ActOptions } from '../act.ts'
import { type Endpoint, inTurn, type RunExample } from './example.ts'
import { shopScene } from './shop-scene.ts'

export function kubernetesService(run: RunExample): void {
  describeWithCluster('on the cluster', (cluster) => suite(run, cluster))
}

function suite(run: RunExample, cluster: () => Cluster): void {
  const version = '2.0.0'
  const good: Response = { status: 200, headers: { 'x-version': version } }
  const bad: Response = { ...good, status: 500 }
  const verify = async (
    { shop, api }: { readonly shop: Endpoint; readonly api: Endpoint },
    { skipped = [], vars = {} }: Partial<ActOptions> = {},
  ) => {
    await using scene = await shopScene(cluster(), ['1.0.0'])
    const result = await run({
      event: { name: 'workflow_dispatch', payload: { inputs: { version } } },
      skipped,
      ...scene.options,
      vars: {
        ...{ ...scene.options.vars, SHOP_URL: `${shop.url}/health`, API_URL: `${api.url}/health` },
        ...{ HEALTH_INTERVAL: '20ms', HEALTH_SOAK: '500ms', HEALTH_DEADLINE: '3s', ...vars },
      },
    })
    return { ...result, image: await scene.image() }
  }
  const expectRollback = (
    { exitCode, jobs, image }: Awaited<ReturnType<typeof verify>>,
    { reason, failed }: { reason: string; failed: string },
  ) => {
    expect(exitCode).toBe(1)
    const outputs = { outcome: 'unhealthy', 'reason-code': reason, 'failed-targets': failed }
    expect(jobs).toMatchObject({
      verify: { result: 'failure', steps: { health: { result: 'failure', outputs } } },
      rollback: { result: 'success', steps: { rollback: { outputs: { outcome: 'rolled-back' } } } },
    })
    expect(jobs.verify?.steps.health?.summary).toMatch(/^### ❌ healthcheck: unhealthy/)
    expect(image).toBe('registry.example.com/shop:1.0.0')
  }

  test('is green when the traffic of all endpoints has gone over to the new version', async () => {
    await using shop = await startService({ version })
    await using api = await drainingBalancer({ oldVersion: '1.0.0', newVersion: version })
    const running = verify({ shop, api }, { skipped: ['rollback'], vars: { HEALTH_DEADLINE: '30s' } })
    await expect.poll(() => api.old.requestCount, { timeout: 60_000 }).toBeGreaterThan(3)
    api.switchOver()
    const { exitCode, jobs, image } = await running
    expect(exitCode).toBe(0)
    expect(image).toBe(`registry.example.com/shop:${version}`)
    const outputs = { outcome: 'healthy', 'observed-version': version, 'failed-targets': '' }
    expect(jobs).toMatchObject({
      verify: { result: 'success', steps: { health: { outputs } } },
      record: { result: 'success', steps: { record: { outputs: { outcome: 'recorded' } } } },
    })
    expect(Number(jobs.verify?.steps.health?.outputs['latency-p95-ms'])).toBeGreaterThan(0)
  })

  test('rolls back while one endpoint still has the old version', async () => {
    await using shop = await startService({ version })
    await using api = await startService({ version, formerVersion: '1.0.0', state: 'old' })
    expectRollback(await verify({ shop, api }, unhealthy), { reason: 'wrong-version', failed: 'api' })
  })

  test('rolls back when one endpoint fails every other time', async () => {
    await using shop = await startFault(inTurn((count) => (count % 2 === 0 ? bad : good)))
    await using api = await startService({ version })
    expectRollback(await verify({ shop, api }, unhealthy), { reason: 'flapping', failed: 'shop' })
  })

  test('rolls back when one endpoint is slower than the baseline', async () => {
    await using shop = await startService({ version })
    await using api = await startService({ version, state: 'slow', slowMs: 150 })
    const run = await verify({ shop, api }, { ...unhealthy, vars: { HEALTH_MAX_P95: '120ms' } })
    expectRollback(run, { reason: 'p95-too-high', failed: 'api' })
  })

  test('rolls back when one endpoint breaks afterwards', async () => {
    await using shop = await startService({ version })
    // 3 responses are for the pass and 51 for the latency.
    await using api = await startFault(inTurn((count) => (count > 60 ? bad : good)))
    expectRollback(await verify({ shop, api }, { ...unhealthy, vars: { HEALTH_SOAK: '3s' } }), {
      reason: 'http-status',
      failed: 'api',
    })
  })

  test('rolls nothing back when nothing can be said', async () => {
    await using shop = await startService({ version })
    const { exitCode, jobs } = await verify(
      { shop, api: shop },
      {
        ...{ skipped: ['record', 'rollback'], vars: { API_URL: `${shop.url}/login` } },
      },
    )
    expect(exitCode).toBe(1)
    expect(jobs.verify?.steps.health?.outputs).toMatchObject({
      ...{ outcome: 'unverifiable', 'reason-code': 'blocked-by-edge', 'failed-targets': 'api' },
    })
  })
}

const unhealthy = { skipped: ['record'] }
