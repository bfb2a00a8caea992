import { faults } from '@deploy-safety/simulators/github/fault'
import { describe, expect, it } from 'vitest'
import { type Given, Stage } from './support/stage.ts'

const policy = { timeoutMs: 60_000 }
const never = new AbortController().signal

/** An older request, and a newer one of another run, or of whatever `again` makes of the stage, 6 s later. */
async function twoRequests(newer: Given, again: (stage: Stage) => void = (stage) => (stage.run = stage.startRun())) {
  const stage = new Stage()
  const first = stage.play({ policy })
  await stage.clock.sleep(6_000, never)
  const [older] = stage.repository.issues
  again(stage)
  const second = stage.play({ policy, ...newer })
  await stage.clock.sleep(1_500, never)
  return { stage, state: older?.state, outcomes: Promise.all([first, second]), older }
}

describe('an older request', () => {
  it('of another run is closed, with the number of the newer one', async () => {
    const { state, older, outcomes } = await twoRequests({})
    expect(state).toBe('closed')
    expect((await outcomes).map(({ outcome }) => outcome)).toEqual(['superseded', 'timed-out'])
    expect(older?.comments.some(({ text }) => text.includes('#2'))).toBe(true)
    expect(older?.stateReason).toBe('not_planned')
  })

  it('of an earlier attempt of the same run is closed', async () => {
    const { state, outcomes } = await twoRequests({}, (stage) => stage.run.rerun(stage.people.carol))
    expect(state).toBe('closed')
    expect((await outcomes)[0]?.outcome).toBe('superseded')
  })

  it.each<[string, Given, ((stage: Stage) => void) | undefined]>([
    ['of the same attempt (the leg of a matrix)', {}, () => {}],
    ['of another gate', { gate: 'Another' }, undefined],
    ['of another environment', { environment: 'staging' }, undefined],
  ])('%s stays open, and is decided by itself', async (_, given, again) => {
    const { stage, state, older, outcomes } = await twoRequests(given, again)
    expect(state).toBe('open')
    if (older !== undefined) for (const login of ['alice', 'bob']) stage.github.as(login).comment(older, '/approve')
    expect((await outcomes).map(({ outcome }) => outcome)).toEqual(['approved', 'timed-out'])
  })

  it('of somebody else, or that only looks like one, is left alone', async () => {
    const stage = new Stage()
    const first = stage.play({ policy })
    await stage.clock.sleep(6_000, never)
    const copy = stage.github.as('mallory').open(stage.repository, stage.issue.title, stage.issue.text)
    stage.github.as('mallory').label(copy, 'deployment-approval')
    stage.run = stage.startRun()
    await stage.play({ policy })
    expect(copy.state).toBe('open')
    expect((await first).outcome).toBe('superseded')
  })

  it('that cannot be closed is a warning, and still not approved', async () => {
    const { stage, older, outcomes } = await twoRequests({}, (on) => {
      on.run = on.startRun()
      on.github.fail('issues/update', faults.status(403, 'Forbidden'))
    })
    if (older !== undefined) for (const login of ['alice', 'bob']) stage.github.as(login).comment(older, '/approve')
    expect((await outcomes).map(({ outcome }) => outcome)).toEqual(['superseded', 'timed-out'])
    expect(stage.log.join('\n')).toContain('could not be closed')
  })
})
