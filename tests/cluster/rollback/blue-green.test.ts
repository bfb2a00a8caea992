import { startFault } from '@deploy-safety/simulators/fault-server'
import { startService } from '@deploy-safety/simulators/service'
import { test } from 'vitest'
import { verdict } from '../../bundle/bundle.ts'
import { type ProxyFault, proxyFaults } from '../exchange.ts'
import { startProxy } from '../proxy.ts'
import { describeWithCluster } from '../with-cluster.ts'
import { deployment } from '../workloads.ts'
import { type Inputs, leftBehind, Site } from './site.ts'

const rolledBack = 'deploy-safety.actions/rolled-back'
const write = { method: 'PATCH', path: /\/services\/web\?(?!.*dryRun)/ } as const
const blueGreen = { provider: 'blue-green', service: 'web', 'selector-key': 'slot', workload: '' }

interface ServiceObject {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: { readonly selector: Readonly<Record<string, string>> }
}

/** A Service in front of Deployments `web-blue`, `web-green` …, of which the first serves. */
class Colours implements AsyncDisposable {
  readonly site: Site

  private constructor(site: Site) {
    this.site = site
  }

  static async start(
    cluster: Parameters<typeof Site.start>[0],
    images: Readonly<Record<string, string>>,
  ): Promise<Colours> {
    const colours = new Colours(await Site.start(cluster))
    for (const [slot, image] of Object.entries(images)) await colours.deploy(slot, image)
    const spec = { selector: { part: 'web', slot: Object.keys(images)[0] }, ports: [{ port: 80, targetPort: 8080 }] }
    const metadata = { name: 'web', annotations: { team: 'shop' } }
    await colours.site.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec })
    return colours
  }

  async deploy(slot: string, image: string): Promise<void> {
    const name = `web-${slot}`
    const labels = { app: name, part: 'web', slot }
    const object = deployment({ name, image }) as { spec: { template: { metadata: object } } }
    object.spec.template.metadata = { labels }
    await this.site.apply(object)
    if (!/never|crash/.test(image)) await this.site.settled(`deployment/${name}`)
  }

  run(inputs: Inputs = {}, server?: string) {
    return this.site.run({ ...blueGreen, ...inputs }, server === undefined ? {} : { server })
  }

  service(): Promise<ServiceObject> {
    return this.site.namespace.get('services/web')
  }

  async slot(): Promise<string | undefined> {
    return (await this.service()).spec.selector['slot']
  }

  async select(slot: string): Promise<void> {
    await this.site.namespace.kubectl(['patch', 'service/web', '-p', JSON.stringify({ spec: { selector: { slot } } })])
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.site[Symbol.asyncDispose]()
  }
}

describeWithCluster('blue-green', (cluster) => {
  const two = () => Colours.start(cluster(), { green: 'web:2.0.0', blue: 'web:1.0.0' })

  test.concurrent('switches to the only other colour, once, and keeps everything else', async ({ expect }) => {
    await using colours = await two()
    await using planned = await colours.run({ mode: 'plan' })
    expect(verdict(planned), planned.log).toBe('planned ok')
    expect(await colours.slot()).toBe('green')
    await using run = await colours.run()
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(run.outputs).toMatchObject({ from: 'slot=green', to: 'slot=blue', evidence: 'provider' })
    const { metadata, spec } = await colours.service()
    expect(spec.selector).toEqual({ part: 'web', slot: 'blue' })
    expect(metadata.annotations).toMatchObject({ team: 'shop', [rolledBack]: expect.stringContaining('slot=green') })
    expect(leftBehind(run)).toEqual([])
    await using again = await colours.run()
    expect(verdict(again), again.log).toBe('nothing-to-do already-rolled-back')
    expect(await colours.slot()).toBe('blue')
  })

  test.concurrent('takes of several the recorded one, and else none', async ({ expect }) => {
    await using colours = await Colours.start(cluster(), { blue: 'web:1.0.0', green: 'web:2.0.0', red: 'web:3.0.0' })
    await using recorded = await colours.run({ mode: 'record' })
    expect(verdict(recorded), recorded.log).toBe('recorded ok')
    await colours.select('red')
    await using run = await colours.run()
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(run.outputs).toMatchObject({ to: 'slot=blue', evidence: 'cluster' })
    await using other = await Colours.start(cluster(), { blue: 'web:1.0.0', green: 'web:2.0.0', red: 'web:3.0.0' })
    await using none = await other.run()
    expect(verdict(none), none.log).toBe('no-target no-evidence')
    await using named = await other.run({ to: 'red' })
    expect(verdict(named), named.log).toBe('rolled-back ok')
    await using back = await other.run({ to: named.outputs.from ?? '', 'expected-current': 'slot=red' })
    expect(verdict(back), back.log).toBe('rolled-back ok')
    expect(await other.slot()).toBe('blue')
  })

  test.concurrent('a colour that was deployed anew is another version', async ({ expect }) => {
    await using colours = await two()
    await using first = await colours.run()
    expect(verdict(first), first.log).toBe('rolled-back ok')
    // A time stamp of Kubernetes has whole seconds.
    await expect.poll(() => Date.now() % 1_000).toBeLessThan(200)
    await colours.deploy('green', 'web:3.0.0')
    await colours.select('green')
    await colours.deploy('blue', 'web:4.0.0')
    await colours.select('blue')
    await expect
      .poll(() => colours.site.namespace.get('pods').then((pods) => JSON.stringify(pods)))
      .not.toMatch(/web:[12]\.0\.0/)
    await using run = await colours.run()
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(await colours.slot()).toBe('green')
  })

  test.concurrent('never leads to pods that are not ready', async ({ expect }) => {
    await using colours = await Colours.start(cluster(), { green: 'web:2.0.0', blue: 'web:1.0.0-never-ready' })
    await using run = await colours.run()
    expect(verdict(run), run.log).toBe('refused endpoints-not-ready')
    expect(await colours.slot()).toBe('green')
    await using unknown = await colours.run({ to: 'purple' })
    expect(verdict(unknown), unknown.log).toBe('no-target target-not-found')
  })

  test.concurrent('switches back when the target is unhealthy, and leaves no trace', async ({ expect }) => {
    await using colours = await two()
    await using web = await startService({ version: '9.9.9' })
    const verify = { 'verify-url': `${web.url}/health`, 'verify-timeout': '2s', 'verify-interval': '100ms' }
    await using run = await colours.run({ ...verify, 'verify-expect-version': '1.0.0' })
    expect(verdict(run), run.log).toBe('failed switched-back')
    const { metadata, spec } = await colours.service()
    expect(spec.selector).toEqual({ part: 'web', slot: 'green' })
    expect(metadata.annotations).not.toHaveProperty([rolledBack])
    await using good = await colours.run({ ...verify, 'verify-expect-version': '9.9.9' })
    expect(verdict(good), good.log).toBe('rolled-back ok')
  })

  test.concurrent('is never said to have the target when the switch back may have arrived', async ({ expect }) => {
    await using colours = await two()
    await using proxy = await startProxy(cluster().connection)
    await using web = await startService({ version: '9.9.9' })
    proxy.plan({ ...write, fault: (exchange) => exchange.pass() })
    const arrivesAndIsLost: ProxyFault = async (exchange) => {
      await exchange.carryOut()
      await proxy.down()
    }
    proxy.plan({ ...write, fault: arrivesAndIsLost })
    const verify = { 'verify-url': `${web.url}/health`, 'verify-timeout': '1s', 'verify-interval': '100ms' }
    await using run = await colours.run({ ...verify, 'verify-expect-version': '1.0.0' }, proxy.url)
    expect(verdict(run), run.log).toBe('unknown connection-lost')
    expect(await colours.slot()).toBe('green')
  })

  test.concurrent('gives way to whoever changes the selector before it is switched back', async ({ expect }) => {
    await using colours = await two()
    await using proxy = await startProxy(cluster().connection)
    await using web = await startService({ version: '9.9.9' })
    proxy.plan({ ...write, fault: (exchange) => exchange.pass() })
    proxy.plan({ ...write, fault: proxyFaults.first(() => colours.select('red')) })
    const verify = { 'verify-url': `${web.url}/health`, 'verify-timeout': '1s', 'verify-interval': '100ms' }
    await using run = await colours.run({ ...verify, 'verify-expect-version': '1.0.0' }, proxy.url)
    expect(verdict(run), run.log).toBe('superseded conflict')
    expect(await colours.slot()).toBe('red')
  })

  test.concurrent('stays where it is not known whether the target is healthy', async ({ expect }) => {
    await using colours = await two()
    await using wall = await startFault({
      request: (socket) => void socket.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n'),
    })
    await using run = await colours.run({ 'verify-url': wall.url, 'verify-timeout': '2s', 'verify-interval': '100ms' })
    expect(verdict(run), run.log).toBe('unknown unverified')
    expect(await colours.slot()).toBe('blue')
  })

  test.concurrent.for<readonly [name: string, fault: ProxyFault, writes: number]>([
    ['lost', proxyFaults.loseAnswer, 1],
    ['cut', proxyFaults.cut, 2],
  ])('is written once when the connection is %s', async ([, fault, writes], { expect }) => {
    await using colours = await two()
    await using proxy = await startProxy(cluster().connection)
    proxy.plan({ ...write, fault })
    await using run = await colours.run({}, proxy.url)
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(proxy.count(write.method, write.path)).toBe(writes)
  })

  test.concurrent('gives way to whoever changes the selector before', async ({ expect }) => {
    await using colours = await two()
    await using proxy = await startProxy(cluster().connection)
    proxy.plan({ ...write, fault: proxyFaults.first(() => colours.select('red')) })
    await using run = await colours.run({}, proxy.url)
    expect(verdict(run), run.log).toBe('superseded conflict')
    expect(await colours.slot()).toBe('red')
  })

  test.concurrent.for([
    ['green', 'reverted-by-controller reverted'],
    ['red', 'superseded conflict'],
  ] as const)('notices who changes it to %s after', async ([slot, expected], { expect }) => {
    await using colours = await two()
    const handle = colours.site.start({ ...blueGreen, 'stability-window': '10s' })
    await handle.printed('watching for')
    await colours.select(slot)
    await using run = await handle.done
    expect(verdict(run), run.log).toBe(expected)
  })

  test.concurrent('switches back when the pods of the target go away', async ({ expect }) => {
    await using colours = await two()
    const handle = colours.site.start({ ...blueGreen, 'stability-window': '3s', 'converge-timeout': '4s' })
    await handle.printed('watching for')
    await colours.site.namespace.kubectl(['scale', 'deployment/web-blue', '--replicas=0'])
    await using run = await handle.done
    expect(verdict(run), run.log).toBe('failed switched-back')
    expect(await colours.slot()).toBe('green')
  })

  test.concurrent('refuses what it must not touch, and says why', async ({ expect }) => {
    await using colours = await two()
    const [key, missing, weak] = await Promise.all([
      colours.run({ 'selector-key': 'colour' }),
      colours.run({ service: 'other' }),
      colours.site.run(blueGreen, { user: 'weak' }),
    ])
    expect(verdict(key), key.log).toBe('refused invalid-input')
    expect(key.log).toContain('it has: part, slot')
    expect(verdict(missing), missing.log).toBe('refused not-found')
    expect(verdict(weak), weak.log).toBe('refused missing-permission')
    expect(weak.summary).toContain('endpointslices')
    const annotation = 'argo-rollouts.argoproj.io/managed-by-rollouts=web'
    await colours.site.namespace.kubectl(['annotate', 'service/web', annotation])
    await using managed = await colours.run()
    expect(verdict(managed), managed.log).toBe('refused managed-by-other')
    expect(managed.log).toContain('kubectl argo rollouts undo web')
  })

  test.concurrent('killed after the write, the next run explains and finishes', async ({ expect }) => {
    await using colours = await two()
    await using proxy = await startProxy(cluster().connection)
    const { promise: reached, resolve } = Promise.withResolvers<void>()
    proxy.plan({
      ...write,
      fault: async (exchange) => {
        await exchange.carryOut()
        resolve()
      },
    })
    const handle = colours.site.start(blueGreen, { server: proxy.url })
    await reached
    handle.kill('SIGKILL')
    await using run = await handle.done
    expect(leftBehind(run)).toEqual([])
    await using next = await colours.run()
    expect(verdict(next), next.log).toBe('nothing-to-do already-rolled-back')
    expect(await colours.slot()).toBe('blue')
  })
})
