import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hourS, TwoPhases } from './support/two-phases.ts'

type Act =
  | { readonly kind: 'says'; readonly who: string; readonly word: 'approve' | 'deny' | 'withdraw' | 'status' }
  | { readonly kind: 'check' }
  | { readonly kind: 'waits'; readonly hours: number }

const voters = ['alice', 'bob', 'carol']
const deadlineS = 72 * hourS

/** What the contract says of the votes, told in the fewest words. */
class Model {
  readonly #votes = new Map<string, 'approve' | 'deny'>()
  #isDecided = false

  expects(act: Act, atS: number): string {
    if (act.kind === 'says') this.#says(act, atS)
    return act.kind === 'check' ? this.#check(atS) : ''
  }

  #says({ who, word }: Extract<Act, { kind: 'says' }>, atS: number): void {
    if (!voters.includes(who) || atS >= deadlineS) return
    if (word === 'withdraw') this.#votes.delete(who)
    if (word === 'approve' || word === 'deny') this.#votes.set(who, word)
  }

  #check(atS: number): string {
    const outcome = this.#outcome(atS)
    if (outcome !== 'undecided') this.#isDecided = true
    return outcome
  }

  #outcome(atS: number): string {
    if (this.#isDecided) return 'already-decided'
    const held = [...this.#votes.values()]
    if (held.includes('deny')) return 'denied-by-vote'
    if (atS >= deadlineS) return 'timed-out'
    return held.length >= 2 ? 'ok' : 'undecided'
  }
}

const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('says' as const),
      who: fc.constantFrom(...voters, 'dave', 'mallory'),
      word: fc.constantFrom('approve', 'approve', 'approve', 'deny', 'withdraw', 'status'),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'check' } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('waits' as const), hours: fc.integer({ min: 1, max: 40 }) }) },
)

/** @returns the reason code of a check */
async function happens(act: Act, stage: TwoPhases): Promise<string> {
  if (act.kind === 'check') return (await stage.check()).reasonCode
  if (act.kind === 'waits') await stage.pass(act.hours * hourS)
  else stage.say(act.who, `/${act.word}`)
  return ''
}

describe('checks, one after the other', () => {
  it('say what the votes say, whenever they are called', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 1, maxLength: 14 }), async (story) => {
        const stage = new TwoPhases()
        const model = new Model()
        await stage.ask()
        const openedMs = stage.now
        for (const act of [...story, { kind: 'check' } as const]) {
          await stage.pass(60)
          const atS = Math.floor((stage.now - openedMs) / 1_000)
          expect(await happens(act, stage)).toBe(model.expects(act, atS))
        }
      }),
      { numRuns: 40 },
    )
  })
})
