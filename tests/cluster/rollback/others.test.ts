import { test } from 'vitest'
import { verdict } from '../../bundle/bundle.ts'
import { type ProxyFault, proxyFaults } from '../exchange.ts'
import { describeWithCluster } from '../with-cluster.ts'
import { deployment } from '../workloads.ts'
import type { Site } from './site.ts'
import { dryRun, prepareStage, write, writes } from './stage.ts'

const badImage = JSON.stringify({
  spec: { template: { spec: { containers: [{ name: 'app', image: 'app:2.0.0' }] } } },
})

interface Deed {
  readonly name: string
  readonly by: (site: Site) => Promise<unknown>
  readonly expected: string
}

const remove = (site: Site) => site.namespace.kubectl(['delete', 'deployment/app'])
const replace = async (site: Site) => {
  await remove(site)
  await site.apply(deployment({ image: 'app:2.0.0' }))
}

/** While the target is not up yet. */
const whileItComesUp: readonly Deed[] = [
  {
    name: 'a controller heals it back',
    by: (site) =>
      site.namespace.kubectl(['patch', 'deployment/app', '-p', badImage, '--field-manager=kustomize-controller']),
    expected: 'reverted-by-controller reverted',
  },
  {
    name: 'a third version is deployed',
    by: (site) => site.namespace.kubectl(['set', 'image', 'deployment/app', 'app=app:3.0.0']),
    expected: 'superseded conflict',
  },
  { name: 'it is deleted', by: remove, expected: 'superseded conflict' },
  { name: 'another one takes its name', by: replace, expected: 'superseded conflict' },
]

describeWithCluster('a rollback, when others are at work', (cluster) => {
  test.concurrent.for(whileItComesUp)('$name, before the target is up', async ({ by, expected }, { expect }) => {
    await using stage = await prepareStage(cluster(), ['app:1.0.0-slow-4s', 'app:2.0.0'])
    const { site } = stage
    const handle = site.start()
    await handle.printed('written')
    await by(site)
    await using run = await handle.done
    expect(verdict(run), run.log).toBe(expected)
    if (expected.startsWith('reverted')) expect(run.log).toContain('by kustomize-controller at 20')
  })

  test.concurrent.for<readonly [name: string, by: Deed['by']]>([
    ['deleted', remove],
    ['replaced by another one of its name', replace],
  ])('nothing is written to what was %s before the patch', async ([, by], { expect }) => {
    await using stage = await prepareStage(cluster())
    const { site, proxy } = stage
    proxy.plan({ ...write, fault: proxyFaults.first(() => by(site)) })
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('superseded conflict')
  })

  test.concurrent.for<readonly [name: string, fault: ProxyFault]>([
    ['409', proxyFaults.refuse(409, { message: 'Operation cannot be fulfilled: the object has been modified' })],
    ['429', proxyFaults.refuse(429)],
  ])('a %s is tried again while the template is still the same', async ([, fault], { expect }) => {
    await using stage = await prepareStage(cluster())
    const { site, proxy } = stage
    proxy.plan({ ...dryRun, fault })
    proxy.plan({ ...write, fault })
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(writes(proxy)).toBe(2)
  })

  test.concurrent('what admission denies is found by the plan, and is no missing right', async ({ expect }) => {
    await using stage = await prepareStage(cluster())
    const { site, proxy } = stage
    const message = 'admission webhook "images.example.com" denied the request: app:1.0.0 is too old'
    proxy.plan({ ...dryRun, fault: proxyFaults.refuse(403, { message }), times: 2 })
    await using planned = await site.run({ mode: 'plan' }, { server: proxy.url })
    expect(verdict(planned), planned.log).toBe('failed api-error')
    expect(planned.log).toContain('app:1.0.0 is too old')
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('failed api-error')
    expect(writes(proxy)).toBe(0)
  })

  test.concurrent('two runs at once are one rollback, and one step', async ({ expect }) => {
    await using stage = await prepareStage(cluster(), ['app:1.0.0', 'app:2.0.0', 'app:3.0.0'])
    const { site } = stage
    const runs = await Promise.all([site.run({ to: 'previous' }), site.run({ to: 'previous' })])
    const verdicts = runs.map(verdict)
    const log = runs.map((run) => run.log).join('\n')
    expect(verdicts, log).toContain('rolled-back ok')
    expect(
      verdicts.filter((one) => !['superseded conflict', 'nothing-to-do already-rolled-back'].includes(one)),
      log,
    ).toHaveLength(1)
    expect(await site.image()).toBe('app:2.0.0')
    expect((await site.get()).metadata.generation).toBe(4)
  })

  test.concurrent('pods of another workload that the selector fits as well do not count', async ({ expect }) => {
    await using stage = await prepareStage(cluster())
    const { site } = stage
    const labels = { app: 'app', track: 'canary' }
    const canary = deployment({ name: 'app-canary', image: 'app:2.0.0-crash-loop' }) as { spec: object }
    const spec = {
      ...canary.spec,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:2.0.0-crash-loop' }] } },
    }
    await site.apply({ ...canary, spec })
    await expect
      .poll(() => site.namespace.get('pods').then((pods) => JSON.stringify(pods)))
      .toMatch(/"restartCount":[2-9]/)
    await using run = await site.run()
    expect(verdict(run), run.log).toBe('rolled-back ok')
  })

  test.concurrent('who pauses it just before the write is found at the end', async ({ expect }) => {
    await using stage = await prepareStage(cluster())
    const { site, proxy } = stage
    const pause = () => site.namespace.kubectl(['rollout', 'pause', 'deployment/app'])
    proxy.plan({ ...write, fault: proxyFaults.first(pause) })
    await using run = await site.run({ 'converge-timeout': '3s' }, { server: proxy.url })
    expect(verdict(run), run.log).toBe('not-converged converge-timeout')
    expect(run.log).toContain('it waits for 0 of 1 pods to be created, and somebody has paused its rollout')
  })

  test.concurrent('of two, the second is changed by somebody else: the first is still awaited', async ({ expect }) => {
    await using stage = await prepareStage(cluster())
    const { site, proxy } = stage
    for (const image of ['app:1.0.0', 'app:2.0.0']) await site.deploy(image, { name: 'other' })
    const deploy = () => site.namespace.kubectl(['set', 'image', 'deployment/app', 'app=app:3.0.0'])
    proxy.plan({ ...write, fault: proxyFaults.first(deploy) })
    await using run = await site.run({ workload: 'deployment/other\ndeployment/app' }, { server: proxy.url })
    expect(verdict(run), run.log).toBe('superseded conflict')
    expect(run.report).toMatchObject({ subjects: [{ outcome: 'rolled-back' }, { outcome: 'superseded' }] })
    expect(await site.image('deployments/other')).toBe('app:1.0.0')
    expect(await site.image()).toBe('app:3.0.0')
  })
})
