import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { ActionError } from '@deploy-safety/common/errors'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterAll, describe, expect, it, test } from 'vitest'
import { rolledBackKey } from '../src/kubernetes/marks.ts'
import type { WorkloadObject } from '../src/kubernetes/objects.ts'
import { pod, template, workload } from './support/kubernetes-objects.ts'
import { type Api, type PlayedApi, playApi } from './support/played-api.ts'
import { lost, refused, says } from './support/played-kubectl.ts'

const folder = temporaryFolder('whole-run')
afterAll(() => folder.remove())

const end = async (plays: PlayedApi, given: Parameters<typeof playApi>[1] = {}) => {
  const { outcome, error } = await playApi(plays, given)
  if (error !== undefined) throw error
  return `${outcome?.outcome} ${outcome?.reasonCode}`
}
const isWrite = (text: string) => text.startsWith('patch') && !text.includes('--dry-run')
const waiting = { observedGeneration: 4, replicas: 3, updatedReplicas: 1, availableReplicas: 1 }

/** The API has this object from the beginning. */
const has = (object: WorkloadObject) => (_: string, api: Api) => {
  api.object = object
  return undefined
}

/** From then on, by the clock of the run, the API has another object. */
const later = (ms: number, image: string) => (text: string, api: Api) => {
  if (api.clock.now() >= ms && text.startsWith('get deployment/app')) api.object = workload(image)
  return undefined
}

describe('a run on Kubernetes', () => {
  it('goes back, with few processes, and leaves its mark', async () => {
    const { outcome, commands, api } = await playApi()
    expect(outcome).toMatchObject({
      ...{ outcome: 'rolled-back', reasonCode: 'ok', isWritten: true },
      cluster: { server: 'https://k8s.example.com', uid: 'cluster' },
      subjects: [{ from: 'template:v2', to: 'template:v1', evidence: 'provider' }],
    })
    expect(commands.filter(isWrite)).toHaveLength(1)
    expect(commands.length).toBeLessThanOrEqual(12)
    expect(api.object.spec.template).toEqual(template('app:1'))
    const mark = JSON.parse(api.object.metadata.annotations?.[rolledBackKey] ?? '')
    expect(mark).toMatchObject({ from: 'template:v2', to: 'template:v1', by: 'dave', undone: ['template:v2'] })
  })

  test.each<[string, PlayedApi, Parameters<typeof playApi>[1], string]>([
    ['planned', {}, { mode: 'plan' }, 'planned ok'],
    ['recorded', {}, { mode: 'record' }, 'recorded ok'],
    [
      'not recorded while it is under way',
      { answer: has(workload('app:2', { status: waiting })) },
      { mode: 'record' },
      'refused in-progress',
    ],
    [
      'nobody answers',
      { answer: (text) => (text.startsWith('config') ? undefined : refused) },
      {},
      'failed unreachable',
    ],
    [
      'no kubeconfig',
      { answer: (text) => (text.startsWith('config') ? { stdout: '{}' } : undefined) },
      {},
      'refused invalid-input',
    ],
    [
      'lost at the write, and since',
      { answer: (text) => (isWrite(text) || text.startsWith('get deployment/app') ? lost : undefined) },
      {},
      'unknown connection-lost',
    ],
    [
      'lost after the write',
      { answer: (text) => (text.startsWith('get deployment/app') ? lost : undefined) },
      {},
      'unknown connection-lost',
    ],
    [
      'refused by a policy beforehand',
      { answer: (text) => (text.includes('--dry-run') ? says('admission webhook "p" denied the request') : undefined) },
      {},
      'failed api-error',
    ],
    ['it hangs', { status: waiting }, {}, 'not-converged converge-timeout'],
    [
      'it crashes',
      { status: waiting, pods: [pod({ hash: 'v1', restarts: 2, state: { waiting: { reason: 'CrashLoopBackOff' } } })] },
      {},
      'not-converged crash-loop',
    ],
    [
      'the old one crashes, which is why',
      { pods: [pod({ hash: 'v2', restarts: 9, state: { waiting: { reason: 'CrashLoopBackOff' } } })] },
      {},
      'rolled-back ok',
    ],
    ['changed back in the window', { answer: later(20_000, 'app:2') }, {}, 'reverted-by-controller reverted'],
    ['a third one in the window', { answer: later(20_000, 'app:3') }, {}, 'superseded conflict'],
  ])('%s', async (_, plays, given, expected) => {
    expect(await end(plays, given)).toBe(expected)
  })

  it('a plan writes nothing', async () => {
    const { commands } = await playApi({}, { mode: 'plan' })
    expect(commands.filter(isWrite)).toEqual([])
  })

  it('waits no longer than converge-timeout, and no longer than timeout', async () => {
    const plays = { status: waiting }
    const { api } = await playApi(plays, { convergeMs: 60_000 })
    expect(api.clock.now()).toBe(60_000)
    // Reading takes a second of it.
    const lostOnce = (text: string, { clock }: Api) =>
      text.includes('kube-system') && clock.now() === 0 ? lost : undefined
    const slow = await playApi({ ...plays, answer: lostOnce }, { convergeMs: 300_000, timeoutMs: 90_000 })
    expect(slow.api.clock.now()).toBe(90_000)
  })
})

describe('what stops it', () => {
  it('a damaged record, before anything is asked', async () => {
    const recordPath = join(folder.path, 'damaged.json')
    writeFileSync(recordPath, '{')
    const { error, commands } = await playApi({}, { recordPath })
    expect(error).toBeInstanceOf(ActionError)
    expect(error).toMatchObject({ code: 'invalid-input' })
    expect(commands).toEqual([])
  })

  it('a cancelled job, which never undoes what it has begun', async () => {
    const { error, commands, progress } = await playApi({ status: waiting, abortOn: 'watch=1' })
    expect(error).toMatchObject({ code: 'cancelled' })
    expect(commands.filter(isWrite)).toHaveLength(1)
    expect(progress).toMatchObject({ isWritten: true, look: 'kubectl -n default get deployments/app -o wide' })
  })

  it('a cancelled job, whose rollback is recorded all the same', async () => {
    const recordPath = join(folder.path, 'cancelled.json')
    await playApi({ status: waiting, abortOn: 'watch=1' }, { recordPath })
    await setImmediate()
    expect(JSON.parse(readFileSync(recordPath, 'utf8')).entries).toMatchObject([
      { event: 'rollback', from: 'template:v2', to: 'template:v1', outcome: 'cancelled' },
    ])
  })

  it('a cancelled job, before it writes', async () => {
    const recordPath = join(folder.path, 'none.json')
    const { error, commands, progress } = await playApi({ abortOn: 'replicasets?' }, { recordPath })
    expect(error).toMatchObject({ code: 'cancelled' })
    expect(commands.filter(isWrite)).toEqual([])
    expect(progress?.isWritten).toBe(false)
    expect(existsSync(recordPath)).toBe(false)
  })

  it('a defect, which is not taken for an outcome', async () => {
    const answer = (text: string) => {
      if (text.includes('replicasets?')) throw new Error('a defect')
      return undefined
    }
    const { error } = await playApi({ answer })
    expect(error).toMatchObject({ message: 'a defect' })
  })
})

it('a second run does not dig', async () => {
  const recordPath = join(folder.path, 'record.json')
  const first = await playApi({}, { recordPath })
  const mark = first.api.object.metadata.annotations
  const again = await playApi({ answer: has(workload('app:1', { metadata: { annotations: mark } })) }, { recordPath })
  expect(again.outcome).toMatchObject({ outcome: 'nothing-to-do', reasonCode: 'already-rolled-back' })
  expect(again.commands.filter(isWrite)).toEqual([])
  expect(JSON.parse(readFileSync(recordPath, 'utf8')).entries).toHaveLength(1)
})
