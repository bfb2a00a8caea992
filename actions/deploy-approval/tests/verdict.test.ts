import { describe, expect, it } from 'vitest'
import type { Comment, Someone, ThreadEvent } from '../src/voting/thread.ts'
import { remember } from '../src/voting/thread.ts'
import { alterations, decide, type Question } from '../src/voting/verdict.ts'
import { commentsOf, deadlineMs, people, questionOf, threadOf } from './support/issue.ts'

const { alice, bob, dave, mallory, us } = people
const approvals = commentsOf(['alice', '/approve'], ['bob', '/approve'])
const closed = (by: Someone): ThreadEvent => ({ kind: 'closed', by })

function verdict(events: readonly ThreadEvent[] = [], other: Partial<Question> & { isOpen?: boolean } = {}) {
  const { isOpen = true, ...rest } = other
  const { count, ...decision } = decide(questionOf(threadOf(approvals, events, isOpen), rest))
  return decision
}

const approved = { outcome: 'approved', reasonCode: 'ok' }
const superseded = { outcome: 'superseded', reasonCode: 'superseded', newerRequest: 8 }
const closedBy = (by: Someone) => ({ outcome: 'denied', reasonCode: 'closed-by-hand', by })
const undecided = { outcome: 'pending', reasonCode: 'undecided' }
const timedOut = { outcome: 'timed-out', reasonCode: 'timed-out' }

describe('enough approvals', () => {
  it('approve it, and the verdict has the count', () => {
    expect(decide(questionOf(threadOf(approvals)))).toMatchObject({ ...approved, count: { approvers: [alice, bob] } })
  })

  it.each([
    [1, approved],
    [2, approved],
    [3, undecided],
    [0, undecided],
    [-1, undecided],
    [Number.NaN, undecided],
  ])('are two of %d', (quorum, decision) => {
    expect(verdict([], { quorum })).toEqual(decision)
  })

  it('a hundred have to be a hundred', () => {
    const crowd = Array.from({ length: 100 }, (_, index) => ({ id: 1_000 + index, login: `p${index}`, isUser: true }))
    const comments = crowd.map((author, index) => ({ ...(approvals[0] as Comment), id: index + 1, author }))
    const eligible = new Set(crowd.map(({ id }) => id))
    const electorate = {
      eligible,
      remaining: eligible,
      initiators: new Set<number>(),
      commitAuthors: new Set<number>(),
    }
    const decided = (those: readonly Comment[]) =>
      decide(questionOf(threadOf(those), { electorate, quorum: 100 })).outcome
    expect(decided(comments)).toBe('approved')
    expect(decided(comments.slice(1))).toBe('pending')
    expect(decided([...comments.slice(1), ...comments.slice(1)])).toBe('pending')
  })

  it('the initiator is one of them where initiators count', () => {
    const eligible = new Set([alice.id, dave.id])
    const electorate = {
      eligible,
      remaining: eligible,
      initiators: new Set([dave.id]),
      commitAuthors: new Set<number>(),
    }
    const comments = commentsOf(['alice', '/approve'], ['dave', '/approve'])
    expect(decide(questionOf(threadOf(comments), { electorate }))).toMatchObject(approved)
  })

  it('are still enough when the deadline has passed since', () => {
    expect(verdict([], { nowMs: deadlineMs + 1 })).toEqual(approved)
  })
})

describe('too few', () => {
  it.each([
    [deadlineMs - 1, undecided],
    [deadlineMs, timedOut],
  ])('at %d', (nowMs, decision) => {
    expect(verdict([], { quorum: 3, nowMs })).toEqual(decision)
  })
})

describe('a checklist', () => {
  const ticks = (...items: number[]) =>
    threadOf(
      commentsOf(
        ['alice', '/approve'],
        ['bob', '/approve'],
        ...items.map((item) => ['alice', `/check ${item}`] as const),
      ),
    )

  it.each([
    [[], undecided],
    [[1], undecided],
    [[1, 1], undecided],
    [[2, 3], undecided],
    [[2, 1], approved],
  ])('of two that is required, with %j ticked', (items, decision) => {
    expect(decide(questionOf(ticks(...items), { needsChecklist: true }))).toMatchObject(decision)
    expect(decide(questionOf(ticks(...items)))).toMatchObject(approved)
  })
})

describe('a denial beats approvals', () => {
  it.each([1, 2, 3])('whatever the quorum: %d', (quorum) => {
    const thread = threadOf(commentsOf(['alice', '/approve'], ['bob', '/approve'], ['carol', '/deny']))
    expect(decide(questionOf(thread, { quorum }))).toMatchObject({ outcome: 'denied', reasonCode: 'denied-by-vote' })
  })

  it('and the deadline', () => {
    const thread = threadOf(commentsOf(['carol', '/deny']))
    expect(decide(questionOf(thread, { nowMs: deadlineMs })).reasonCode).toBe('denied-by-vote')
  })
})

describe('closing by hand', () => {
  it.each<[string, readonly ThreadEvent[], boolean, Someone]>([
    ['is a denial by the closer', [closed(mallory)], false, mallory],
    ['reopened or not', [closed(mallory)], true, mallory],
    ['also by an approver', [closed(alice)], false, alice],
    ['also by somebody whose account is gone', [closed(undefined)], false, undefined],
    ['also by our own account, without a newer request', [closed(us)], false, us],
    ['is by the first who did', [closed(bob), closed(mallory)], false, bob],
    ['is what is left when GitHub says nothing', [], false, undefined],
  ])('%s', (_, events, isOpen, by) => {
    expect(verdict(events, { isOpen })).toEqual(closedBy(by))
  })
})

describe('a newer request', () => {
  it.each<[string, readonly ThreadEvent[], boolean, object]>([
    ['supersedes', [], true, superseded],
    ['supersedes, closed by our own account', [closed(us)], false, superseded],
    ['supersedes, closed without a word', [], false, superseded],
    ['does not hide that somebody closed it', [closed(mallory)], false, closedBy(mallory)],
    ['does not hide who closed it before us', [closed(us), closed(mallory)], false, closedBy(mallory)],
    ['does not hide that it was closed by nobody known', [closed(undefined)], false, closedBy(undefined)],
  ])('%s', (_, events, isOpen, decision) => {
    expect(verdict(events, { isOpen, newerRequest: 8 })).toEqual(decision)
  })

  it('beats approvals, denials and the deadline', () => {
    const denial = threadOf(commentsOf(['carol', '/deny']))
    expect(decide(questionOf(denial, { newerRequest: 8, nowMs: deadlineMs }))).toMatchObject(superseded)
  })
})

describe('an altered request', () => {
  it.each<[string, readonly ThreadEvent[], Someone, string]>([
    ['the title, by anybody', [{ kind: 'retitled', by: mallory }], mallory, 'changed the title'],
    ['the title, by an approver', [{ kind: 'retitled', by: alice }], alice, 'changed the title'],
    ['the text, by our own account', [{ kind: 'rewritten', by: us }], us, 'changed the text'],
    ['the text, by nobody known', [{ kind: 'rewritten', by: undefined }], undefined, 'changed the text'],
    [
      'a comment that somebody deleted',
      [{ kind: 'comment-deleted', by: mallory, author: alice }],
      mallory,
      'deleted a comment of alice',
    ],
    [
      'a comment that nobody known deleted',
      [{ kind: 'comment-deleted', by: undefined, author: bob }],
      undefined,
      'deleted a comment of bob',
    ],
  ])('%s', (_, events, by, did) => {
    const decision = { outcome: 'denied', reasonCode: 'request-altered', alterations: [{ by, did }] }
    expect(verdict(events)).toEqual(decision)
    // It beats everything else that may have happened.
    expect(verdict([closed(mallory), ...events], { newerRequest: 8, nowMs: deadlineMs })).toEqual(decision)
  })

  it.each<[string, readonly ThreadEvent[]]>([
    ['a comment of one’s own that is deleted', [{ kind: 'comment-deleted', by: alice, author: alice }]],
    ['a comment of a stranger', [{ kind: 'comment-deleted', by: mallory, author: mallory }]],
    ['a stranger’s comment, deleted by somebody else', [{ kind: 'comment-deleted', by: bob, author: mallory }]],
    ['a comment of the initiator', [{ kind: 'comment-deleted', by: bob, author: dave }]],
    ['a comment of nobody known', [{ kind: 'comment-deleted', by: bob, author: undefined }]],
  ])('is not %s', (_, events) => {
    expect(verdict(events)).toEqual(approved)
  })

  const edit = (...editors: readonly Someone[]) => ({ isEdited: true, editors })

  it.each<[string, Comment[], Someone[]]>([
    ['by somebody else', commentsOf(['alice', 'hello', edit(mallory, alice)]), [mallory]],
    ['by another approver', commentsOf(['alice', '/approve', edit(bob, alice)]), [bob]],
    ['by nobody known', commentsOf(['alice', 'hello', edit(undefined, alice)]), [undefined]],
    ['by several', commentsOf(['alice', 'hello', edit(alice, mallory, bob, alice)]), [mallory, bob]],
  ])('a comment that was edited %s', (_, comments, editors) => {
    const { reasonCode, alterations: found } = { alterations: [], ...decide(questionOf(threadOf(comments))) }
    expect(reasonCode).toBe('request-altered')
    expect(found).toEqual(editors.map((by) => ({ by, did: 'changed a comment of alice' })))
  })

  it.each<[string, Comment[]]>([
    ['edited by its author', commentsOf(['alice', 'hello', edit(alice, alice)])],
    ['of a stranger, edited by somebody else', commentsOf(['mallory', '/approve', edit(bob, mallory)])],
    ['of nobody, edited by somebody', commentsOf(['alice', '/approve', { author: undefined, ...edit(bob) }])],
    ['edited under an older login', commentsOf(['alice', 'hello', edit({ id: alice.id, login: 'old-alice' })])],
  ])('is not a comment %s', (_, comments) => {
    expect(decide(questionOf(threadOf(comments))).reasonCode).toBe('undecided')
  })

  it('stays altered when the comment is deleted by its author afterwards', () => {
    const before = threadOf(commentsOf(['alice', 'hello', edit(mallory, alice)]))
    const seen = [...remember(new Map(), before).values()]
    expect(decide(questionOf(threadOf(approvals), { seen })).reasonCode).toBe('request-altered')
    expect(alterations(threadOf([]), { eligible: new Set([alice.id]) })).toEqual([])
  })

  it('also what was done to somebody who has left the list since', () => {
    const eligible = new Set([alice.id, bob.id])
    const electorate = {
      eligible,
      remaining: new Set([bob.id]),
      initiators: new Set<number>(),
      commitAuthors: new Set<number>(),
    }
    const thread = threadOf(commentsOf(['alice', '/deny', edit(mallory, alice)]))
    expect(decide(questionOf(thread, { electorate })).reasonCode).toBe('request-altered')
  })
})

describe('memory', () => {
  const [comment] = commentsOf(['alice', '/deny'])
  if (comment === undefined) throw new Error('There is no comment')
  const after = (...versions: readonly (Comment | undefined)[]) =>
    versions.reduce<ReadonlyMap<number, Comment>>(
      (seen, version) => remember(seen, threadOf(version === undefined ? [] : [version])),
      new Map(),
    )

  it('keeps the first text and the newest editors, also of what is gone', () => {
    const later = { ...comment, body: 'x', isEdited: true, editors: [mallory] }
    expect([...after(comment, later, undefined).values()]).toEqual([{ ...comment, editors: [mallory] }])
  })

  it('of an account that is gone keeps who it was', () => {
    const edited = { ...comment, isEdited: true, editors: [alice] }
    expect([...after(edited, { ...edited, author: undefined, editors: [undefined] }).values()]).toEqual([edited])
  })

  it('changes nothing in place', () => {
    const empty = new Map<number, Comment>()
    remember(empty, threadOf([comment]))
    expect(empty.size).toBe(0)
  })
})
