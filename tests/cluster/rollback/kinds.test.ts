import { test } from 'vitest'
import { verdict } from '../../bundle/bundle.ts'
import { describeWithCluster } from '../with-cluster.ts'
import { daemonSet, statefulSet } from '../workloads.ts'
import { Site } from './site.ts'

interface PodList {
  readonly items: readonly { readonly spec: { readonly containers: readonly { readonly image: string }[] } }[]
}

interface PodUids {
  readonly items: readonly { readonly metadata: { readonly uid: string } }[]
}

async function imagesOfPods({ namespace }: Site): Promise<string[]> {
  const { items } = await namespace.get<PodList>('pods')
  return items.map(({ spec }) => spec.containers[0]?.image ?? '').toSorted()
}

describeWithCluster('kinds of workloads', (cluster) => {
  test.concurrent('a canary of a StatefulSet is over when its last pod is replaced', async ({ expect }) => {
    await using site = await Site.start(cluster())
    const spec = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }
    const pod = { terminationGracePeriodSeconds: 3 }
    for (const image of ['app:1.0.0', 'app:2.0.0-hangs-on-stop']) {
      await site.apply(statefulSet({ image, replicas: 3, spec: image === 'app:1.0.0' ? {} : spec, pod }))
      await site.settled('statefulset/app')
    }
    expect(await imagesOfPods(site)).toEqual(['app:1.0.0', 'app:1.0.0', 'app:2.0.0-hangs-on-stop'])
    await using run = await site.run({ workload: 'statefulset/app', 'stability-window': '0s' })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(await imagesOfPods(site)).toEqual(['app:1.0.0', 'app:1.0.0', 'app:1.0.0'])
    await using again = await site.run({ workload: 'statefulset/app' })
    expect(verdict(again), again.log).toBe('nothing-to-do already-rolled-back')
  })

  test.concurrent('a StatefulSet goes back to what is recorded, and keeps its scale', async ({ expect }) => {
    await using site = await Site.start(cluster())
    const workload = 'statefulset/app'
    const deploy = async (image: string) => {
      await site.apply(statefulSet({ image, spec: { podManagementPolicy: 'Parallel' } }))
      await site.settled(workload)
    }
    await deploy('app:1.0.0')
    await using recorded = await site.run({ workload, mode: 'record' })
    expect(verdict(recorded), recorded.log).toBe('recorded ok')
    await deploy('app:2.0.0')
    await deploy('app:3.0.0')
    await site.namespace.kubectl(['scale', workload, '--replicas=2'])
    await site.settled(workload)
    await using run = await site.run({ workload })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(run.outputs).toMatchObject({ to: recorded.outputs.to, evidence: 'cluster' })
    expect(await imagesOfPods(site)).toEqual(['app:1.0.0', 'app:1.0.0'])
    expect((await site.get('statefulsets/app')).spec.replicas).toBe(2)
  })

  test.concurrent('a StatefulSet that is stuck is helped in the same run, one pod only', async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.namespace.grant('action', [{ apiGroups: [''], resources: ['pods'], verbs: ['delete'] }])
    const uids = async () => (await site.namespace.get<PodUids>('pods')).items.map(({ metadata }) => metadata.uid)
    await site.apply(statefulSet({ image: 'app:1.0.0', replicas: 3 }))
    await site.settled('statefulset/app')
    const before = await uids()
    await site.apply(statefulSet({ image: 'app:2.0.0-crash-loop', replicas: 3 }))
    await expect.poll(() => imagesOfPods(site)).toContain('app:2.0.0-crash-loop')
    const inputs = { workload: 'statefulset/app', 'recover-stuck-pods': 'true' }
    await using run = await site.run(inputs)
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(run.outputs.evidence).toBe('serving')
    expect(await imagesOfPods(site)).toEqual(['app:1.0.0', 'app:1.0.0', 'app:1.0.0'])
    expect((await uids()).filter((uid) => before.includes(uid))).toHaveLength(2)
  })

  test.concurrent('their history and their pods need rights of their own', async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.apply(statefulSet({ image: 'app:1.0.0' }), daemonSet({ name: 'other', image: 'app:1.0.0' }))
    const verbs = ['get', 'list', 'watch', 'patch']
    await site.namespace.grant('weak', [
      { apiGroups: [''], resources: ['pods', 'events'], verbs: ['list', 'watch'] },
      { apiGroups: ['apps'], resources: ['statefulsets', 'daemonsets'], verbs },
    ])
    const weak = (workload: string, inputs = {}) => site.run({ workload, mode: 'plan', ...inputs }, { user: 'weak' })
    const refused = await Promise.all([weak('statefulset/app'), weak('daemonset/other')])
    for (const run of refused) {
      expect(verdict(run), run.log).toBe('refused missing-permission')
      expect(run.log).toContain('may not list controllerrevisions, watch controllerrevisions')
    }
    const history = { apiGroups: ['apps'], resources: ['controllerrevisions'], verbs: ['list', 'watch'] }
    await site.namespace.grant('weak', [history])
    const [enough, recovering] = await Promise.all([
      weak('statefulset/app'),
      weak('statefulset/app', { 'recover-stuck-pods': 'true' }),
    ])
    expect(verdict(enough), enough.log).toBe('no-target no-history')
    expect(verdict(recovering), recovering.log).toBe('refused missing-permission')
    expect(recovering.log).toContain('may not delete pods')
  })

  test.concurrent('of several kinds the worst outcome counts, and each is told', async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.begin('app:1.0.0-crash-loop')
    await site.deploy('app:2.0.0')
    for (const image of ['app:1.0.0', 'app:2.0.0']) {
      await site.apply(daemonSet({ name: 'other', image }))
      await site.settled('daemonset/other')
    }
    await using run = await site.run({
      workload: 'daemonset/other\ndeployment/app',
      to: 'daemonset/other=1.0.0\ndeployment/app=1.0.0-crash-loop',
    })
    expect(verdict(run), run.log).toBe('not-converged crash-loop')
    expect(run.report).toMatchObject({
      subjects: [
        { subject: expect.stringContaining('/other@'), outcome: 'rolled-back' },
        { subject: expect.stringContaining('/app@'), outcome: 'not-converged', reasonCode: 'crash-loop' },
      ],
    })
    expect(await site.image('daemonsets/other')).toBe('app:1.0.0')
  })
})
