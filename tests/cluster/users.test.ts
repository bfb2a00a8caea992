import { expect, test } from 'vitest'
import { usefulRights } from './users.ts'
import { describeWithCluster } from './with-cluster.ts'
import { deployment } from './workloads.ts'

describeWithCluster('the users', (cluster) => {
  test('weak may nothing until a test grants it, and then nothing more', async () => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:1.0.0' }))
    const get = () => namespace.kubectl(['get', 'deployment/app'], { user: 'weak' })
    expect(await get()).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /^Error from server \(Forbidden\): deployments.apps "app" is forbidden: User "weak"/,
      ),
    })
    await namespace.grant('weak', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }])
    expect(await get()).toMatchObject({ exitCode: 0 })
    const restart = await namespace.kubectl(['rollout', 'restart', 'deployment/app'], { user: 'weak' })
    expect(restart).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cannot patch resource') })
  })

  test.for([
    ['patch deployments.apps', 'yes'],
    ['list replicasets.apps', 'yes'],
    ['list controllerrevisions.apps', 'yes'],
    ['watch pods', 'yes'],
    ['list endpointslices.discovery.k8s.io', 'yes'],
    ['delete pods', 'no'],
    ['get secrets', 'no'],
    ['get pods --subresource=log', 'no'],
    ['patch deployments.apps --subresource=scale', 'no'],
  ] as const)('may action %s: %s', async ([what, answer]) => {
    await using namespace = await cluster().namespace()
    const { stdout } = await namespace.kubectl(['auth', 'can-i', ...what.split(' ')], { user: 'action' })
    expect(stdout.trim()).toBe(answer)
  })

  test('action may read logs and what pods refer to where that is granted too', async () => {
    await using namespace = await cluster().namespace()
    await namespace.grant('action', usefulRights)
    for (const what of ['configmaps', 'secrets', 'serviceaccounts', 'pods --subresource=log']) {
      const { stdout } = await namespace.kubectl(['auth', 'can-i', 'get', ...what.split(' ')], { user: 'action' })
      expect(stdout, what).toBe('yes\n')
    }
  })

  test('action may nothing in another namespace', async () => {
    const { stdout } = await cluster().kubectl(['auth', 'can-i', 'get', 'deployments'], { user: 'action' })
    expect(stdout.trim()).toBe('no')
  })
})
