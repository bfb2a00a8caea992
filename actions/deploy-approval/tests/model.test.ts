import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Account } from '../src/voting/people.ts'
import { type Comment, remember, type Someone, type Thread, type ThreadEvent } from '../src/voting/thread.ts'
import { decide, type Verdict } from '../src/voting/verdict.ts'
import { expected, type Rules, type Story, type Who } from './support/model.ts'
import { rules, stories } from './support/story.ts'

const ids = { alice: 1, bob: 2, carol: 3, erin: 4, dave: 5, mallory: 6, robot: 7, us: 99 } as const
const openedAtMs = Date.parse('2026-03-01T10:00:00Z')
/** What REST shows in place of a deleted account. */
const ghost: Account = { id: 10_137, login: 'ghost', isUser: true }

interface Entry extends Omit<Comment, 'author' | 'isEdited' | 'editors'> {
  readonly by: Who
  readonly editors: readonly Who[]
  readonly isDeleted: boolean
}

/** An issue as GitHub shows it. */
class Place {
  readonly #comments: Entry[] = []
  readonly #events: { readonly kind: ThreadEvent['kind']; readonly by: Who; readonly author?: Who }[] = []
  readonly #gone = new Set<Who>()
  readonly #names = new Map<Who, string>()
  readonly #team = new Set<Who>(['carol'])
  #isOpen = true
  #newer: number | undefined
  #seen: ReadonlyMap<number, Comment> = new Map()

  do(deed: Story[number]): void {
    if (deed.kind === 'says') {
      const { by, how, text: body, at } = deed
      const when = { id: 1_000 + this.#comments.length, createdAtMs: openedAtMs + at * 1_000 }
      const via = { viaEmail: how === 'email', viaApp: how === 'app' }
      this.#comments.push({ ...when, ...via, by, body, editors: [], isDeleted: false })
    }
    if (deed.kind === 'edits') this.#edit(deed.comment, deed.by, deed.text)
    if (deed.kind === 'deletes') this.#delete(deed.comment, deed.by)
    if (deed.kind === 'retitles') this.#events.push({ kind: 'retitled', by: deed.by })
    if (deed.kind === 'rewrites') this.#events.push({ kind: 'rewritten', by: deed.by })
    if (deed.kind === 'closes') this.#events.push({ kind: 'closed', by: deed.by })
    if (deed.kind === 'closes' || deed.kind === 'reopens') this.#isOpen = deed.kind === 'reopens'
    if (deed.kind === 'leaves') this.#team.delete(deed.by)
    if (deed.kind === 'joins') this.#team.add(deed.by)
    if (deed.kind === 'renames') this.#names.set(deed.by, `${deed.by}-${deed.at}`)
    if (deed.kind === 'vanishes') this.#gone.add(deed.by)
    if (deed.kind === 'asks anew') this.#newer = 8
  }

  look({ quorum, items, needsChecklist, deadline }: Rules, at: number): Verdict {
    const thread = this.#thread()
    this.#seen = remember(this.#seen, thread)
    return decide({
      terms: { openedAtMs, deadlineMs: openedAtMs + deadline * 1_000, items },
      electorate: {
        eligible: new Set([ids.alice, ids.bob, ids.carol]),
        remaining: new Set([ids.alice, ids.bob, ...(this.#team.has('carol') ? [ids.carol] : [])]),
        initiators: new Set([ids.dave]),
        commitAuthors: new Set(),
      },
      thread,
      seen: [...this.#seen.values()],
      ...{ quorum, needsChecklist, us: { id: ids.us, login: 'us' }, newerRequest: this.#newer },
      nowMs: openedAtMs + at * 1_000,
    })
  }

  #edit(nth: number, by: Who, body: string): void {
    const entry = this.#comments[nth]
    if (entry === undefined || entry.isDeleted || entry.body === body) return
    // With the first edit, GitHub names the author too.
    const editors = entry.editors.length === 0 ? [entry.by, by] : [...entry.editors, by]
    this.#comments[nth] = { ...entry, body, editors }
  }

  #delete(nth: number, by: Who): void {
    const entry = this.#comments[nth]
    if (entry === undefined || entry.isDeleted) return
    this.#comments[nth] = { ...entry, isDeleted: true }
    // Whoever deletes a comment of his own leaves no event.
    if (by !== entry.by) this.#events.push({ kind: 'comment-deleted', by, author: entry.by })
  }

  #thread(): Thread {
    const there = this.#comments.filter(({ isDeleted }) => !isDeleted)
    const comments = there.map(({ by, editors, isDeleted, ...comment }): Comment => {
      // REST shows the ghost, and may show nobody.
      const nobody = comment.id % 2 === 0 ? ghost : undefined
      const author = this.#gone.has(by) ? nobody : this.#account(by)
      return { ...comment, author, isEdited: editors.length > 0, editors: editors.map((who) => this.#someone(who)) }
    })
    const events = this.#events.map(({ kind, by, author }): ThreadEvent => {
      if (kind !== 'comment-deleted') return { kind, by: this.#someone(by) }
      return { kind, by: this.#someone(by), author: author && this.#someone(author) }
    })
    return { isOpen: this.#isOpen, events, comments }
  }

  #account(who: Who): Account {
    return { id: ids[who], login: this.#names.get(who) ?? who, isUser: who !== 'robot' && who !== 'us' }
  }

  #someone(who: Who): Someone {
    return this.#gone.has(who) ? undefined : { id: ids[who], login: this.#names.get(who) ?? who }
  }
}

describe('the verdict', () => {
  it('is the one of a simple model, at every look at every story', () => {
    const outcomes = new Map<string, number>()
    fc.assert(
      fc.property(stories({ start: -2, most: 40, length: 16 }), rules, (deeds, rule) => {
        const story = [...deeds, { kind: 'looks', at: deeds.at(-1)?.at ?? 0 } as const]
        const place = new Place()
        for (const [index, deed] of story.entries()) {
          place.do(deed)
          if (deed.kind !== 'looks') continue
          const { reasonCode } = place.look(rule, deed.at)
          const wanted = expected(story.slice(0, index + 1), rule)
          expect(reasonCode).toBe(wanted === 'approved' ? 'ok' : wanted)
          outcomes.set(wanted, (outcomes.get(wanted) ?? 0) + 1)
        }
      }),
      { numRuns: 8_000 },
    )
    // A property of stories that never come to an approval would say nothing.
    const share = (outcome: string) => (outcomes.get(outcome) ?? 0) / [...outcomes.values()].reduce((a, b) => a + b)
    expect(share('approved')).toBeGreaterThan(0.05)
    expect(share('denied-by-vote')).toBeGreaterThan(0.05)
    expect(outcomes.size).toBe(7)
  })
})
