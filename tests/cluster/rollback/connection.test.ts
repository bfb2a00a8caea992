import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test } from 'vitest'
import { parse } from 'yaml'
import { said, verdict } from '../../bundle/bundle.ts'
import { type ProxyFault, proxyFaults } from '../exchange.ts'
import type { ApiProxy } from '../proxy.ts'
import { describeWithCluster } from '../with-cluster.ts'
import { leftBehind, type Site } from './site.ts'
import { dryRun, prepareStage, write, writes } from './stage.ts'

/** Any kubectl of the machine, which is another one than that of the cluster. */
const ofMachine = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'kubectl')))

describeWithCluster('how a rollback reaches its cluster', (cluster) => {
  const goesDown = (proxy: ApiProxy): ProxyFault => {
    return async () => await proxy.down()
  }

  test.concurrent.for([
    { name: 'while it reads', request: { method: 'GET', path: /\/replicasets/ }, expected: 'failed unreachable' },
    { name: 'before the dry run', request: dryRun, expected: 'failed unreachable' },
    { name: 'before the write', request: write, expected: 'unknown connection-lost' },
  ])('a server that goes $name changes nothing, and the next run finishes', async ({ request, expected }, context) => {
    const { expect } = context
    await using stage = await prepareStage(cluster())
    const { site, proxy } = stage
    proxy.plan({ ...request, fault: goesDown(proxy) })
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe(expected)
    expect(await site.image()).toBe('app:2.0.0')
    expect(leftBehind(run)).toEqual([])
    await proxy.up()
    await using next = await site.run({}, { server: proxy.url })
    expect(verdict(next), next.log).toBe('rolled-back ok')
  })

  test.concurrent('a server that goes after the write and comes back is written to once', async ({ expect }) => {
    await using stage = await prepareStage(cluster())
    const { site, proxy } = stage
    proxy.plan({
      ...write,
      fault: async (exchange) => {
        await exchange.carryOut()
        await proxy.down()
        setTimeout(() => void proxy.up(), 1_500)
      },
    })
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(writes(proxy)).toBe(1)
    expect((await site.get()).metadata.generation).toBe(3)
  })

  test.concurrent.for<readonly [name: string, rule: Parameters<ApiProxy['plan']>[0]]>([
    ['a read that hangs', { method: 'GET', path: /\/replicasets/, fault: proxyFaults.hang }],
    ['a read that is refused', { method: 'GET', path: /\/replicasets/, fault: proxyFaults.refuse(503) }],
    [
      'an API that does not say what is allowed',
      { method: 'POST', path: /selfsubjectaccessreviews/, fault: proxyFaults.refuse(403), times: Infinity },
    ],
  ])('%s does no harm', async ([, rule], { expect }) => {
    await using stage = await prepareStage(cluster())
    const { site, proxy } = stage
    proxy.plan(rule)
    await using run = await site.run({}, { server: proxy.url })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(writes(proxy)).toBe(1)
  })

  test.concurrent('watches that are silent are not waited for to the end of all time', async ({ expect }) => {
    await using stage = await prepareStage(cluster())
    const { site, proxy } = stage
    proxy.plan({ method: 'GET', path: /watch=1/, fault: proxyFaults.hang, times: Infinity })
    await using run = await site.run({ 'converge-timeout': '4s' }, { server: proxy.url })
    expect(verdict(run), run.log).toBe('rolled-back ok')
  })

  test.concurrent('a token that ends after the write leaves open what there is', async ({ expect }) => {
    await using stage = await prepareStage(cluster(), ['app:1.0.0-slow-8s', 'app:2.0.0'])
    const { site, proxy } = stage
    proxy.plan({
      ...write,
      fault: async (exchange) => {
        proxy.plan({ path: /./, fault: proxyFaults.refuse(401), times: Infinity })
        await exchange.pass()
      },
    })
    await using run = await site.run({ 'converge-timeout': '3s' }, { server: proxy.url })
    expect(verdict(run), run.log).toBe('unknown connection-lost')
    expect(run.log).toMatch(/look with: kubectl -n test-\w+ get deployments\/app/)
    await using next = await site.run()
    expect(verdict(next), next.log).toBe('nothing-to-do already-rolled-back')
  })

  test.concurrent('of two contexts the one that is named', async ({ expect }) => {
    await using stage = await prepareStage(cluster())
    const { site, proxy } = stage
    const kubeconfig = twoContexts(cluster().kubeconfig({ user: 'action', server: proxy.url }), site)
    const [current, named, unknown] = await Promise.all([
      site.run({ kubeconfig, mode: 'plan' }),
      site.run({ kubeconfig, mode: 'plan', context: 'shop' }),
      site.run({ kubeconfig, mode: 'plan', context: 'shpo' }),
    ])
    expect(verdict(current), current.log).toBe('failed unreachable')
    expect(verdict(named), named.log).toBe('planned ok')
    expect(named.report).toMatchObject({ cluster: { server: proxy.url } })
    expect(verdict(unknown), unknown.log).toBe('refused invalid-input')
    expect(unknown.log).toContain('Did you mean "shop"?')
  })

  test.concurrent('a server without TLS is refused before anything is sent', async ({ expect }) => {
    await using stage = await prepareStage(cluster())
    const { site, proxy } = stage
    const kubeconfig = cluster().kubeconfig({ user: 'action', server: proxy.url.replace('https:', 'http:') })
    await using run = await site.run({ kubeconfig })
    expect(verdict(run), run.log).toBe('refused invalid-input')
    expect(run.log).toContain('not encrypted')
    expect(said(run)).not.toContain(cluster().connection.tokens.action)
    expect(proxy.requests).toEqual([])
  })

  test.runIf(ofMachine).concurrent('another version of kubectl does it as well', async ({ expect }) => {
    await using stage = await prepareStage(cluster())
    const { site } = stage
    await using run = await site.run({}, { env: { PATH: process.env.PATH } })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    await using again = await site.run({}, { env: { PATH: process.env.PATH } })
    expect(verdict(again), again.log).toBe('nothing-to-do already-rolled-back')
  })
})

interface Named {
  readonly name: string
  readonly context?: object
}

/** The current one leads to where nothing listens, `shop` to the cluster of the test. */
function twoContexts(text: string, { namespace }: Site): string {
  const config: { contexts: Named[]; clusters: object[] } = parse(text)
  const [own] = config.contexts
  const gone = { name: 'gone', cluster: { server: 'https://127.0.0.1:1' } }
  return JSON.stringify({
    ...config,
    'current-context': 'gone',
    clusters: [...config.clusters, gone],
    contexts: [
      { name: 'shop', context: { ...own?.context, namespace: namespace.name } },
      { name: 'gone', context: { ...own?.context, namespace: namespace.name, cluster: 'gone' } },
    ],
  })
}
