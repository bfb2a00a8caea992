import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterAll, describe, expect, it, test } from 'vitest'
import type { Inputs } from '../src/inputs.ts'
import type { Ending } from '../src/outcome.ts'
import type { Snapshot } from '../src/provider.ts'
import { parseWish } from '../src/target/wishes.ts'
import { candidate, snapshot } from './support/made.ts'
import { blocked, type Plays, play, unhealthy, verification } from './support/scene.ts'
import { verificationOf } from './support/verification.ts'

const folder = temporaryFolder('rollback-run')
afterAll(() => folder.remove())

const app = (name = 'deployment/app', more: Partial<Snapshot> = {}): Snapshot =>
  snapshot([candidate('v2', { serves: true }), candidate('v1', { servedMs: 900_000 })], {
    subject: { name, id: `${name}@uid` },
    ...more,
  })
const one: Plays = { snapshots: [app()] }
const two: Plays = { snapshots: [app('deployment/one'), app('deployment/two')] }
const back = app('deployment/app', { broughtBack: 'by hand' })

const ending = (outcome: Ending['outcome'], reasonCode: Ending['reasonCode']): Ending => ({
  outcome,
  reasonCode,
  sentence: `${reasonCode} happened`,
})
const conflict = ending('superseded', 'conflict')
const crash = ending('not-converged', 'crash-loop')
const lost = ending('unknown', 'connection-lost')

describe('how it ends', () => {
  test.each<[string, Plays, Partial<Inputs>, string]>([
    ['well', one, {}, 'rolled-back ok'],
    ['planned', one, { mode: 'plan' }, 'planned ok'],
    ['recorded', one, { mode: 'record' }, 'recorded ok'],
    ['nothing to do', { snapshots: [back] }, {}, 'nothing-to-do already-rolled-back'],
    ['nothing to do, planned', { snapshots: [back] }, { mode: 'plan' }, 'nothing-to-do already-rolled-back'],
    ['already back, and the server goes', { snapshots: [back], settle: () => lost }, {}, 'failed unreachable'],
    [
      'already back, and the server goes in the window',
      { snapshots: [back], watch: () => lost },
      {},
      'failed unreachable',
    ],
    ['written, and the server goes', { ...one, settle: () => lost }, {}, 'unknown connection-lost'],
    ['already back, and it crashes', { snapshots: [back], settle: () => crash }, {}, 'not-converged crash-loop'],
    ['stale', one, { expectedCurrent: parseWish('v1') }, 'refused stale-current'],
    ['stale, and not recorded', one, { mode: 'record', expectedCurrent: parseWish('v1') }, 'refused stale-current'],
    ['recorded, as expected', one, { mode: 'record', expectedCurrent: parseWish('v2') }, 'recorded ok'],
    ['no target', { snapshots: [snapshot([candidate('v2')])] }, {}, 'no-target no-history'],
    ['refused by the dry run', { ...one, rehearse: () => ending('failed', 'api-error') }, {}, 'failed api-error'],
    [
      'refused by the dry run, planned',
      { ...one, rehearse: () => ending('refused', 'missing-permission') },
      { mode: 'plan' },
      'refused missing-permission',
    ],
    ['superseded at the write', { ...one, write: () => conflict }, {}, 'superseded conflict'],
    ['unknown at the write', { ...one, write: () => lost }, {}, 'unknown connection-lost'],
    ['it crashes', { ...one, settle: () => crash }, {}, 'not-converged crash-loop'],
    ['it dies in the window', { ...one, watch: () => crash }, {}, 'not-converged crash-loop'],
    [
      'reverted in the window',
      { ...one, watch: () => ending('reverted-by-controller', 'reverted') },
      {},
      'reverted-by-controller reverted',
    ],
    [
      'not marked',
      { ...one, markGood: () => ending('failed', 'unauthorized') },
      { mode: 'record' },
      'failed unauthorized',
    ],
    [
      'in progress',
      { ...one, markGood: () => ending('refused', 'in-progress') },
      { mode: 'record' },
      'refused in-progress',
    ],
  ])('%s', async (_, plays, given, expected) => {
    const { outcome } = await play(plays, given)
    expect(`${outcome.outcome} ${outcome.reasonCode}`).toBe(expected)
  })

  test.each<[string, Plays, typeof unhealthy, string]>([
    ['unhealthy', one, unhealthy, 'rolled-back-unhealthy verification-failed'],
    ['not to be verified', one, blocked, 'unknown unverified'],
    ['already back and unhealthy', { snapshots: [back] }, unhealthy, 'rolled-back-unhealthy verification-failed'],
    [
      'unhealthy, but somebody took it back',
      { ...one, watch: (_, ms) => (ms === 0 ? ending('reverted-by-controller', 'reverted') : undefined) },
      unhealthy,
      'reverted-by-controller reverted',
    ],
    [
      'unhealthy, and switched back',
      { ...one, switchBack: () => ending('failed', 'switched-back') },
      unhealthy,
      'failed switched-back',
    ],
    [
      'not to be verified, and stays',
      { ...one, switchBack: () => ending('failed', 'switched-back') },
      blocked,
      'unknown unverified',
    ],
  ])('%s', async (_, plays, probes, expected) => {
    const { outcome } = await play(plays, { verification: verification() }, probes)
    expect(`${outcome.outcome} ${outcome.reasonCode}`).toBe(expected)
    expect(outcome.health).not.toBeUndefined()
  })
})

describe('what is done, in its order', () => {
  test.each<[string, Plays, Partial<Inputs>, readonly string[]]>([
    ['one', one, {}, ['rehearse', 'write', 'settle', 'watch', 'settle']],
    ['a plan', one, { mode: 'plan' }, ['rehearse']],
    ['a record', one, { mode: 'record' }, ['mark']],
    ['a record of what nobody has seen', one, { mode: 'record', expectedCurrent: parseWish('v1') }, []],
    ['without a window', one, { stabilityMs: 0 }, ['rehearse', 'write', 'settle']],
    ['already back', { snapshots: [back] }, {}, ['settle', 'watch', 'settle']],
    ['no target', { snapshots: [snapshot([candidate('v2')])] }, {}, []],
    ['it crashes', { ...one, settle: () => crash }, {}, ['rehearse', 'write', 'settle']],
  ])('%s', async (_, plays, given, expected) => {
    const { calls } = await play(plays, given)
    expect(calls.map((call) => call.split(' ')[0])).toEqual(expected)
  })

  it('all are decided and tried before the first is written', async () => {
    const { calls } = await play(two)
    expect(calls.slice(0, 4)).toEqual([
      'rehearse deployment/one',
      'rehearse deployment/two',
      'write deployment/one',
      'write deployment/two',
    ])
  })

  it('one that has no target stops all', async () => {
    const { calls, outcome } = await play({ snapshots: [app('deployment/one'), snapshot([candidate('v2')])] })
    expect(calls).toEqual([])
    expect(outcome.subjects.map((subject) => subject.outcome)).toEqual(['planned', 'no-target'])
  })

  it('one that the dry run refuses stops all', async () => {
    const { calls } = await play({
      ...two,
      rehearse: ({ snapshot: { subject } }) => (subject.name.endsWith('two') ? conflict : undefined),
    })
    expect(calls.some((call) => call.startsWith('write'))).toBe(false)
  })

  it('after a write that failed nothing more is written, and what was is awaited', async () => {
    const three = { snapshots: ['one', 'two', 'three'].map((name) => app(`deployment/${name}`)) }
    const { calls, outcome } = await play({
      ...three,
      write: ({ snapshot: { subject } }) => (subject.name.endsWith('two') ? conflict : undefined),
    })
    expect(calls.filter((call) => call.startsWith('write'))).toEqual(['write deployment/one', 'write deployment/two'])
    expect(calls.filter((call) => /settle|watch/.test(call))).toEqual([
      'settle deployment/one',
      'watch deployment/one',
      'settle deployment/one',
    ])
    expect(outcome).toMatchObject({ outcome: 'superseded', isWritten: true })
    expect(outcome.subjects.map((subject) => subject.outcome)).toEqual(['rolled-back', 'superseded', 'planned'])
  })
})

it('each goes back to the version that is named for it', async () => {
  const candidates = ['v3', 'v2', 'v1'].map((version) => candidate(version))
  const snapshots = ['one', 'two'].map((name) => app(`deployment/${name}`, { candidates, current: 'template:v3' }))
  const { outcome } = await play({ snapshots }, { to: parseWish('deployment/one=v2\ndeployment/two=v1') })
  expect(outcome.subjects.map(({ to, evidence }) => `${to} ${evidence}`)).toEqual([
    'template:v2 explicit',
    'template:v1 explicit',
  ])
})

describe('of several', () => {
  const only = (name: string, end: Ending) => (snapshot: Snapshot) =>
    snapshot.subject.name.endsWith(name) ? end : undefined
  const switchBack = () => ending('failed', 'switched-back')

  it('those that ended alike are all named, and no other', async () => {
    const { outcome } = await play(two)
    expect(outcome.sentence).toBe(
      'deployment/one is back at template:v1 (app:v1); deployment/two is back at template:v1 (app:v1)',
    )
    const crashed = await play({ ...two, settle: only('two', crash) })
    expect(crashed.outcome.sentence).toBe('crash-loop happened')
  })

  it('all that is recorded is named, and otherwise what went wrong', async () => {
    const { outcome } = await play(two, { mode: 'record' })
    expect(outcome.sentence).toBe(
      'template:v2 of deployment/one is recorded as good; template:v2 of deployment/two is recorded as good',
    )
    const failed = await play({ ...two, markGood: only('two', lost) }, { mode: 'record' })
    expect(failed.outcome.sentence).toBe('connection-lost happened')
  })

  it('where one is not up, none is verified or watched, and the others say so', async () => {
    const { outcome, calls } = await play({ ...two, settle: only('two', crash) }, { verification: verification() })
    expect(calls.some((call) => call.startsWith('watch'))).toBe(false)
    expect(outcome.health).toBeUndefined()
    expect(outcome.subjects.map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining('neither verified nor watched'),
      'crash-loop happened',
    ])
  })

  it('only one that was written and is bad is switched back', async () => {
    const crashed = await play({ ...one, settle: () => crash, switchBack })
    expect(crashed.outcome.reasonCode).toBe('switched-back')
    const other = await play({ ...one, settle: () => conflict, switchBack })
    expect(other.outcome.reasonCode).toBe('conflict')
    const unwritten = await play({ snapshots: [back], settle: () => crash, switchBack })
    expect(unwritten.outcome.reasonCode).toBe('crash-loop')
    const dying = await play({ ...one, watch: () => crash, switchBack })
    expect(dying.outcome.reasonCode).toBe('switched-back')
  })

  it('the first that cannot be written ends it, whatever would have to be awaited', async () => {
    const snapshots = [app('deployment/one'), app('deployment/two', { broughtBack: 'by hand' })]
    const { outcome, calls } = await play({ snapshots, write: () => conflict })
    expect(outcome.reasonCode).toBe('conflict')
    expect(calls).not.toContain('settle deployment/two')
  })
})

describe('time', () => {
  it('is that of the rollout and the window', async () => {
    const { elapsedMs, outcome } = await play({ ...one, settleMs: 5_000 })
    expect(elapsedMs).toBe(5_000 + 30_000 + 5_000)
    const took = Object.fromEntries(outcome.phases.map((phase) => [phase.name, phase.elapsedMs]))
    expect(took).toMatchObject({ read: 0, converge: 5_000, stability: 35_000 })
    expect(outcome.phases.map(({ name }) => name)).toEqual([
      'read',
      'migrations',
      'dry run',
      'write',
      'converge',
      'stability',
    ])
  })

  test.each([
    [599_999 - 30_000, 'rolled-back-unhealthy'],
    [600_000 - 30_000, 'unknown'],
  ])('a rollout of %d ms leaves enough for a verification in 10 minutes: %s', async (settleMs, expected) => {
    const given = { verification: verification(), convergeMs: 600_000 }
    const { outcome } = await play({ ...one, settleMs }, given, unhealthy)
    expect(outcome.outcome).toBe(expected)
  })

  it('to soak is left too', async () => {
    const given = { verification: verificationOf({ 'verify-soak': '1m' }), convergeMs: 600_000 }
    const { outcome } = await play({ ...one, settleMs: 510_000 }, given)
    expect(outcome.reasonCode).toBe('timeout')
  })

  it('to converge is the shorter of what is given and what is left', async () => {
    const limits: number[] = []
    const settle = (_: Snapshot, limitMs: number) => void limits.push(limitMs)
    await play({ ...one, settle }, { convergeMs: 60_000, stabilityMs: 0 })
    await play({ ...one, settle }, { convergeMs: 60_000, timeoutMs: 50_000, stabilityMs: 0 })
    expect(limits).toEqual([60_000, 50_000])
  })

  it('that is not left for a verification leaves it unknown', async () => {
    const { outcome } = await play({ ...one, settleMs: 580_000 }, { verification: verification(), convergeMs: 600_000 })
    expect(outcome).toMatchObject({ outcome: 'unknown', reasonCode: 'timeout' })
  })
})

describe('what is known on the way', () => {
  test.each<[string, Plays, Partial<Inputs>, boolean]>([
    ['one written', one, {}, true],
    ['one that may be written', { ...one, write: () => lost }, {}, true],
    ['a plan', one, { mode: 'plan' }, false],
    ['nothing to do', { snapshots: [back] }, {}, false],
  ])('%s', async (_, plays, given, isWritten) => {
    const { outcome } = await play(plays, given)
    expect(outcome.isWritten).toBe(isWritten)
  })

  test.each<[string, Snapshot, Partial<Inputs>, number]>([
    ['a version that is only guessed to be good', app(), {}, 1],
    ['one that is named', app(), { to: parseWish('v1') }, 0],
    ['one that is known to be good', app('deployment/app', { knownGood: [{ version: 'template:v1', at: '' }] }), {}, 0],
    ['none', back, {}, 0],
  ])('%s has its warning', async (_, given, more, count) => {
    const { outcome } = await play({ snapshots: [given] }, more)
    expect(outcome.subjects.flatMap(({ warnings }) => warnings)).toHaveLength(count)
  })
})

describe('the record', () => {
  const records = (path: string) => JSON.parse(readFileSync(path, 'utf8')).entries

  it('has what is good', async () => {
    const recordPath = join(folder.path, 'good.json')
    await play(two, { mode: 'record', recordPath })
    expect(records(recordPath)).toMatchObject([
      {
        event: 'known-good',
        subject: 'deployment/one@uid',
        version: 'template:v2',
        commit: 'a'.repeat(40),
        by: 'dave',
        outcome: 'recorded',
      },
      { event: 'known-good', subject: 'deployment/two@uid' },
    ])
  })

  it('has it although the mark failed, but not what is under way', async () => {
    const recordPath = join(folder.path, 'half.json')
    const markGood = ({ subject }: Snapshot) =>
      subject.name.endsWith('one') ? ending('failed', 'api-error') : ending('refused', 'in-progress')
    const { outcome } = await play({ ...two, markGood }, { mode: 'record', recordPath })
    expect(outcome).toMatchObject({ outcome: 'failed', reasonCode: 'api-error' })
    expect(records(recordPath)).toMatchObject([{ subject: 'deployment/one@uid' }])
  })

  it('has every rollback that was begun, however it ended', async () => {
    const recordPath = join(folder.path, 'rollbacks.json')
    await play(one, { recordPath })
    await play({ ...one, settle: () => crash }, { recordPath })
    await play(one, { recordPath, mode: 'plan' })
    await play({ snapshots: [back] }, { recordPath })
    expect(records(recordPath)).toMatchObject([
      { event: 'rollback', from: 'template:v2', to: 'template:v1', outcome: 'rolled-back', reason: 'checkout fails' },
      { event: 'rollback', outcome: 'not-converged' },
    ])
  })

  it('has nothing of what was not even begun', async () => {
    const recordPath = join(folder.path, 'begun.json')
    const snapshots = ['one', 'two', 'three'].map((name) => app(`deployment/${name}`))
    const write: Plays['write'] = ({ snapshot: { subject } }) => (subject.name.endsWith('two') ? conflict : undefined)
    await play({ snapshots, write }, { recordPath })
    expect(records(recordPath).map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'rolled-back',
      'superseded',
    ])
  })

  it('has what was begun and whose end is not known', async () => {
    const recordPath = join(folder.path, 'unknown.json')
    const settle = () => {
      throw new Error('a defect')
    }
    await expect(play({ ...one, settle }, { recordPath })).rejects.toThrow('a defect')
    expect(records(recordPath)).toMatchObject([{ event: 'rollback', to: 'template:v1', outcome: 'unknown' }])
  })

  it('that cannot be written fails mode record, and is a warning of a rollback', async () => {
    const recordPath = join(folder.path, 'good.json/below')
    const recorded = await play(one, { mode: 'record', recordPath })
    expect(recorded.outcome).toMatchObject({ outcome: 'failed', reasonCode: 'tool-failed' })
    const { outcome } = await play(one, { recordPath })
    expect(outcome).toMatchObject({ outcome: 'rolled-back', warnings: [expect.stringContaining('cannot be written')] })
    expect(existsSync(recordPath)).toBe(false)
  })
})

describe('migrations', () => {
  const globs = ['db/**']

  test.each<[Inputs['migrations'], string, number]>([
    [{ globs, action: 'block' }, 'refused', 0],
    [{ globs, action: 'warn' }, 'rolled-back', 1],
    [{ globs, action: 'allow' }, 'rolled-back', 0],
    [undefined, 'rolled-back', 0],
  ])('that are not known: %j', async (migrations, expected, warnings) => {
    const { outcome, calls } = await play(one, { migrations })
    expect(outcome.outcome).toBe(expected)
    expect(outcome.warnings).toHaveLength(warnings)
    if (expected === 'refused') expect(calls).toEqual([])
  })
})
