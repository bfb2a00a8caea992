import { test } from 'vitest'
import { verdict } from '../../bundle/bundle.ts'
import { type ProxyFault, proxyFaults } from '../exchange.ts'
import { describeWithCluster } from '../with-cluster.ts'
import { leftBehind } from './site.ts'
import { dryRun, prepareStage, write, writes } from './stage.ts'

describeWithCluster('a rollback, when the API server or somebody else is in the way', (cluster) => {
  const prepare = () => prepareStage(cluster())

  test.concurrent.for<readonly [name: string, fault: ProxyFault, writes: number]>([
    ['the answer is lost', proxyFaults.loseAnswer, 1],
    ['half of the answer comes', proxyFaults.truncate, 1],
    ['the connection is cut before', proxyFaults.cut, 2],
    ['the server is overloaded', proxyFaults.refuse(503), 2],
    ['the storage has a hiccup', proxyFaults.refuse(500, { message: 'etcdserver: leader changed' }), 2],
  ])('is written once, when %s', async ([, fault, count], { expect }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    proxy.plan({ ...write, fault })
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(await site.image()).toBe('app:1.0.0')
    expect(writes(proxy)).toBe(count)
    // Two versions were deployed and one was brought back: nothing was done twice.
    expect((await site.get()).metadata.generation).toBe(3)
  })

  test.concurrent('is written once, when no answer comes', { timeout: 180_000 }, async ({ expect }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    proxy.plan({ ...write, fault: proxyFaults.hangAfter })
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(writes(proxy)).toBe(1)
  })

  test.concurrent('is unknown, when the server is gone after the write', { timeout: 180_000 }, async ({ expect }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    proxy.plan({
      ...write,
      fault: async (exchange) => {
        await exchange.carryOut()
        await proxy.down()
      },
    })
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('unknown connection-lost')
    expect(run.log).toMatch(/look with: kubectl -n test-\w+ get deployments\/app/)
    expect(leftBehind(run)).toEqual([])
    await using next = await site.run()
    expect(verdict(next), next.log).toBe('nothing-to-do already-rolled-back')
  })

  test.concurrent('is unknown, when the server goes while it is waited for', { timeout: 180_000 }, async ({
    expect,
  }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    await site.begin('app:3.0.0-never-ready')
    await site.deploy('app:4.0.0')
    const handle = site.start({ to: '3.0.0-never-ready', 'converge-timeout': '4s' }, { server: proxy.url })
    await handle.printed('written')
    await proxy.down()
    await using run = await handle.done
    expect(verdict(run), run.log).toBe('unknown connection-lost')
  })

  test.concurrent('goes on, when the server comes back and watches were cut', { timeout: 180_000 }, async ({
    expect,
  }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    await site.begin('app:3.0.0-slow-3s')
    await site.deploy('app:4.0.0')
    proxy.plan({ method: 'GET', path: /watch=1/, fault: proxyFaults.cutAfter(300), times: 6 })
    await using run = await site.run({ to: '3.0.0-slow-3s' }, { server: proxy.url })
    expect(verdict(run), run.log).toBe('rolled-back ok')
  })

  test.concurrent('fails, when the server is not there', async ({ expect }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    await proxy.down()
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('failed unreachable')
    expect(run.log).toContain('connection refused')
  })

  test.concurrent('fails, when the token is not known', async ({ expect }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    proxy.plan({ path: /./, fault: proxyFaults.refuse(401), times: Infinity })
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('failed unauthorized')
  })

  test.concurrent('is superseded, when somebody deploys between reading and writing', async ({ expect }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    proxy.plan({
      ...write,
      fault: proxyFaults.first(() => site.namespace.kubectl(['set', 'image', 'deployment/app', 'app=app:3.0.0'])),
    })
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('superseded conflict')
    expect(await site.image()).toBe('app:3.0.0')
  })

  test.concurrent('is superseded before the write, when the dry run finds it', async ({ expect }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    proxy.plan({
      ...dryRun,
      fault: proxyFaults.first(() => site.namespace.kubectl(['set', 'image', 'deployment/app', 'app=app:3.0.0'])),
    })
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('superseded conflict')
    expect(writes(proxy)).toBe(0)
  })

  test.concurrent('goes through, when only the scale and foreign annotations change meanwhile', async ({ expect }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    proxy.plan({
      ...write,
      fault: proxyFaults.first(async () => {
        await site.namespace.kubectl(['scale', 'deployment/app', '--replicas=3'])
        await site.namespace.kubectl(['annotate', 'deployment/app', 'team=shop'])
      }),
    })
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    const { spec, metadata } = await site.get()
    expect(spec.replicas).toBe(3)
    expect(metadata.annotations).toMatchObject({ team: 'shop' })
  })

  test.concurrent('is reverted, when somebody puts the bad version back; who is named', async ({ expect }) => {
    await using stage = await prepare()
    const { site } = stage
    const handle = site.start({ 'stability-window': '10s' })
    await handle.printed('watching for')
    const patch = JSON.stringify({
      spec: { template: { spec: { containers: [{ name: 'app', image: 'app:2.0.0' }] } } },
    })
    await site.namespace.kubectl(['patch', 'deployment/app', '-p', patch, '--field-manager=argocd-controller'])
    await using run = await handle.done
    expect(verdict(run), run.log).toBe('reverted-by-controller reverted')
    expect(run.log).toContain('by argocd-controller at 20')
  })

  test.concurrent.for(['a third version', 'no object'])(
    'is superseded by %s while it is waited for',
    async (what, { expect }) => {
      await using stage = await prepare()
      const { site } = stage
      const handle = site.start({ 'stability-window': '10s' })
      await handle.printed('watching for')
      await site.namespace.kubectl(
        what === 'no object' ? ['delete', 'deployment/app'] : ['set', 'image', 'deployment/app', 'app=app:3.0.0'],
      )
      await using run = await handle.done
      expect(verdict(run), run.log).toBe('superseded conflict')
    },
  )
})
