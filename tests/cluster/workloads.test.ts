import { test } from 'vitest'
import type { Namespace } from './namespace.ts'
import { describeWithCluster } from './with-cluster.ts'
import { daemonSet, deployment, service, statefulSet } from './workloads.ts'

interface SliceList {
  readonly items: readonly {
    readonly endpoints?: readonly {
      readonly addresses: readonly string[]
      readonly conditions: { readonly ready: boolean }
    }[]
  }[]
}

async function endpoints(namespace: Namespace) {
  const { items } = await namespace.get<SliceList>('endpointslices', 'apis/discovery.k8s.io/v1')
  return items.flatMap((slice) => slice.endpoints ?? [])
}

function rolledOut(namespace: Namespace, workload: string) {
  return namespace.kubectl(['rollout', 'status', workload, '--timeout=30s'])
}

describeWithCluster('workloads', (cluster) => {
  test.concurrent('a Deployment that is undone has the old pods again', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:1.0.0', replicas: 2 }))
    await rolledOut(namespace, 'deployment/app')
    await namespace.apply(deployment({ image: 'app:2.0.0-crash-loop', replicas: 2 }))
    await expect
      .poll(() => namespace.get('deployments/app', 'apis/apps/v1'))
      .toMatchObject({ status: { replicas: 3, readyReplicas: 2, updatedReplicas: 1 } })
    expect((await namespace.kubectl(['rollout', 'undo', 'deployment/app'])).exitCode).toBe(0)
    expect((await rolledOut(namespace, 'deployment/app')).exitCode).toBe(0)
    await expect
      .poll(() => namespace.get('deployments/app', 'apis/apps/v1'))
      .toMatchObject({ status: { replicas: 2, readyReplicas: 2, updatedReplicas: 2 } })
  })

  test.concurrent('a StatefulSet comes up in order, and is stuck on a pod that does not', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(service(), statefulSet({ image: 'app:1.0.0', replicas: 2 }))
    expect((await rolledOut(namespace, 'statefulset/app')).exitCode).toBe(0)
    await namespace.apply(statefulSet({ image: 'app:2.0.0-never-ready', replicas: 2 }))
    const stuck = { status: { readyReplicas: 1, updatedReplicas: 1, replicas: 2 } }
    await expect.poll(() => namespace.get('statefulsets/app', 'apis/apps/v1')).toMatchObject(stuck)
    // The old template alone does not help: the pod that is not ready stays.
    await namespace.kubectl(['rollout', 'undo', 'statefulset/app'])
    const image = async () => namespace.get('pods/app-1')
    await expect.poll(image).toMatchObject({ spec: { containers: [{ image: 'app:2.0.0-never-ready' }] } })
    await namespace.kubectl(['delete', 'pod', 'app-1'])
    expect((await rolledOut(namespace, 'statefulset/app')).exitCode).toBe(0)
    expect(await image()).toMatchObject({ spec: { containers: [{ image: 'app:1.0.0' }] } })
  })

  test.concurrent('a DaemonSet has a pod on each node', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(daemonSet({ image: 'app:1.0.0' }))
    expect((await rolledOut(namespace, 'daemonset/app')).exitCode).toBe(0)
    const { items } = await namespace.get<{ items: { spec: { nodeName: string } }[] }>('pods')
    expect(items.map(({ spec }) => spec.nodeName).sort()).toEqual(['node-1', 'node-2'])
    await namespace.apply(daemonSet({ image: 'app:2.0.0' }))
    expect((await rolledOut(namespace, 'daemonset/app')).exitCode).toBe(0)
  })

  test.concurrent('a Service has the ready pods as its endpoints', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(service(), deployment({ image: 'app:slow-1s', replicas: 2 }))
    await expect.poll(() => endpoints(namespace)).toHaveLength(2)
    const address = expect.stringMatching(/^10\.244\.\d+\.\d+$/)
    const ready = { addresses: [address], conditions: expect.objectContaining({ ready: true }) }
    await expect
      .poll(() => endpoints(namespace))
      .toEqual([expect.objectContaining(ready), expect.objectContaining(ready)])
    await namespace.kubectl(['scale', 'deployment/app', '--replicas=0'])
    await expect.poll(() => endpoints(namespace)).toEqual([])
  })

  test.concurrent('a Job ends', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app:completes' }] } }
    await namespace.apply({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once' }, spec: { template } })
    const { exitCode } = await namespace.kubectl(['wait', '--for=condition=Complete', 'job/once', '--timeout=30s'])
    expect(exitCode).toBe(0)
  })
})
