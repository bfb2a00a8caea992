import { test } from 'vitest'
import { verdict } from '../../bundle/bundle.ts'
import { type ProxyFault, proxyFaults } from '../exchange.ts'
import { describeWithCluster } from '../with-cluster.ts'
import { leftBehind } from './site.ts'
import { prepareStage, write } from './stage.ts'

interface Place {
  readonly name: string
  /** The step is stopped at the first request that fits. */
  readonly request: { readonly method: string; readonly path: RegExp }
  /** What the cluster has then, what a cancelled step says of it, and what the next run ends in. */
  readonly image: string
  readonly said: string
  readonly next: string
}

const before = { image: 'app:2.0.0', next: 'rolled-back ok' }
const after = {
  image: 'app:1.0.0',
  said: 'Left as it was then: deployment/app from template:',
  next: 'nothing-to-do already-rolled-back',
}

const places: readonly Place[] = [
  { name: 'reading', request: { method: 'GET', path: /\/replicasets/ }, ...before, said: 'Cancelled' },
  {
    name: 'the dry run',
    request: { method: 'PATCH', path: /dryRun/ },
    ...before,
    said: 'Nothing was written; look with',
  },
  { name: 'the write', request: write, ...after },
  { name: 'watching', request: { method: 'GET', path: /watch=1/ }, ...after },
]

describeWithCluster('a rollback that is stopped', (cluster) => {
  const prepare = () => prepareStage(cluster())

  const cases = places.flatMap((place) => (['SIGINT', 'SIGKILL'] as const).map((signal) => ({ ...place, signal })))

  test.concurrent.for(cases)('by $signal at $name: the next run finishes', async (place, { expect }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    const { promise: reached, resolve } = Promise.withResolvers<void>()
    // The API server does it, and the step never hears of it; a watch has no end.
    const fault: ProxyFault = async (exchange) => {
      if (place.name !== 'watching') await exchange.carryOut()
      resolve()
    }
    proxy.plan({ ...place.request, fault })
    const handle = site.start({}, { server: proxy.url })
    await reached
    handle.kill(place.signal)
    await using run = await handle.done
    expect(await site.image()).toBe(place.image)
    expect(leftBehind(run)).toEqual([])
    if (place.signal === 'SIGINT') {
      expect(verdict(run), run.log).toBe('cancelled cancelled')
      expect(run.log).toContain(place.said)
    }
    await using next = await site.run()
    expect(verdict(next), next.log).toBe(place.next)
    expect(await site.image()).toBe('app:1.0.0')
  })

  test.concurrent('is written down as cancelled, where it was begun', async ({ expect }) => {
    await using stage = await prepare()
    const { site, proxy } = stage
    const { promise: reached, resolve } = Promise.withResolvers<void>()
    proxy.plan({
      ...write,
      fault: async (exchange) => {
        await proxyFaults.hangAfter(exchange)
        resolve()
      },
    })
    const handle = site.start({ 'record-path': 'record.json' }, { server: proxy.url })
    await reached
    handle.cancel()
    await using run = await handle.done
    const path = `${run.workspace}/record.json`
    await using next = await site.run({ 'record-path': path })
    expect(verdict(next), next.log).toBe('nothing-to-do already-rolled-back')
  })
})
