import { test } from 'vitest'
import { verdict } from '../../bundle/bundle.ts'
import { describeWithCluster } from '../with-cluster.ts'
import { daemonSet, statefulSet } from '../workloads.ts'
import { Site } from './site.ts'

describeWithCluster('what becomes of the target', (cluster) => {
  test.concurrent.for<readonly [tag: string, reason: string, said: RegExp]>([
    ['crash-loop', 'crash-loop', /container app of pod app-\S+: restarted \d times, exit code 1/],
    ['image-pull', 'image-pull', /app:1.0.0-image-pull: ImagePullBackOff/],
    ['config-error', 'config-error', /CreateContainerConfigError/],
    ['never-ready', 'converge-timeout', /was not up within 3 s; it waits for .*is not ready/],
  ])('%s: %s', async ([tag, reason, said], { expect }) => {
    await using site = await Site.start(cluster())
    await site.begin(`app:1.0.0-${tag}`)
    await site.deploy('app:2.0.0')
    await using run = await site.run({
      to: `1.0.0-${tag}`,
      'converge-timeout': reason === 'converge-timeout' ? '3s' : '60s',
    })
    expect(verdict(run), run.log).toBe(`not-converged ${reason}`)
    expect(run.log).toMatch(said)
    expect(await site.image()).toBe(`app:1.0.0-${tag}`)
  })

  test.concurrent('the last words of a container, where they may be read', async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.namespace.grant('action', [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }])
    await site.begin('app:1.0.0-crash-loop')
    await site.deploy('app:2.0.0')
    await using run = await site.run({ to: '1.0.0-crash-loop' })
    expect(verdict(run), run.log).toBe('not-converged crash-loop')
    expect(run.summary).toMatch(/Last words of app-/)
  })

  test.concurrent('quota', { timeout: 120_000 }, async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.deploy('app:1.0.0')
    await site.deploy('app:2.0.0')
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '1' } } }
    await site.apply(quota)
    await using run = await site.run({ 'converge-timeout': '40s' })
    expect(verdict(run), run.log).toBe('not-converged quota')
    expect(run.log).toContain('exceeded quota')
  })

  test.concurrent('dead in the stability window', async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.deploy('app:1.0.0-dies-after-3s')
    await site.deploy('app:2.0.0')
    await using run = await site.run({ to: '1.0.0-dies-after-3s', 'stability-window': '20s' })
    expect(verdict(run), run.log).toBe('not-converged crash-loop')
  })

  test.concurrent('up, although the old deadline was exceeded', async ({ expect }) => {
    await using site = await Site.start(cluster())
    const spec = { progressDeadlineSeconds: 2 }
    await site.deploy('app:1.0.0', { spec })
    await site.begin('app:2.0.0-never-ready', { spec })
    await expect
      .poll(async () => JSON.stringify(await site.get()), { timeout: 20_000 })
      .toContain('ProgressDeadlineExceeded')
    await using run = await site.run()
    expect(verdict(run), run.log).toBe('rolled-back ok')
  })

  test.concurrent('paused', async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.deploy('app:1.0.0')
    await site.deploy('app:2.0.0')
    await site.namespace.kubectl(['rollout', 'pause', 'deployment/app'])
    await using run = await site.run()
    expect(verdict(run), run.log).toBe('refused paused')
    expect(run.log).toContain('rollout resume deployment/app')
  })

  test.concurrent('a DaemonSet', async ({ expect }) => {
    await using site = await Site.start(cluster())
    for (const image of ['app:1.0.0', 'app:2.0.0-crash-loop']) {
      await site.apply(daemonSet({ image }))
      if (image === 'app:1.0.0') await site.settled('daemonset/app')
    }
    await expect.poll(() => site.isObserved('daemonsets/app')).toBe(true)
    await using run = await site.run({ workload: 'daemonset/app' })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(await site.image('daemonsets/app')).toBe('app:1.0.0')
    await using again = await site.run({ workload: 'daemonset/app' })
    expect(verdict(again), again.log).toBe('nothing-to-do already-rolled-back')
  })

  test.concurrent('a StatefulSet that is stuck, and is helped', { timeout: 120_000 }, async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.namespace.grant('action', [{ apiGroups: [''], resources: ['pods'], verbs: ['delete'] }])
    await site.apply(statefulSet({ image: 'app:1.0.0', replicas: 2 }))
    await site.settled('statefulset/app')
    await site.apply(statefulSet({ image: 'app:2.0.0-never-ready', replicas: 2 }))
    await expect
      .poll(
        async () =>
          (await site.namespace.get<{ spec: { containers: { image: string }[] } }>('pods/app-1')).spec.containers[0]
            ?.image,
        { timeout: 20_000 },
      )
      .toBe('app:2.0.0-never-ready')
    await using stuck = await site.run({ workload: 'statefulset/app' })
    expect(verdict(stuck), stuck.log).toBe('not-converged stuck-pods')
    expect(stuck.log).toContain('pod app-1 of the bad version')
    await using run = await site.run({ workload: 'statefulset/app', 'recover-stuck-pods': 'true' })
    expect(verdict(run), run.log).toBe('nothing-to-do already-rolled-back')
    await site.settled('statefulset/app')
  })

  test.concurrent('OnDelete', async ({ expect }) => {
    await using site = await Site.start(cluster())
    const options = { image: 'app:1.0.0', spec: { updateStrategy: { type: 'OnDelete' } } }
    await site.apply(statefulSet(options), daemonSet(options))
    const runs = await Promise.all(
      ['statefulset/app', 'daemonset/app'].map((workload) => site.run({ workload, mode: 'plan' })),
    )
    for (const run of runs) expect(verdict(run), run.log).toBe('refused paused')
  })

  test.concurrent('several: one refusal stops all, and the worst outcome counts', async ({ expect }) => {
    await using site = await Site.start(cluster())
    for (const name of ['one', 'two'])
      for (const image of ['app:1.0.0', 'app:2.0.0']) await site.deploy(image, { name })
    await site.deploy('app:1.0.0', { name: 'three' })
    const workload = ['deployment/one', 'deployment/three', 'deployment/two'].join('\n')
    await using refused = await site.run({ workload })
    expect(verdict(refused), refused.log).toBe('no-target no-history')
    expect(await site.image('deployments/one')).toBe('app:2.0.0')
    await using run = await site.run({ workload: 'deployment/one\ndeployment/two' })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(run.outputs.to).toMatch(/^deployment\/one=template:\w+\ndeployment\/two=template:\w+$/)
    // The outputs of one run are the inputs of the next.
    await using back = await site.run({
      workload: 'deployment/one\ndeployment/two',
      to: run.outputs.from ?? '',
      'expected-current': run.outputs.to ?? '',
    })
    expect(verdict(back), back.log).toBe('rolled-back ok')
    expect(await site.image('deployments/two')).toBe('app:2.0.0')
  })
})
