import { describe, expect, it, test } from 'vitest'
import { Observation } from '../../src/kubernetes/observation.ts'
import { pod, workload } from '../support/kubernetes-objects.ts'
import { type Answer, playCluster } from '../support/played-kubectl.ts'

const paths = { workload: '/w?fieldSelector=x', pods: '/p?labelSelector=x', events: '/e?fieldSelector=x' }
const shows = (...events: readonly (readonly [string, object])[]): Answer => ({
  stdout: events.map(([type, object]) => JSON.stringify({ type, object })).join('\n'),
})

/** Observes for ten seconds. @param watches what each watch of a path shows; after the last one nothing more */
async function observed(watches: Readonly<Record<string, readonly Answer[]>>) {
  const counts = new Map<string, number>()
  const { kubectl, clock, commands } = playCluster((args) => {
    const path = args.at(-1)?.[1] ?? ''
    const count = counts.get(path) ?? 0
    counts.set(path, count + 1)
    return watches[path]?.[count] ?? {}
  })
  const observation = new Observation(kubectl, clock)
  observation.start(paths, 10_000)
  const { signal } = new AbortController()
  while (clock.now() < 9_500) await clock.sleep(500, signal)
  const seen = {
    image: observation.workload?.spec.template,
    isDeleted: observation.isDeleted,
    pods: observation.pods.map(({ metadata }) => metadata.name),
  }
  observation.stop()
  return { seen, commands }
}

describe('what is observed', () => {
  test.each<[string, readonly Answer[], readonly string[]]>([
    ['none of an earlier watch', [shows(['ADDED', pod({ name: 'a' })], ['ADDED', pod({ name: 'b' })])], []],
    [
      'without those that are gone',
      [
        ...[{}, {}, {}, {}, {}, {}, {}, {}, {}],
        shows(['ADDED', pod({ name: 'a' })], ['ADDED', pod({ name: 'b' })], ['DELETED', pod({ name: 'a' })]),
      ],
      ['b'],
    ],
    ['from the last watch', [{}, {}, {}, {}, {}, {}, {}, {}, {}, shows(['ADDED', pod({ name: 'a' })])], ['a']],
  ])('pods: %s', async (_, p, pods) => {
    expect((await observed({ p })).seen.pods).toEqual(pods)
  })

  it('the workload stays as it was last seen, whatever watches end', async () => {
    const { seen } = await observed({ w: [shows(['ADDED', workload('app:1')], ['MODIFIED', workload('app:2')])] })
    expect(seen.image).toEqual(workload('app:2').spec.template)
    expect(seen.isDeleted).toBe(false)
  })

  it('that it was deleted', async () => {
    expect((await observed({ w: [shows(['DELETED', workload('app:1')])] })).seen.isDeleted).toBe(true)
  })

  it('the watch of the workload goes on from where it was, and begins anew where that is not known any longer', async () => {
    const version = (resourceVersion: string) => workload('app:1', { metadata: { resourceVersion } })
    const { commands } = await observed({
      w: [shows(['ADDED', version('7')]), {}, {}, shows(['DELETED', version('9')])],
    })
    const paths = commands.map(({ args }) => args.at(-1) ?? '').filter((path) => path.startsWith('/w'))
    const from = paths.map((path) => /resourceVersion=(\d+)/.exec(path)?.[1])
    expect(from.slice(0, 5)).toEqual([undefined, '7', undefined, '7', '9'])
  })

  it('no bookmark, no error, and no half a line', async () => {
    const more = { stdout: `${shows(['ADDED', workload('app:1')]).stdout}\n{"type":"MODI` }
    const bookmark = shows(['BOOKMARK', workload('app:3')], ['ERROR', { kind: 'Status', code: 410 }])
    const { seen } = await observed({ w: [more, bookmark] })
    expect(seen.image).toEqual(workload('app:1').spec.template)
  })

  it('a watch that ends is begun again after a second, with the time that is left', async () => {
    const { commands } = await observed({})
    const seconds = commands.map(({ args }) => args.at(-1)).filter((path) => path?.startsWith('/w'))
    expect(seconds.slice(0, 3).map((path) => /timeoutSeconds=(\d+)/.exec(path ?? '')?.[1])).toEqual(['10', '9', '8'])
  })
})

it('a job that is cancelled is waited for no longer, before or meanwhile', async () => {
  const { kubectl, clock } = playCluster(() => undefined)
  const observation = new Observation(kubectl, clock)
  await observation.changed(1_000, AbortSignal.abort())
  expect(clock.now()).toBe(0)
  const abort = new AbortController()
  const changed = observation.changed(1_000, abort.signal)
  abort.abort()
  await changed
  expect(clock.now()).toBe(0)
})
