import { test } from 'vitest'
import { verdict } from '../../bundle/bundle.ts'
import { describeWithCluster } from '../with-cluster.ts'
import { leftBehind, Site, table } from './site.ts'

const rolledBack = 'deploy-safety.actions/rolled-back'

describeWithCluster('which version a Deployment goes back to', (cluster) => {
  test.concurrent('the one that serves, when the new one never went live', async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.deploy('app:1.0.0', { replicas: 2 })
    await site.begin('app:2.0.0-crash-loop', { replicas: 2 })
    await using run = await site.run()
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(run.outputs.evidence).toBe('serving')
    expect(await site.image()).toBe('app:1.0.0')
    expect(leftBehind(run)).toEqual([])
    expect(site.processes).toBeLessThanOrEqual(12)
    const { metadata } = await site.get()
    const mark = JSON.parse(metadata.annotations?.[rolledBack] ?? '')
    expect(mark).toMatchObject({ from: run.outputs.from, to: run.outputs.to, undone: [run.outputs.from] })
  })

  test.concurrent('not the previous one, when that was broken too', async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.deploy('app:1.0.0')
    await site.begin('app:2.0.0-crash-loop')
    await site.begin('app:3.0.0-never-ready')
    await using run = await site.run()
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(table(run)).toEqual({
      'app:3.0.0-never-ready': 'current',
      'app:2.0.0-crash-loop': expect.anything(),
      'app:1.0.0': 'chosen',
    })
    expect(await site.image()).toBe('app:1.0.0')
  })

  test.concurrent('the one that served longest, unproven; a second run goes no further', async ({ expect }) => {
    await using site = await Site.start(cluster())
    for (const image of ['app:1.0.0', 'app:2.0.0']) await site.deploy(image)
    await using first = await site.run()
    expect(verdict(first), first.log).toBe('rolled-back ok')
    expect(first.outputs.evidence).toBe('provider')
    await using second = await site.run()
    expect(verdict(second), second.log).toBe('nothing-to-do already-rolled-back')
    expect(await site.image()).toBe('app:1.0.0')
    expect(table(second)).toEqual({ 'app:1.0.0': 'current', 'app:2.0.0': 'rolled-back-from' })
    // After an undo by hand, the numbers are others and the version is the same.
    await site.deploy('app:3.0.0')
    await using third = await site.run()
    expect(verdict(third), third.log).toBe('rolled-back ok')
    expect(await site.image()).toBe('app:1.0.0')
  })

  test.concurrent('none after an undo by hand', async ({ expect }) => {
    await using site = await Site.start(cluster())
    for (const image of ['app:1.0.0', 'app:2.0.0']) await site.deploy(image)
    await site.namespace.kubectl(['rollout', 'undo', 'deployment/app'])
    await site.settled('deployment/app')
    await using run = await site.run()
    expect(verdict(run), run.log).toBe('nothing-to-do already-rolled-back')
    expect(await site.image()).toBe('app:1.0.0')
  })

  test.concurrent('the recorded one, in the cluster and in the file', async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.deploy('app:1.0.0')
    await using recorded = await site.run({ mode: 'record', 'record-path': 'record.json' })
    expect(verdict(recorded), recorded.log).toBe('recorded ok')
    for (const image of ['app:2.0.0', 'app:3.0.0']) await site.deploy(image)
    await using planned = await site.run({ mode: 'plan' })
    expect(verdict(planned), planned.log).toBe('planned ok')
    expect(planned.outputs).toMatchObject({ evidence: 'cluster', to: recorded.outputs.to ?? '' })
    expect(table(planned)).toEqual({ 'app:3.0.0': 'current', 'app:2.0.0': 'unproven', 'app:1.0.0': 'chosen' })
    expect(await site.image()).toBe('app:3.0.0')
    const path = `${recorded.workspace}/record.json`
    await using run = await site.run({ 'record-path': path })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(run.outputs.evidence).toBe('record')
  })

  test.concurrent.for<readonly [to: string, image: string]>([
    ['revision:1', 'app:1.0.0'],
    ['tag:1.0.0', 'app:1.0.0'],
    ['1.0.0', 'app:1.0.0'],
    ['app:1.0.0', 'app:1.0.0'],
    ['previous', 'app:2.0.0'],
  ])('the one that is named: %s', async ([to, image], { expect }) => {
    await using site = await Site.start(cluster())
    for (const one of ['app:1.0.0', 'app:2.0.0', 'app:3.0.0']) await site.deploy(one)
    await using run = await site.run({ to })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(await site.image()).toBe(image)
  })

  test.concurrent('none that is denied, the current one, or one of the same content', async ({ expect }) => {
    await using site = await Site.start(cluster())
    for (const image of ['app:1.0.0', 'app:2.0.0']) await site.deploy(image)
    await site.namespace.kubectl(['rollout', 'restart', 'deployment/app'])
    await site.settled('deployment/app')
    const [denied, current, stale, unknown] = await Promise.all([
      site.run({ deny: '1.0.0', mode: 'plan' }),
      site.run({ to: '2.0.0' }),
      site.run({ 'expected-current': '1.0.0' }),
      site.run({ to: '9.9.9' }),
    ])
    expect(verdict(denied), denied.log).toBe('no-target all-excluded')
    expect(denied.report).toMatchObject({
      subjects: [{ candidates: [{ whyNot: 'current' }, { whyNot: 'same-content' }, { whyNot: 'denied' }] }],
    })
    expect(verdict(current), current.log).toBe('nothing-to-do already-current')
    expect(verdict(stale), stale.log).toBe('refused stale-current')
    expect(verdict(unknown), unknown.log).toBe('no-target target-not-found')
    await using run = await site.run({ 'require-evidence': 'true' })
    expect(verdict(run), run.log).toBe('no-target no-evidence')
  })

  test.concurrent('none without a history', async ({ expect }) => {
    await using site = await Site.start(cluster())
    for (const image of ['app:1.0.0', 'app:2.0.0']) await site.deploy(image, { spec: { revisionHistoryLimit: 0 } })
    await expect
      .poll(async () => (await site.namespace.get<{ items: unknown[] }>('replicasets', 'apis/apps/v1')).items.length)
      .toBe(1)
    await using run = await site.run()
    expect(verdict(run), run.log).toBe('no-target no-history')
  })

  test.concurrent('not one whose Secret is gone', async ({ expect }) => {
    await using site = await Site.start(cluster())
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'token' },
      stringData: { token: 'hidden-value' },
    }
    await site.namespace.apply(secret)
    await site.namespace.grant('action', [
      { apiGroups: [''], resources: ['secrets', 'configmaps', 'serviceaccounts'], verbs: ['get'] },
    ])
    await site.deploy('app:1.0.0')
    await site.deploy('app:2.0.0', { container: { envFrom: [{ secretRef: { name: 'token' } }] } })
    await site.deploy('app:3.0.0')
    await site.namespace.kubectl(['delete', 'secret', 'token'])
    await using explicit = await site.run({ to: '2.0.0' })
    expect(verdict(explicit), explicit.log).toBe('refused dependency-missing')
    expect(explicit.log).toContain('secret/token is missing')
    await using run = await site.run({ to: 'previous' })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(table(run)).toMatchObject({ 'app:2.0.0': 'missing-dependency', 'app:1.0.0': 'chosen' })
  })
})
