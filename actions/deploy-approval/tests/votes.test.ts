import { describe, expect, it } from 'vitest'
import type { Comment } from '../src/voting/thread.ts'
import { countVotes } from '../src/voting/votes.ts'
import { commentsOf, deadlineMs, type Name, openedAtMs, people, questionOf, threadOf } from './support/issue.ts'

type Said = readonly [Name, string, Partial<Comment>?]

/** What becomes of comments that were seen as they are. */
function count(...said: readonly Said[]) {
  return countVotes(questionOf(threadOf(commentsOf(...said))))
}

/** What becomes of comments that looked otherwise when they were seen first; undefined: gone now. */
function counted(seen: readonly Said[], now: readonly (Partial<Comment> | undefined)[]) {
  const first = commentsOf(...seen)
  const comments = first.flatMap((comment, index) => {
    const change = index in now ? now[index] : {}
    return change === undefined ? [] : [{ ...comment, ...change }]
  })
  return countVotes(questionOf(threadOf(comments), { seen: first }))
}

const names = (accounts: readonly { login: string }[]) => accounts.map(({ login }) => login)
const whys = ({ votes }: ReturnType<typeof count>) => votes.map(({ why }) => why)
const position = (result: ReturnType<typeof count>) => [names(result.approvers), names(result.deniedBy)]

describe('the last vote of a person wins', () => {
  it.each<[string, Said[], string[], string[]]>([
    ['nobody', [], [], []],
    ['an approval', [['alice', '/approve']], ['alice'], []],
    ['a denial', [['alice', '/deny']], [], ['alice']],
    [
      'two people',
      [
        ['bob', '/approve'],
        ['alice', '/approve'],
      ],
      ['bob', 'alice'],
      [],
    ],
    [
      'one person twice',
      [
        ['alice', '/approve'],
        ['alice', '/approve again'],
      ],
      ['alice'],
      [],
    ],
    [
      'a change of mind',
      [
        ['alice', '/approve'],
        ['alice', '/deny'],
      ],
      [],
      ['alice'],
    ],
    [
      'and back',
      [
        ['alice', '/deny'],
        ['alice', '/approve'],
      ],
      ['alice'],
      [],
    ],
    [
      'a withdrawn approval',
      [
        ['alice', '/approve'],
        ['alice', '/withdraw'],
      ],
      [],
      [],
    ],
    [
      'a withdrawn denial',
      [
        ['alice', '/deny'],
        ['alice', '/withdraw'],
      ],
      [],
      [],
    ],
    [
      'a vote after a withdrawal',
      [
        ['alice', '/approve'],
        ['alice', '/withdraw'],
        ['alice', '/approve'],
      ],
      ['alice'],
      [],
    ],
    [
      'somebody else’s withdrawal',
      [
        ['alice', '/approve'],
        ['bob', '/withdraw'],
      ],
      ['alice'],
      [],
    ],
    [
      'a status in between',
      [
        ['alice', '/approve'],
        ['alice', '/status'],
      ],
      ['alice'],
      [],
    ],
    [
      'a tick in between',
      [
        ['alice', '/deny'],
        ['alice', '/check 1'],
      ],
      [],
      ['alice'],
    ],
    [
      'talk in between',
      [
        ['alice', '/approve'],
        ['alice', 'deny'],
        ['alice', '/denied'],
      ],
      ['alice'],
      [],
    ],
  ])('%s', (_, said, approvers, deniedBy) => {
    expect(position(count(...said))).toEqual([approvers, deniedBy])
  })

  it('and every earlier one says that it was replaced', () => {
    const result = count(['alice', '/approve one'], ['alice', '/deny two'], ['bob', '/deny'], ['alice', '/withdraw'])
    expect(whys(result)).toEqual(['replaced', 'replaced', 'counted', 'counted'])
    expect(result.votes.map(({ counted }) => counted)).toEqual([false, false, true, true])
    expect(result.votes.map(({ command }) => command)).toEqual([
      { kind: 'approve', note: 'one' },
      { kind: 'deny', note: 'two' },
      { kind: 'deny', note: '' },
      { kind: 'withdraw' },
    ])
    expect(result.votes.map(({ comment }) => comment.id)).toEqual([100, 101, 102, 103])
  })

  it('a withdrawal is not replaced by the vote after it', () => {
    const result = count(['alice', '/approve'], ['alice', '/withdraw'], ['alice', '/approve'])
    expect(whys(result)).toEqual(['replaced', 'counted', 'counted'])
  })

  it('the order is that of the ids, whatever order they come in', () => {
    const comments = commentsOf(['alice', '/approve'], ['alice', '/deny']).toReversed()
    expect(position(countVotes(questionOf(threadOf(comments))))).toEqual([[], ['alice']])
  })

  it('an approval that is given anew moves to the end', () => {
    const result = count(['alice', '/approve'], ['bob', '/approve'], ['alice', '/approve'])
    expect(names(result.approvers)).toEqual(['bob', 'alice'])
  })

  it('a person is an id, whatever the login', () => {
    const renamed = { author: { ...people.alice, login: 'alice-2' } }
    const result = count(['alice', '/approve'], ['alice', '/approve', renamed])
    expect(names(result.approvers)).toEqual(['alice-2'])
    const taken = { author: { id: 66, login: 'alice', isUser: true } }
    expect(whys(count(['alice', '/approve', taken]))).toEqual(['stranger'])
  })
})

describe('a vote does not count', () => {
  it.each<[string, Said, string]>([
    ['of a stranger', ['mallory', '/approve'], 'stranger'],
    ['of the initiator', ['dave', '/approve'], 'initiator'],
    [
      'of an author of the code',
      ['mallory', '/approve', { author: { id: 5, login: 'erin', isUser: true } }],
      'commit-author',
    ],
    ['of a program', ['robot', '/approve'], 'not-a-user'],
    ['of our own account', ['us', '/approve'], 'not-a-user'],
    ['of nobody', ['alice', '/approve', { author: undefined }], 'stranger'],
    ['through an App', ['alice', '/approve', { viaApp: true }], 'by-app'],
    ['by e-mail', ['alice', '/approve', { viaEmail: true }], 'by-email'],
    ['before the issue', ['alice', '/approve', { createdAtMs: openedAtMs - 1 }], 'too-early'],
    ['at the deadline', ['alice', '/approve', { createdAtMs: deadlineMs }], 'too-late'],
    ['edited', ['alice', '/approve', { isEdited: true }], 'edited'],
    ['on an item that is none', ['alice', '/check 3'], 'no-such-item'],
    ['of the initiator, also a denial', ['dave', '/deny'], 'initiator'],
    ['of a stranger, also a denial', ['mallory', '/deny'], 'stranger'],
    ['late, also a denial', ['alice', '/deny', { createdAtMs: deadlineMs }], 'too-late'],
    ['by e-mail, also a denial', ['alice', '/deny', { viaEmail: true }], 'by-email'],
    ['edited before it was seen, also a denial', ['alice', '/deny', { isEdited: true }], 'edited'],
    ['of a stranger on the checklist', ['mallory', '/check 1'], 'stranger'],
  ])('%s', (_, said, why) => {
    const result = count(said)
    expect(result.votes).toMatchObject([{ counted: false, why }])
    expect(position(result)).toEqual([[], []])
    expect(result.checked.size).toBe(0)
  })

  it.each([
    ['in the second of the issue', openedAtMs],
    ['a moment before the deadline', deadlineMs - 1],
  ])('it counts %s', (_, createdAtMs) => {
    expect(names(count(['alice', '/approve', { createdAtMs }]).approvers)).toEqual(['alice'])
  })

  it('of somebody who left the list since, not even a denial', () => {
    const electorate = {
      eligible: new Set([1, 2]),
      remaining: new Set([2]),
      initiators: new Set<number>(),
      commitAuthors: new Set<number>(),
    }
    const thread = threadOf(commentsOf(['alice', '/approve'], ['bob', '/approve'], ['alice', '/deny']))
    const result = countVotes(questionOf(thread, { electorate }))
    expect(whys(result)).toEqual(['left', 'counted', 'left'])
    expect(position(result)).toEqual([['bob'], []])
  })

  it('a status is for everybody, and counts for nothing', () => {
    const result = count(['mallory', '/status'], ['dave', '/status'], ['alice', '/status'])
    expect(whys(result)).toEqual(['counted', 'counted', 'counted'])
    expect(position(result)).toEqual([[], []])
    expect(whys(count(['robot', '/status'], ['mallory', '/status', { viaApp: true }]))).toEqual([
      'not-a-user',
      'by-app',
    ])
  })

  it('nothing but commands is in the list', () => {
    expect(count(['alice', 'hello'], ['alice', 'lgtm'], ['mallory', '/aprove'], ['alice', '']).votes).toEqual([])
  })
})

const edited = (body: string) => ({ body, isEdited: true, editors: [people.alice, people.alice] })
const gone = undefined
/** The account was deleted: REST shows nobody, or the ghost. */
const nobody = { author: undefined }
const ghost = { author: { id: 10_137, login: 'ghost', isUser: true } }

describe('what was seen and is otherwise now', () => {
  it.each<[string, string, Partial<Comment> | undefined, string]>([
    ['an approval that was edited', '/approve', edited('/approve!'), 'edited'],
    ['an approval with another text that nobody edited', '/approve', { body: '/approve it' }, 'edited'],
    ['an approval that was edited and says the same', '/approve', edited('/approve'), 'edited'],
    ['an approval that is gone', '/approve', gone, 'deleted'],
    ['an approval whose author is gone', '/approve', nobody, 'deleted'],
    ['an approval by the ghost', '/approve', ghost, 'deleted'],
    ['a tick that was edited', '/check 1', edited('/check 2'), 'edited'],
    ['a tick that is gone', '/check 1', gone, 'deleted'],
    ['talk that became an approval', 'hello', edited('/approve'), 'edited'],
    ['talk that became an approval, and nobody edited it', 'hello', { body: '/approve' }, 'edited'],
    ['talk that became a denial', 'hello', edited('/deny'), 'edited'],
    ['a withdrawal that is gone', '/withdraw', gone, 'deleted'],
  ])('%s is void', (_, first, now, why) => {
    const result = counted([['alice', first]], [now])
    expect(whys(result)).toEqual([why])
    expect(position(result)).toEqual([[], []])
    expect(result.checked.size).toBe(0)
  })

  it('a command that was first seen as talk stands in the list as it is now', () => {
    expect(counted([['alice', 'hello']], [edited('/approve')]).votes[0]?.comment.body).toBe('/approve')
    expect(counted([['alice', '/approve']], [edited('/deny')]).votes[0]?.comment.body).toBe('/approve')
  })

  it.each<[string, Partial<Comment> | undefined]>([
    ['edited', edited('never mind')],
    ['edited to an approval', edited('/approve')],
    ['edited by somebody else', { ...edited('/approve'), editors: [people.mallory] }],
    ['gone', gone],
    ['by an account that is gone', nobody],
    ['by the ghost', ghost],
  ])('a denial stands, %s', (_, now) => {
    const result = counted([['alice', '/deny no']], [now])
    expect(whys(result)).toEqual(['counted'])
    expect(names(result.deniedBy)).toEqual(['alice'])
    expect(result.votes[0]?.comment.body).toBe('/deny no')
  })

  it.each<[string, string, string[]]>([
    ['votes anew', '/approve', ['alice']],
    ['withdraws', '/withdraw', []],
  ])('a denial that is gone ends when its author %s', (_, next, approvers) => {
    expect(
      position(
        counted(
          [
            ['alice', '/deny'],
            ['alice', next],
          ],
          [gone],
        ),
      ),
    ).toEqual([approvers, []])
  })

  it.each<[string, Partial<Comment> | undefined]>([
    ['is gone', gone],
    ['was edited', edited('oops')],
  ])('a withdrawal that %s ends no denial', (_, now) => {
    expect(
      position(
        counted(
          [
            ['alice', '/deny'],
            ['alice', '/withdraw'],
          ],
          [{}, now],
        ),
      ),
    ).toEqual([[], ['alice']])
  })

  it.each<[string, string, Partial<Comment> | undefined]>([
    ['a withdrawal that is gone', '/withdraw', gone],
    ['a withdrawal that was edited', '/withdraw', edited('/approve')],
    ['talk that became a denial', 'hello', edited('/deny')],
    ['an approval that became a denial', '/approve', edited('/deny')],
    ['an approval that became a withdrawal', '/approve', edited('/withdraw')],
    ['an item that is none and became a denial', '/check 9', edited('/deny')],
  ])('%s gives no older approval back', (_, first, now) => {
    const result = counted(
      [
        ['alice', '/approve'],
        ['alice', first],
      ],
      [{}, now],
    )
    expect(position(result)).toEqual([[], []])
    expect(result.votes[0]).toMatchObject({ counted: false, why: 'replaced' })
  })

  it.each<[string, string, Partial<Comment> | undefined]>([
    ['an approval that is gone', '/approve', gone],
    ['talk that became an approval', 'hello', edited('/approve')],
    ['a status that is gone', '/status', gone],
  ])('%s takes no older approval away', (_, first, now) => {
    expect(
      position(
        counted(
          [
            ['alice', '/approve'],
            ['alice', first],
          ],
          [{}, now],
        ),
      ),
    ).toEqual([['alice'], []])
  })

  it('what somebody else changed takes nothing away from a person', () => {
    expect(
      position(
        counted(
          [
            ['alice', '/approve'],
            ['bob', '/withdraw'],
          ],
          [{}, gone],
        ),
      ),
    ).toEqual([['alice'], []])
  })

  it('an edited refusal that does not count for another reason changes nothing', () => {
    const result = counted(
      [
        ['alice', '/approve'],
        ['alice', '/deny', { viaEmail: true }],
      ],
      [{}, edited('/deny')],
    )
    expect(whys(result)).toEqual(['counted', 'by-email'])
  })
})

describe('the checklist', () => {
  it('an item is ticked by whoever ticks it first', () => {
    const { checked, votes } = count(['bob', '/check 2'], ['alice', '/check 2'], ['alice', '/check 1'])
    expect([...checked].map(([item, { login }]) => [item, login])).toEqual([
      [2, 'bob'],
      [1, 'alice'],
    ])
    expect(votes.map(({ counted }) => counted)).toEqual([true, true, true])
  })

  it('a tick that is gone leaves the item to the next', () => {
    const { checked } = counted(
      [
        ['bob', '/check 1'],
        ['alice', '/check 1'],
      ],
      [gone],
    )
    expect(checked.get(1)?.login).toBe('alice')
  })

  it('has up to 99 items', () => {
    const comments = commentsOf(...Array.from({ length: 99 }, (_, index): Said => ['alice', `/check ${index + 1}`]))
    const { checked } = countVotes(questionOf(threadOf(comments), { terms: { openedAtMs, deadlineMs, items: 99 } }))
    expect(checked.size).toBe(99)
    const fewer = countVotes(questionOf(threadOf(comments), { terms: { openedAtMs, deadlineMs, items: 98 } }))
    expect(fewer.checked.size).toBe(98)
    expect(fewer.votes.at(-1)).toMatchObject({ counted: false, why: 'no-such-item' })
  })
})

it('five thousand comments are counted in no time', () => {
  const said = Array.from({ length: 5_000 }, (_, index): Said => [index % 2 === 0 ? 'alice' : 'mallory', '/approve'])
  const comments = commentsOf(...said)
  const before = performance.now()
  const result = countVotes(questionOf(threadOf(comments)))
  expect(performance.now() - before).toBeLessThan(1_000)
  expect(result.approvers).toHaveLength(1)
  expect(result.votes).toHaveLength(5_000)
})
