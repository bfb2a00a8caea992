import { expect, test } from 'vitest'
import { lastWords } from './kubelet/container-run.ts'
import type { Namespace } from './namespace.ts'
import { describeWithCluster } from './with-cluster.ts'
import { deployment } from './workloads.ts'

interface PodView {
  readonly metadata: { readonly name: string; readonly uid: string }
  readonly status: {
    readonly phase: string
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly containerStatuses?: readonly object[]
  }
}

interface EventView {
  readonly type: string
  readonly reason: string
  readonly message: string
  readonly count: number
}

const fallback = { terminationMessagePolicy: 'FallbackToLogsOnError' }

async function pods(namespace: Namespace): Promise<readonly PodView[]> {
  return (await namespace.get<{ readonly items: readonly PodView[] }>('pods')).items
}

async function container(namespace: Namespace): Promise<object | undefined> {
  return (await pods(namespace))[0]?.status.containerStatuses?.[0]
}

/** The events of pods as `type reason: message`. */
async function events(namespace: Namespace): Promise<string[]> {
  const { items } = await namespace.get<{ readonly items: readonly EventView[] }>('events')
  return items.map(({ type, reason, message }) => `${type} ${reason}: ${message}`)
}

function isReady(pod: PodView | undefined): boolean {
  return pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
}

describeWithCluster('the tag of an image', (cluster) => {
  test('healthy: a Deployment becomes available', async () => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:healthy', replicas: 2 }))
    const status = await namespace.kubectl(['rollout', 'status', 'deployment/app', '--timeout=30s'])
    expect(status).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('successfully rolled out') })
    const seen = await pods(namespace)
    expect(seen.map(({ status: { phase } }) => phase)).toEqual(['Running', 'Running'])
    expect(await container(namespace)).toMatchObject({
      image: 'docker.io/library/app:healthy',
      imageID: expect.stringMatching(/^docker\.io\/library\/app@sha256:[0-9a-f]{64}$/),
      ...{ ready: true, started: true, restartCount: 0, lastState: {} },
    })
    expect(await events(namespace)).toContain('Normal Started: Container started')
  })

  test.concurrent('slow-2s: ready two seconds after the start', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:slow-2s' }))
    await expect.poll(() => container(namespace)).toMatchObject({ started: true, ready: false })
    await expect.poll(() => container(namespace)).toMatchObject({ started: true, ready: true })
    const [pod] = await pods(namespace)
    expect(isReady(pod)).toBe(true)
  })

  test.concurrent('never-ready: the rollout exceeds its deadline', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:never-ready', spec: { progressDeadlineSeconds: 2 } }))
    const status = await namespace.kubectl(['rollout', 'status', 'deployment/app', '--timeout=30s'])
    expect(status).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('exceeded its progress deadline') })
    expect(await container(namespace)).toMatchObject({ started: true, ready: false, restartCount: 0 })
    expect((await pods(namespace))[0]?.status.conditions).toContainEqual(
      expect.objectContaining({
        ...{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' },
        message: 'containers with unready status: [app]',
      }),
    )
    expect(await events(namespace)).toContainEqual(expect.stringMatching(/^Warning Unhealthy: Readiness probe failed/))
  })

  test.concurrent('crash-loop: restarts, waits longer each time, and leaves last words', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:2.0.0-crash-loop', container: fallback }))
    const message = expect.stringMatching(
      /^back-off 20s restarting failed container=app pod=app-\w+-\w+_test-\w+\(.*\)$/,
    )
    await expect
      .poll(() => container(namespace))
      .toMatchObject({
        ...{ restartCount: 2, ready: false, started: false },
        state: { waiting: { reason: 'CrashLoopBackOff', message } },
        lastState: { terminated: { exitCode: 1, reason: 'Error', message: `${lastWords}\n` } },
      })
    expect((await pods(namespace))[0]?.status.phase).toBe('Running')
    expect(await events(namespace)).toContainEqual(
      expect.stringMatching(/^Warning BackOff: Back-off restarting failed/),
    )
    const { stdout } = await namespace.kubectl(['logs', 'deployment/app', '--previous'])
    expect(stdout).toBe(`app starts from app:2.0.0-crash-loop\n${lastWords}\n`)
  })

  test.concurrent('oom-killed: exit code 137, and no last words unless they are asked for', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:oom-killed' }))
    const terminated = { exitCode: 137, reason: 'OOMKilled' }
    await expect.poll(() => container(namespace)).toMatchObject({ restartCount: 1, lastState: { terminated } })
    expect(await container(namespace)).not.toHaveProperty('lastState.terminated.message')
  })

  test.concurrent('image-pull: the pod stays pending', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:image-pull' }))
    const message = expect.stringMatching(/^Back-off pulling image "app:image-pull": ErrImagePull: /)
    const state = { waiting: { reason: 'ImagePullBackOff', message } }
    await expect.poll(() => container(namespace)).toMatchObject({ state, restartCount: 0, imageID: '' })
    expect((await pods(namespace))[0]?.status.phase).toBe('Pending')
    const seen = await events(namespace)
    expect(seen).toContain('Normal BackOff: Back-off pulling image "app:image-pull"')
    expect(seen).toContain('Warning Failed: Error: ErrImagePull')
  })

  test.concurrent('config-error: the container is not created', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:config-error' }))
    const state = { waiting: { reason: 'CreateContainerConfigError', message: 'secret "app-config" not found' } }
    await expect.poll(() => container(namespace)).toMatchObject({ state, ready: false })
    expect((await pods(namespace))[0]?.status.phase).toBe('Pending')
  })

  test.concurrent('dies-after-2s: ready, then dead, then ready again', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:dies-after-2s' }))
    await expect.poll(() => container(namespace), { interval: 20 }).toMatchObject({ ready: true, restartCount: 0 })
    await expect.poll(() => container(namespace), { interval: 20 }).toMatchObject({ ready: true, restartCount: 1 })
  })

  test.concurrent('hangs-on-stop: takes all of its grace period; others do not', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    const pod = { terminationGracePeriodSeconds: 4 }
    for (const name of ['hangs-on-stop', 'healthy']) {
      await namespace.apply(deployment({ name, image: `app:${name}`, pod }))
      await namespace.kubectl(['rollout', 'status', `deployment/${name}`, '--timeout=30s'])
    }
    const secondsToDelete = async (name: string) => {
      const start = performance.now()
      await namespace.kubectl(['delete', 'pod', '-l', `app=${name}`])
      return (performance.now() - start) / 1_000
    }
    expect(await secondsToDelete('healthy')).toBeLessThan(3.5)
    expect(await secondsToDelete('hangs-on-stop')).toBeGreaterThan(3.9)
  })

  test.concurrent('completes and crash-loop, where nothing restarts: the pod succeeds and fails', async ({
    expect,
  }) => {
    await using namespace = await cluster().namespace()
    for (const name of ['completes', 'crash-loop']) {
      const containers = [{ name: 'app', image: `app:${name}` }]
      const spec = { restartPolicy: 'Never', containers }
      await namespace.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec })
    }
    const phases = async () => (await pods(namespace)).map(({ status: { phase } }) => phase)
    await expect.poll(phases).toEqual(['Succeeded', 'Failed'])
  })

  test.concurrent('no such tag: the pod says so', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:crash-lop' }))
    await expect.poll(() => container(namespace)).toMatchObject({ state: { waiting: { reason: 'InvalidImageName' } } })
  })
})

describeWithCluster('what a pod refers to', (cluster) => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { api: 'x' } }

  test.concurrent('a missing Secret keeps the container from starting until it is there', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    const env = [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'api' } } }]
    await namespace.apply(deployment({ image: 'app:1.0.0', container: { env } }))
    const state = { waiting: { reason: 'CreateContainerConfigError', message: 'secret "keys" not found' } }
    await expect.poll(() => container(namespace)).toMatchObject({ state })
    await namespace.apply(secret)
    await expect.poll(() => container(namespace)).toMatchObject({ ready: true })
  })

  test.concurrent('a missing volume keeps it in ContainerCreating, with an event', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    const volumes = [{ name: 'settings', configMap: { name: 'settings' } }]
    await namespace.apply(deployment({ image: 'app:1.0.0', pod: { volumes } }))
    const message = 'MountVolume.SetUp failed for volume "settings" : configmap "settings" not found'
    await expect.poll(() => events(namespace)).toContain(`Warning FailedMount: ${message}`)
    expect(await container(namespace)).toMatchObject({ state: { waiting: { reason: 'ContainerCreating' } } })
  })

  test.concurrent('a missing ServiceAccount keeps pods from being created', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:1.0.0', pod: { serviceAccountName: 'robot' } }))
    const failure =
      /^Warning FailedCreate: Error creating: pods "app-\w+-" is forbidden: .*serviceaccount "robot" not found/
    await expect.poll(() => events(namespace)).toContainEqual(expect.stringMatching(failure))
  })

  test.concurrent('a quota keeps pods from being created', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    const metadata = { name: 'few' }
    await namespace.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: '1' } } })
    await namespace.apply(deployment({ image: 'app:1.0.0', replicas: 2 }))
    const failure = /^Warning FailedCreate: Error creating: pods "app-.*" is forbidden: exceeded quota: few/
    await expect.poll(() => events(namespace)).toContainEqual(expect.stringMatching(failure))
  })

  test.concurrent('a node that does not exist leaves it unscheduled', async ({ expect }) => {
    await using namespace = await cluster().namespace()
    await namespace.apply(deployment({ image: 'app:1.0.0', pod: { nodeSelector: { disk: 'fast' } } }))
    const condition = expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' })
    await expect.poll(async () => (await pods(namespace))[0]?.status.conditions).toContainEqual(condition)
  })
})
