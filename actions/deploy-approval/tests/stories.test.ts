import { type Fault, faults } from '@deploy-safety/simulators/github/fault'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expected, type Rules, type Story } from './support/model.ts'
import { rules, stories } from './support/story.ts'
import { deadline, type Telling, type Trouble, tell } from './support/telling.ts'

const trouble: fc.Arbitrary<Trouble> = fc.record({
  fault: fc.constantFrom<Fault>(
    ...[faults.status(502), faults.lost(), faults.hang(), faults.truncated(), faults.html()],
    ...[faults.tooManyRequests(7), faults.secondaryLimit(), faults.graphqlError()],
  ),
  times: fc.constantFrom(1, 1, 2),
  after: fc.nat(40),
  effect: fc.constantFrom('before', 'after'),
})

/** Seconds between two moments on the clock of GitHub, which has whole seconds. */
function between(from: Date | number, to: Date | number): number {
  const seconds = (moment: Date | number) => Math.floor(Number(moment) / 1_000)
  return seconds(to) - seconds(from)
}

/** What the model says of all that had happened by then: seen at once, or for the first time. */
function model(story: Story, rule: Rules, { openedAt, now }: { openedAt: number; now: number }) {
  const past = story.map((deed) => ({ ...deed, at: deed.at - openedAt })).filter(({ at }) => at <= now)
  const look = { kind: 'looks', at: now } as const
  const seenAtOnce = past.flatMap((deed) => [deed, { kind: 'looks', at: deed.at } as const])
  return { fresh: expected([...past, look], rule), watchful: expected([...seenAtOnce, look], rule) }
}

/** @param lag how many seconds lists are behind */
function check(story: Story, rule: Rules, { stage, outcome, begunMs }: Telling, lag: number): void {
  const [issue] = stage.repository.issues
  if (issue === undefined) throw new Error(`No issue: ${outcome.sentence}`)
  const openedAt = between(begunMs, issue.createdAt)
  const reads = stage.github.requests.filter(({ operation }) => operation === 'graphql')
  const lists = stage.github.requests.filter(({ path }) => path.includes('/teams/ops/members'))
  const last = between(issue.createdAt, reads.at(-1)?.at ?? 0)
  const first = Math.min(last, between(issue.createdAt, lists.at(-1)?.at ?? 0)) - lag
  const moments = Array.from({ length: last - Math.max(0, first) + 1 }, (_, index) => Math.max(0, first) + index)
  const said = moments.map((now) => model(story, { ...rule, deadline }, { openedAt, now }))
  if (outcome.outcome === 'approved') expect(said.map(({ fresh }) => fresh)).toContain('approved')
  else expect(said.every(({ watchful }) => watchful === 'approved')).toBe(false)
}

/** The first moment that decides something in the eyes of the model, and how long nothing else happens then. */
function firstDecision(story: Story, rule: Rules, openedAt: number) {
  for (const [index, { at }] of story.entries()) {
    const now = at - openedAt
    const { watchful } = model(story.slice(0, index + 1), { ...rule, deadline }, { openedAt, now })
    if (watchful !== 'undecided') return { watchful, now, quiet: (story[index + 1]?.at ?? 2 * deadline) - at }
  }
  return undefined
}

/** Longer than between two looks and until a verdict is settled. */
const soon = 45

function checkSpeed(story: Story, rule: Rules, { stage, outcome, begunMs }: Telling): boolean {
  const [issue] = stage.repository.issues
  const opened = issue?.createdAt ?? begunMs
  const decision = firstDecision(story, rule, between(begunMs, opened))
  // A newer request closes this one itself.
  if (
    decision === undefined ||
    decision.watchful === 'superseded' ||
    decision.quiet < soon ||
    decision.now + soon >= deadline
  )
    return false
  const { watchful } = decision
  expect(outcome.reasonCode).toBe(watchful === 'approved' ? 'ok' : watchful)
  const reads = stage.github.requests.filter(({ operation }) => operation === 'graphql')
  expect(between(opened, reads.at(-1)?.at ?? 0)).toBeLessThanOrEqual(decision.now + soon)
  return true
}

describe('every story', () => {
  const story = stories({ start: 0, most: 120, length: 14 }).map((deeds) =>
    deeds.filter(({ kind }) => kind !== 'vanishes'),
  )

  it('on the stage is approved only when the model approves it, and then it is', async () => {
    let approved = 0
    let quick = 0
    await fc.assert(
      fc.asyncProperty(story, rules, fc.constantFrom(0, 2), async (deeds, rule, lag) => {
        const told = await tell(deeds, rule, { readLagMs: lag * 1_000, troubles: [] })
        check(deeds, rule, told, lag)
        approved += told.outcome.outcome === 'approved' ? 1 : 0
        quick += checkSpeed(deeds, rule, told) ? 1 : 0
      }),
      { numRuns: 40 },
    )
    expect(approved).toBeGreaterThan(0)
    expect(quick).toBeGreaterThan(0)
  })

  it('on a bad day too', async () => {
    await fc.assert(
      fc.asyncProperty(
        story,
        rules,
        fc.array(trouble, { minLength: 1, maxLength: 4 }),
        async (deeds, rule, troubles) => {
          const told = await tell(deeds, rule, { readLagMs: 0, troubles })
          if (told.outcome.outcome !== 'error') check(deeds, rule, told, 0)
        },
      ),
      { numRuns: 30 },
    )
  })
})
