import { describe, expect, it } from 'vitest'
import { answersTo } from '../src/answers.ts'
import type { Person } from '../src/voting/people.ts'
import type { Comment } from '../src/voting/thread.ts'
import { countVotes } from '../src/voting/votes.ts'
import { commentsOf, deadlineMs, type Name, people, questionOf, threadOf } from './support/issue.ts'

type Said = readonly [Name, string, Partial<Comment>?]

const eligible = new Set([people.alice.id, people.bob.id, people.carol.id])

/** @param seen as the comments were first, where that differs */
function answers(comments: readonly Comment[], { answeredId = 0, seen = comments } = {}) {
  const thread = threadOf(comments)
  const count = countVotes(questionOf(thread, { seen }))
  return answersTo({ thread, count, eligible, us: people.us, answeredId })
}

const to = (...said: readonly Said[]) => answers(commentsOf(...said))
const replied = ({ replies }: ReturnType<typeof to>) => replies.map((reply) => [reply.to.login, reply.why])
const ours = (id: number): Said => ['us', `@x: no\n\n<!-- deploy-approval reply ${id} -->`]

describe('a command of somebody who may vote', () => {
  it.each([
    ['/approve', '+1'],
    ['/deny', '-1'],
    ['/withdraw', '+1'],
    ['/check 1', '+1'],
    ['/status', 'eyes'],
  ])('%s gets %s and no reply', (body, content) => {
    expect(to(['alice', body])).toEqual({ reactions: [{ commentId: 100, content }], replies: [] })
  })

  it('that does not count gets a sign and a reply', () => {
    const late = to(['alice', '/approve', { createdAtMs: deadlineMs }])
    expect(late).toEqual({
      reactions: [{ commentId: 100, content: 'confused' }],
      replies: [{ to: people.alice, why: 'too-late' }],
    })
    expect(replied(to(['alice', '/check 3']))).toEqual([['alice', 'no-such-item']])
    expect(replied(to(['alice', '/approve', { viaEmail: true }]))).toEqual([['alice', 'by-email']])
    expect(replied(to(['alice', '/approve', { viaApp: true }]))).toEqual([['alice', 'by-app']])
  })

  it('that another one replaced keeps its sign and gets no reply', () => {
    expect(to(['alice', '/approve'], ['alice', '/deny'])).toEqual({
      reactions: [
        { commentId: 100, content: '+1' },
        { commentId: 101, content: '-1' },
      ],
      replies: [],
    })
  })

  it('that is gone is passed over in silence', () => {
    const seen = commentsOf(['alice', '/approve'])
    expect(answers([], { seen })).toEqual({ reactions: [], replies: [] })
  })

  it('that looks like one, or a bare word, gets a reply', () => {
    expect(to(['alice', '/aprove'])).toEqual({ reactions: [], replies: [{ to: people.alice, why: 'look-alike' }] })
    expect(to(['alice', 'LGTM!'])).toEqual({ reactions: [], replies: [{ to: people.alice, why: 'bare-word' }] })
  })
})

describe('somebody who may not vote', () => {
  it.each<[Name, string, string]>([
    ['mallory', '/approve', 'stranger'],
    ['mallory', '/deny', 'stranger'],
    ['mallory', '/aprove', 'look-alike'],
    ['dave', '/approve', 'initiator'],
  ])('%s, writing %s, is told: %s', (name, body, why) => {
    expect(replied(to([name, body]))).toEqual([[name, why]])
  })

  it('gets a sign under the command that is replied to, and no other', () => {
    const { reactions } = to(['mallory', '/approve'], ['mallory', '/approve'], ['mallory', '/status'])
    expect(reactions).toEqual([{ commentId: 100, content: 'confused' }])
  })

  it.each<[Said]>([
    [['mallory', 'lgtm']],
    [['mallory', 'hello']],
    [['mallory', '/status']],
    [['robot', '/approve']],
    [['us', '/approve']],
    [['mallory', '/approve', { author: undefined }]],
  ])('%j is told nothing', (said) => {
    expect(to(said).replies).toEqual([])
  })
})

describe('nobody is told twice', () => {
  it('in one look: the first mistake counts', () => {
    expect(replied(to(['mallory', '/aprove'], ['dave', '/deny'], ['mallory', '/approve']))).toEqual([
      ['mallory', 'look-alike'],
      ['dave', 'initiator'],
    ])
  })

  it('after a reply of ours', () => {
    expect(replied(to(ours(people.mallory.id), ['mallory', '/approve'], ['dave', '/approve']))).toEqual([
      ['dave', 'initiator'],
    ])
  })

  it('but a reply that somebody else wrote tells nobody', () => {
    const forged: Said = ['bob', `@mallory: no\n\n<!-- deploy-approval reply ${people.mallory.id} -->`]
    expect(replied(to(forged, ['mallory', '/approve']))).toEqual([['mallory', 'stranger']])
  })

  it('nor does another comment of ours', () => {
    const status: Said = ['us', `Status\n\n<!-- deploy-approval status ${people.mallory.id} -->`]
    expect(replied(to(status, ['mallory', '/approve']))).toEqual([['mallory', 'stranger']])
  })

  it('and what was looked at before is not answered again', () => {
    const comments = commentsOf(['mallory', '/approve'], ['alice', '/approve'], ['bob', '/approve'], ['dave', '/deny'])
    const { reactions, replies } = answers(comments, { answeredId: 101 })
    expect(reactions).toEqual([
      { commentId: 102, content: '+1' },
      { commentId: 103, content: 'confused' },
    ])
    expect(replies).toEqual([{ to: people.dave, why: 'initiator' }])
  })

  it('not even the very last that was', () => {
    const comments = commentsOf(['mallory', '/approve'], ['alice', '/approve'])
    expect(answers(comments, { answeredId: 101 })).toEqual({ reactions: [], replies: [] })
    expect(answers(commentsOf(['mallory', '/approve']), { answeredId: 100 })).toEqual({ reactions: [], replies: [] })
  })

  it('except for a vote that was edited since', () => {
    const seen = commentsOf(['alice', '/approve'])
    const now = seen.map((comment) => ({ ...comment, body: '/approve it', isEdited: true, editors: [people.alice] }))
    expect(answers(now, { answeredId: 100, seen })).toEqual({
      reactions: [{ commentId: 100, content: 'confused' }],
      replies: [{ to: people.alice, why: 'edited' }],
    })
  })
})

describe('twenty replies', () => {
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const author = { id: 500 + index, login: `stranger-${index}`, isUser: true }
      return ['mallory', '/approve', { author }] as const satisfies Said
    })
  const names = (said: readonly Said[]) => to(...said).replies.map((reply: { to: Person }) => reply.to.login)

  it('are the most, the first first', () => {
    expect(names(crowd(25))).toEqual(Array.from({ length: 20 }, (_, index) => `stranger-${index}`))
    expect(to(...crowd(25)).reactions).toHaveLength(20)
  })

  it('with those that were written before', () => {
    const before = Array.from({ length: 18 }, (_, index) => ours(900 + index))
    expect(names([...before, ...crowd(5)])).toEqual(['stranger-0', 'stranger-1'])
    const more = Array.from({ length: 30 }, (_, index) => ours(900 + index))
    expect(names([...more, ...crowd(5)])).toEqual([])
  })
})
