import { test } from 'vitest'
import type { Cluster } from './cluster.ts'
import { type ProxyFault, proxyFaults } from './exchange.ts'
import type { Namespace } from './namespace.ts'
import { type ApiProxy, startProxy } from './proxy.ts'
import { describeWithCluster } from './with-cluster.ts'

const patchOfConfigMap = { method: 'PATCH', path: /\/configmaps\/one/ } as const

interface Stage extends AsyncDisposable {
  readonly namespace: Namespace
  readonly proxy: ApiProxy
  /** Sets the value through the proxy. */
  readonly write: (value: string, ...flags: readonly string[]) => ReturnType<Namespace['kubectl']>
  /** The value as it is in the cluster. */
  readonly value: () => Promise<string>
}

/** A ConfigMap with the value `old`, and a proxy in front of the cluster. */
async function stage(cluster: Cluster): Promise<Stage> {
  const namespace = await cluster.namespace()
  const proxy = await startProxy(cluster.connection)
  await namespace.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { value: 'old' } })
  return {
    namespace,
    proxy,
    write: (value, ...flags) => {
      const patch = JSON.stringify({ data: { value } })
      return namespace.kubectl(['patch', 'configmap/one', '--type=merge', '-p', patch, ...flags], { server: proxy.url })
    },
    value: async () => (await namespace.get<{ data: { value: string } }>('configmaps/one')).data.value,
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]()
      await namespace[Symbol.asyncDispose]()
    },
  }
}

describeWithCluster('the proxy', (cluster) => {
  test.concurrent('passes on what no rule is for, and counts it', async ({ expect }) => {
    await using scene = await stage(cluster())
    expect(await scene.write('new')).toMatchObject({ exitCode: 0 })
    expect(await scene.value()).toBe('new')
    expect(scene.proxy.count('PATCH', /\/configmaps\/one/)).toBe(1)
    expect(scene.proxy.count('PATCH', /dryRun/)).toBe(0)
  })

  test.concurrent.for<[string, { fault: ProxyFault; error: RegExp; value: string }]>([
    ['cut', { fault: proxyFaults.cut, error: /EOF|connection reset/, value: 'old' }],
    ['hang', { fault: proxyFaults.hang, error: /Timeout|deadline exceeded|timeout/, value: 'old' }],
    ['hangAfter', { fault: proxyFaults.hangAfter, error: /Timeout|deadline exceeded|timeout/, value: 'new' }],
    ['loseAnswer', { fault: proxyFaults.loseAnswer, error: /EOF|connection reset/, value: 'new' }],
    ['truncate', { fault: proxyFaults.truncate, error: /unexpected EOF/, value: 'new' }],
    ['409', { fault: proxyFaults.refuse(409), error: /\(Conflict\)/, value: 'old' }],
    ['500', { fault: proxyFaults.refuse(500, { message: 'etcd is gone' }), error: /etcd is gone/, value: 'old' }],
    ['401', { fault: proxyFaults.refuse(401), error: /Unauthorized|must be logged in/, value: 'old' }],
    ['429', { fault: proxyFaults.refuse(429), error: /\(TooManyRequests\)/, value: 'old' }],
  ])('%s: what kubectl says, and what the cluster has', async ([, { fault, error, value }], { expect }) => {
    await using scene = await stage(cluster())
    scene.proxy.plan({ ...patchOfConfigMap, fault })
    const { exitCode, stderr } = await scene.write('new', '--request-timeout=4s')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(error)
    expect(await scene.value()).toBe(value)
    // Once was planned.
    expect(await scene.write('newer')).toMatchObject({ exitCode: 0 })
  })

  test.concurrent('429 with Retry-After is tried again by kubectl itself', async ({ expect }) => {
    await using scene = await stage(cluster())
    const fault = proxyFaults.refuse(429, { headers: { 'retry-after': '1' } })
    scene.proxy.plan({ ...patchOfConfigMap, fault, times: 2 })
    expect(await scene.write('new')).toMatchObject({ exitCode: 0 })
    expect(scene.proxy.count('PATCH', /configmaps/)).toBe(3)
  })

  test.concurrent('lets somebody else be faster', async ({ expect }) => {
    await using scene = await stage(cluster())
    const other = ['patch', 'configmap/one', '--type=merge', '-p', '{"data":{"value":"other"}}']
    const fault = proxyFaults.first(() => scene.namespace.kubectl(other))
    scene.proxy.plan({ ...patchOfConfigMap, fault })
    const patch =
      '[{"op":"test","path":"/data/value","value":"old"},{"op":"replace","path":"/data/value","value":"new"}]'
    const mine = ['patch', 'configmap/one', '--type=json', '-p', patch]
    const { exitCode } = await scene.namespace.kubectl(mine, { server: scene.proxy.url })
    expect(exitCode).toBe(1)
    expect(await scene.value()).toBe('other')
  })

  test.concurrent('cuts a watch', async ({ expect }) => {
    await using scene = await stage(cluster())
    scene.proxy.plan({ method: 'GET', path: /watch=true/, fault: proxyFaults.cutAfter(300) })
    const watch = ['get', 'configmaps', '--watch-only', '--request-timeout=20s']
    const start = performance.now()
    await scene.namespace.kubectl(watch, { server: scene.proxy.url })
    expect(performance.now() - start).toBeLessThan(10_000)
    expect(scene.proxy.count('GET', /watch=true/)).toBe(1)
  })

  test.concurrent('goes down and comes up again at the same address', async ({ expect }) => {
    await using scene = await stage(cluster())
    await scene.proxy.down()
    expect(await scene.write('new')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('refused') })
    await scene.proxy.up()
    expect(await scene.write('new')).toMatchObject({ exitCode: 0 })
  })
})
