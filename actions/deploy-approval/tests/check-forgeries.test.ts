import type { RunConclusion, RunOptions } from '@deploy-safety/simulators/github/run'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Request } from '../src/request.ts'
import { type Forgery, hourS, TwoPhases } from './support/two-phases.ts'

/** A good request, of which one thing is otherwise. */
type Change =
  | { readonly kind: 'marker'; readonly marker: Partial<Request> }
  | { readonly kind: 'run'; readonly run: Partial<Omit<RunOptions, 'id' | 'now' | 'repository'>> }
  | { readonly kind: 'conclusion'; readonly conclusion: RunConclusion; readonly later: boolean }
  | {
      readonly kind: 'elsewhere'
      readonly what: 'issue' | 'run' | 'tag' | 'author' | 'title' | 'text' | 'pull request'
    }

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
const name = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((text) => text.trim() !== '')
/** Ids of GitHub's accounts here, of which some are right, and any others. */
const id = fc.integer({ min: 1, max: 2 ** 40 })
const path = fc.oneof(
  name,
  fc.constantFrom(
    '.github/workflows/other.yml',
    '.github/workflows/deploy.yaml',
    'octo-org/other/.github/workflows/deploy.yml',
    'other/octo-app/.github/workflows/deploy.yml@main',
    '.github/workflows/Deploy.yml',
  ),
)
const ref = fc.oneof(
  name,
  fc.constantFrom('refs/heads/main', 'refs/heads/v1.4.0', 'refs/tags/v1.4.1', 'v1.4.0', 'refs/tags/x/v1.4.0'),
)

const markers: fc.Arbitrary<Partial<Request>> = fc.oneof(
  fc.record({ mode: fc.constant('wait' as const) }),
  fc.record({ repository: fc.oneof(name, fc.constant('octo-org/other')) }),
  fc.record({ runId: id }),
  fc.record({ attempt: fc.integer({ min: 2, max: 9 }) }),
  fc.record({ workflowPath: path }),
  fc.record({ ref }),
  fc.record({ sha: hex(40) }),
  fc.record({ environment: fc.oneof(name, fc.constantFrom('Production', 'production ', 'staging')) }),
  fc.record({ gate: name }),
  fc.record({ policySha256: hex(64) }),
  // Of those who voted, one may not.
  fc.record({ eligible: fc.array(id, { maxLength: 5 }) }),
)

const runs: fc.Arbitrary<Change> = fc
  .oneof(
    fc.record({ path }),
    fc.record({ sha: hex(40) }),
    fc.record({ branch: fc.oneof(name, fc.constantFrom('main', '1.4.0', 'tags/v1.4.0', 'refs/tags/v1.4.0')) }),
  )
  .map((run) => ({ kind: 'run', run }))

const conclusions = fc.constantFrom<RunConclusion>(
  'failure',
  'cancelled',
  'timed_out',
  'skipped',
  'neutral',
  'action_required',
)

const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: markers.map((marker) => ({ kind: 'marker', marker }) as const) },
  { weight: 3, arbitrary: runs },
  fc.record({ kind: fc.constant('conclusion' as const), conclusion: conclusions, later: fc.boolean() }),
  fc.record({
    kind: fc.constant('elsewhere' as const),
    what: fc.constantFrom('issue', 'run', 'tag', 'author', 'title', 'text', 'pull request'),
  }),
)

/** The request as it is changed, which alice and bob approve. */
async function forged(change: Change | undefined): Promise<TwoPhases> {
  const stage = new TwoPhases()
  if (change?.kind === 'run') {
    const usual = { actor: stage.people.dave, sha: stage.sha, path: '.github/workflows/deploy.yml', branch: 'v1.4.0' }
    stage.run = stage.github.run(stage.repository, { ...usual, ...change.run })
  }
  await stage.forge(forgeryOf(change))
  await stage.pass(hourS)
  stage.approve()
  if (change?.kind === 'conclusion') {
    if (change.later) stage.run.rerun(stage.people.dave)
    stage.run.complete(change.conclusion)
  }
  if (change?.kind === 'elsewhere') put(stage, change.what)
  return stage
}

function forgeryOf(change: Change | undefined): Forgery {
  if (change?.kind === 'marker') return { marker: change.marker }
  const what = change?.kind === 'elsewhere' ? change.what : ''
  if (what === 'author') return { author: 'mallory' }
  if (what === 'title') return { title: 'Approve deployment' }
  if (what === 'pull request') return { pullRequest: true }
  return {}
}

function put(stage: TwoPhases, what: string): void {
  const { repository, github, run } = stage
  if (what === 'issue') github.as('mallory').close(stage.issue, 'not_planned')
  if (what === 'tag') repository.git.tag('v1.4.0', repository.git.commit())
  if (what === 'text') github.as('mallory').rewrite(stage.issue, `${stage.issue.text} `)
  if (what !== 'run') return
  repository.runs.delete(run.id)
  github.repository('octo-org/other').runs.set(run.id, run)
}

describe('a good request', () => {
  it('is approved', async () => {
    expect((await (await forged(undefined)).check()).outcome).toBe('approved')
  })

  it('of which anything is forged is not', async () => {
    await fc.assert(
      fc.asyncProperty(changes, async (change) => {
        const stage = await forged(change)
        expect((await stage.check()).outcome).not.toBe('approved')
        expect(stage.issue.stateReason).not.toBe('completed')
      }),
      { numRuns: 150 },
    )
  })

  it('is approved by nobody whom a marker adds to those who may', async () => {
    const logins = fc.constantFrom('mallory', 'dave')
    const markersOf = (ids: readonly number[]) => ({ eligible: ids, viaTeam: [], initiators: [] })
    await fc.assert(
      fc.asyncProperty(logins, fc.constantFrom('alice', 'bob', 'carol'), async (stranger, voter) => {
        const stage = new TwoPhases()
        await stage.forge({ marker: markersOf(Object.values(stage.people).map((person) => person.id)) })
        stage.say(stranger, '/approve')
        stage.say(voter, '/approve')
        expect((await stage.check()).outcome).toBe('pending')
      }),
      { numRuns: 6 },
    )
  })
})
