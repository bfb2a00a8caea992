import { faults } from '@deploy-safety/simulators/github/fault'
import type { WorldOptions } from '@deploy-safety/simulators/github/world'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../src/outcome.ts'
import { delayed, isClaim, Killed, killedAt } from './support/in-the-way.ts'
import { TwoPhases } from './support/two-phases.ts'

async function approved(options: WorldOptions = {}): Promise<TwoPhases> {
  const stage = new TwoPhases(options)
  await stage.ask()
  await stage.pass(60)
  stage.approve()
  await stage.pass(60)
  return stage
}

async function together(stage: TwoPhases, count: number): Promise<Outcome[]> {
  return await Promise.all(Array.from({ length: count }, () => stage.check()))
}

function approvals(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ outcome }) => outcome === 'approved').length
}

const claims = ({ issue }: TwoPhases) => issue.comments.filter(({ text }) => text.includes('deploy-approval closing'))

describe('checks at the same time', () => {
  it.each([2, 3, 4, 5])('%i of them approve once, and the others say so', async (count) => {
    const stage = await approved()
    const outcomes = await together(stage, count)
    expect(approvals(outcomes)).toBe(1)
    expect(outcomes.filter(({ reasonCode }) => reasonCode === 'already-decided')).toHaveLength(count - 1)
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
  })

  it.each([500, 1_500, 2_999, 5_000, 8_000])('approve once where lists lag by %i ms', async (readLagMs) => {
    const stage = await approved({ readLagMs })
    const outcomes = await together(stage, 3)
    expect(approvals(outcomes)).toBe(1)
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
  })

  it('of which one comes while another decides, approve once', async () => {
    for (let seconds = 0; seconds < 12; seconds += 1) {
      const stage = await approved()
      const first = stage.check()
      await stage.pass(seconds)
      const outcomes = await Promise.all([first, stage.check()])
      expect([seconds, approvals(outcomes)]).toEqual([seconds, 1])
      expect(stage.issue.stateReason).toBe('completed')
    }
  })

  it('never approve twice, however long each request takes and whatever the replicas know', async () => {
    const ways = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 7, maxLength: 31 })
    const lags = fc.array(fc.integer({ min: 0, max: 6_000 }), { minLength: 1, maxLength: 13 })
    const count = fc.integer({ min: 2, max: 5 })
    await fc.assert(
      fc.asyncProperty(ways, lags, count, async (waysMs, lagsMs, checks) => {
        const stage = await approved()
        stage.fetch = delayed(stage, waysMs, lagsMs)
        expect(approvals(await together(stage, checks))).toBeLessThanOrEqual(1)
      }),
      { numRuns: 25 },
    )
  })

  it('approve once where each request takes its time and nothing lags', async () => {
    const ways = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 7, maxLength: 31 })
    await fc.assert(
      fc.asyncProperty(ways, fc.integer({ min: 2, max: 5 }), async (waysMs, checks) => {
        const stage = await approved()
        stage.fetch = delayed(stage, waysMs)
        expect(approvals(await together(stage, checks))).toBe(1)
      }),
      { numRuns: 15 },
    )
  })
})

describe('a claim whose answer is lost', () => {
  it.each([0, 800, 1_500, 4_000])('is known again where lists lag by %i ms', async (readLagMs) => {
    const stage = await approved({ readLagMs })
    stage.github.fail(isClaim, faults.lost(), { effect: 'after' })
    expect(await stage.check()).toMatchObject({ outcome: 'approved' })
    expect(claims(stage)).toHaveLength(1)
  })

  it('is known again after it was lost twice', async () => {
    const stage = await approved()
    stage.github.fail(isClaim, faults.lost())
    stage.github.fail(isClaim, faults.lost(), { effect: 'after' })
    expect(await stage.check()).toMatchObject({ outcome: 'approved' })
    expect(claims(stage)).toHaveLength(1)
  })

  it('is known again as the own where it is there twice', async () => {
    const stage = await approved()
    const { fetch } = stage
    stage.fetch = async (url, init) => {
      if (isClaim({ method: init.method, body: init.body })) await fetch(url, init)
      return await fetch(url, init)
    }
    expect(await stage.check()).toMatchObject({ outcome: 'approved' })
    expect(claims(stage)).toHaveLength(2)
  })

  it('approves nothing where no answer ever comes, and spends the request', async () => {
    const stage = await approved()
    stage.github.fail(isClaim, faults.lost(), { effect: 'after', times: 1 })
    stage.github.fail('issues/list-comments', faults.lost(), { after: 2, times: 9 })
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'api-error' })
    expect(stage.issue.state).toBe('open')
    stage.github.fail('issues/list-comments', faults.lost(), { times: 0 })
    await drain(stage)
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'already-decided' })
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
  })

  it('of one of two checks still approves once', async () => {
    for (const after of [0, 1]) {
      const stage = await approved()
      stage.github.fail(isClaim, faults.lost(), { effect: 'after', after })
      expect(approvals(await together(stage, 2))).toBe(1)
    }
  })
})

describe('a claim', () => {
  it('that came second approves nothing, whichever is seen first', async () => {
    const stage = await approved()
    const { fetch } = stage
    const other = `approved\n\n<!-- deploy-approval closing ${'0'.repeat(32)} -->`
    stage.fetch = async (url, init) => {
      if (isClaim({ method: init.method, body: init.body })) stage.say('github-actions[bot]', other)
      return await fetch(url, init)
    }
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'already-decided' })
    expect(stage.issue.state).toBe('open')
  })

  it('that came first and is seen last still has it', async () => {
    const stage = await approved()
    const { fetch } = stage
    stage.fetch = async (url, init) => {
      if (isClaim({ method: init.method, body: init.body })) {
        stage.say('github-actions[bot]', `approved\n\n<!-- deploy-approval closing ${'0'.repeat(32)} -->`)
        const hidden = stage.issue.comments.splice(-1)
        stage.after(2, () => stage.issue.comments.push(...hidden))
      }
      return await fetch(url, init)
    }
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'already-decided' })
  })

  it('that somebody has deleted approves nothing', async () => {
    const stage = await approved()
    const { fetch } = stage
    stage.fetch = async (url, init) => {
      const response = await fetch(url, init)
      const [claim] = isClaim({ method: init.method, body: init.body }) ? stage.issue.comments.slice(-1) : []
      if (claim !== undefined) stage.github.as('carol').delete(claim)
      return response
    }
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'already-decided' })
  })

  it('approves nothing once somebody has closed the issue', async () => {
    const stage = await approved()
    const { fetch } = stage
    stage.fetch = async (url, init) => {
      const response = await fetch(url, init)
      if (isClaim({ method: init.method, body: init.body })) stage.github.as('carol').close(stage.issue)
      return response
    }
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'already-decided' })
  })

  it('stands where the issue cannot be closed, which the next check does', async () => {
    const stage = await approved()
    stage.github.fail('issues/update', faults.status(503), { times: 2 })
    expect((await stage.check()).outcome).toBe('approved')
    expect(stage.issue.state).toBe('open')
    expect(await stage.check()).toMatchObject({ outcome: 'error', reasonCode: 'already-decided' })
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
  })
})

describe('a check that is killed', () => {
  const requestsOfCheck = async () => {
    const stage = await approved()
    const before = stage.github.requests.length
    await stage.check()
    return stage.github.requests.length - before
  }

  /** @returns what it ended in, if it did before it was killed */
  async function kill(stage: TwoPhases, index: number, effect: 'before' | 'after'): Promise<Outcome | undefined> {
    const { fetch } = stage
    stage.fetch = killedAt(fetch, { index, effect })
    const check = stage.check()
    stage.fetch = fetch
    return await check.catch((error: Error) => {
      if (!(error.cause instanceof Killed)) throw error
      return undefined
    })
  }

  it.each(['before', 'after'] as const)(
    '%s the effect of any request approves nothing, and the next decides',
    async (effect) => {
      const count = await requestsOfCheck()
      expect(count).toBeGreaterThan(15)
      for (let index = 0; index < count; index += 1) {
        const stage = await approved()
        expect(await kill(stage, index, effect)).toBeUndefined()
        const hasClaimed = claims(stage).length > 0
        const next = await stage.check()
        expect([index, next.reasonCode]).toEqual([index, hasClaimed ? 'already-decided' : 'ok'])
        expect(stage.issue.state).toBe('closed')
        expect((await stage.check()).reasonCode).toBe('already-decided')
      }
    },
  )

  it('beside others leaves them one approval at most', async () => {
    const count = await requestsOfCheck()
    const indexes = fc.integer({ min: 0, max: count - 1 })
    const effects = fc.constantFrom('before' as const, 'after' as const)
    const ways = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 5, maxLength: 23 })
    await fc.assert(
      fc.asyncProperty(indexes, effects, ways, async (index, effect, waysMs) => {
        const stage = await approved()
        stage.fetch = delayed(stage, waysMs)
        const killed = kill(stage, index, effect)
        const outcomes = [...(await together(stage, 2)), (await killed) ?? [], await stage.check()].flat()
        expect(approvals(outcomes)).toBeLessThanOrEqual(1)
        expect(stage.issue.state).toBe('closed')
      }),
      { numRuns: 25 },
    )
  })
})

/** Uses up the faults that are left. */
async function drain(stage: TwoPhases): Promise<void> {
  for (let left = 0; left < 4; left += 1) await stage.check()
}
