import { test } from 'vitest'
import { verdict } from '../../bundle/bundle.ts'
import { usefulRights } from '../users.ts'
import { describeWithCluster } from '../with-cluster.ts'
import { type Inputs, Site, table } from './site.ts'

const digest = `sha256:${'3f9c1e7a'.repeat(8)}`
const commit = '3f9c1e7a11d0e4b5c6d7e8f90a1b2c3d4e5f6071'
const images = [`app@${digest}`, `app:${commit}`, 'app:3', 'app:4.0.0']

describeWithCluster('the history of a Deployment', (cluster) => {
  test.concurrent('every form of a name finds its version, and no other', async ({ expect }) => {
    await using site = await Site.start(cluster())
    for (const image of images) await site.deploy(image)
    const plan = (inputs: Inputs) => site.run({ mode: 'plan', ...inputs })
    await using first = await plan({})
    const { candidates } = (first.report as { subjects: { candidates: { version: string; images: string[] }[] }[] })
      .subjects[0] ?? { candidates: [] }
    const byImage = new Map(candidates.map((candidate) => [candidate.images[0], candidate.version]))
    const versions = images.map((image) => byImage.get(image) ?? '')
    const forms: readonly (readonly [to: string, index: number])[] = [
      [versions[1] ?? '', 1],
      [digest, 0],
      [`app@${digest}`, 0],
      [commit, 1],
      [commit.slice(0, 7).toUpperCase(), 1],
      [`tag:${commit}`, 1],
      ['tag:3', 2],
      ['3', 2],
    ]
    const runs = await Promise.all(forms.map(([to]) => plan({ to })))
    forms.forEach(([to, index], which) => {
      const run = runs[which]
      expect(run && verdict(run), `${to}\n${run?.log}`).toBe('planned ok')
      expect(run?.outputs, to).toMatchObject({ to: versions[index], from: versions[3], evidence: 'explicit' })
    })
    const none = await Promise.all([
      plan({ to: '1.0' }),
      plan({ to: 'revision:9' }),
      plan({ to: '3', deny: 'tag:3' }),
      plan({ to: commit, 'expected-current': versions[2] ?? '' }),
      plan({ to: commit, 'expected-current': 'revision:4', 'require-evidence': 'true' }),
    ])
    expect(none.map(verdict)).toEqual([
      'no-target target-not-found',
      'no-target target-not-found',
      'no-target all-excluded',
      'refused stale-current',
      'no-target no-evidence',
    ])
  })

  test.concurrent('of one step only the former version is left, proven or not', async ({ expect }) => {
    await using site = await Site.start(cluster())
    const spec = { revisionHistoryLimit: 1 }
    await site.deploy('app:1.0.0', { spec })
    await using recorded = await site.run({ mode: 'record' })
    expect(verdict(recorded), recorded.log).toBe('recorded ok')
    for (const image of ['app:2.0.0', 'app:3.0.0']) await site.deploy(image, { spec })
    await expect
      .poll(async () => (await site.namespace.get<{ items: unknown[] }>('replicasets', 'apis/apps/v1')).items.length)
      .toBe(2)
    await using proven = await site.run({ mode: 'plan', 'require-evidence': 'true' })
    expect(verdict(proven), proven.log).toBe('no-target no-evidence')
    await using run = await site.run()
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(run.outputs.evidence).toBe('provider')
    expect(table(run)).toEqual({ 'app:3.0.0': 'current', 'app:2.0.0': 'chosen' })
    // The number of a version that is brought back is a new one; what it is stays.
    await using again = await site.run({ to: run.outputs.from ?? '', 'expected-current': run.outputs.to ?? '' })
    expect(verdict(again), again.log).toBe('rolled-back ok')
    expect(await site.image()).toBe('app:3.0.0')
  })

  test.concurrent('what a version needs and is gone rules it out, unless it is optional', async ({ expect }) => {
    await using site = await Site.start(cluster())
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } }
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'b' } }
    await Promise.all([site.apply(account, settings), site.namespace.grant('action', usefulRights)])
    const volume = { name: 'settings', configMap: { name: 'settings' } }
    await site.deploy('app:1.0.0', {
      pod: { volumes: [{ name: 'other', configMap: { name: 'none', optional: true } }] },
    })
    await site.deploy('app:2.0.0', { pod: { volumes: [volume] } })
    await site.deploy('app:3.0.0', { pod: { serviceAccountName: 'robot', serviceAccount: 'robot' } })
    await site.deploy('app:4.0.0', { pod: { serviceAccountName: 'default', serviceAccount: 'default' } })
    await using before = await site.run({ mode: 'plan', to: 'previous' })
    expect(table(before), before.log).toMatchObject({ 'app:3.0.0': 'chosen' })
    await site.namespace.kubectl(['delete', 'configmap/settings', 'serviceaccount/robot'])
    await using run = await site.run({ to: 'previous' })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(table(run)).toEqual({
      'app:4.0.0': 'current',
      'app:3.0.0': 'missing-dependency',
      'app:2.0.0': 'missing-dependency',
      'app:1.0.0': 'chosen',
    })
  })

  test.concurrent('what others wrote beside the template stays as it is', async ({ expect }) => {
    await using site = await Site.start(cluster())
    for (const image of ['app:1.0.0', 'app:2.0.0']) await site.deploy(image, { replicas: 2 })
    await site.namespace.kubectl([
      'annotate',
      'deployment/app',
      'example.com/owner=shop',
      'kubernetes.io/change-cause=x',
    ])
    await site.namespace.kubectl(['scale', 'deployment/app', '--replicas=1'])
    const { spec, metadata } = await site.get()
    await using run = await site.run()
    expect(verdict(run), run.log).toBe('rolled-back ok')
    const after = await site.get()
    expect({ ...after.spec, template: '' }).toEqual({ ...spec, template: '' })
    const {
      'deploy-safety.actions/rolled-back': mark,
      'deployment.kubernetes.io/revision': _,
      ...others
    } = after.metadata.annotations ?? {}
    const { 'deployment.kubernetes.io/revision': __, ...before } = metadata.annotations ?? {}
    expect(others).toEqual(before)
    expect(JSON.parse(mark ?? '')).toMatchObject({ from: run.outputs.from, to: run.outputs.to })
  })
})
