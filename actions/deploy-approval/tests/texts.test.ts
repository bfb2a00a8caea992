import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../src/outcome.ts'
import { parseMarker } from '../src/request.ts'
import { renderAbandoned } from '../src/texts/abandoned-comment.ts'
import { renderClosing } from '../src/texts/closing-comment.ts'
import { renderBody } from '../src/texts/issue-body.ts'
import { renderTitle } from '../src/texts/issue-title.ts'
import { longestText, parseTag } from '../src/texts/own-comment.ts'
import { renderReminder } from '../src/texts/reminder.ts'
import { renderReply } from '../src/texts/reply.ts'
import { renderReview } from '../src/texts/review-issue.ts'
import { sentenceOf } from '../src/texts/sentence.ts'
import { renderStatus } from '../src/texts/status-comment.ts'
import { hostile } from './support/hostile.ts'
import { alice, asked, bob, carol, count, invitation, openedAtMs, vote } from './support/invited.ts'
import { decoded, elements, mentions, rendered } from './support/rendered.ts'
import { Stage } from './support/stage.ts'

const deadlineMs = openedAtMs + 3_600_000

/** Every text of ours, with one text of somebody else's in all places where there can be one. */
function texts(foreign: string): Readonly<Record<string, string>> {
  // A line break in what is one line in a commit, a comment or an input cannot come that far.
  const line = foreign.replace(/[\r\n]/g, ' ')
  const request = {
    environment: line || 'x',
    version: line,
    gate: line || 'x',
    ref: `refs/tags/${line}`,
    base: 'b'.repeat(40),
  }
  const commits = [{ sha: 'f'.repeat(40), title: line, author: line }]
  const excluded = [{ login: line, why: 'no-such-user' as const }]
  const checklist = [line, 'two']
  const given = { request, excluded, checklist, changes: { total: 1, commits }, quorumReason: line }
  const stranger = { id: 66, login: line }
  const invited = invitation({ ...given, initiators: [stranger] })
  const votes = [vote(alice, `/approve ${line}`), vote(bob, `/deny ${line}`), vote(stranger, '/approve', 'stranger')]
  const counted = count({
    votes,
    approvers: [stranger],
    deniedBy: [stranger],
    checked: new Map([[1, { ...stranger, isUser: true }]]),
  })
  const outcome = outcomeOf(
    { asked: asked(given), count: counted, requests: 1, nowMs: deadlineMs },
    { outcome: 'denied', reasonCode: 'denied-by-vote', sentence: line },
  )
  const emergency = { reason: foreign, incident: `INC ${foreign}`, reviewWithinMs: 3_600_000 }
  return {
    body: renderBody(invited),
    status: renderStatus({ invitation: invited, count: counted, deadlineMs, outcome: 'pending', answeredId: 1 }).body,
    reminder: renderReminder({ invitation: invited, count: counted, deadlineMs, nowMs: openedAtMs }).body,
    reply: renderReply({ to: { ...stranger, isUser: true }, why: 'stranger' }).body,
    closing: renderClosing(outcome, asked(given)).body,
    abandoned: renderAbandoned({ why: foreign, nonce: 'a' }).body,
    review: renderReview({ invitation: invited, emergency, starter: stranger, dueAtMs: deadlineMs }).body,
  }
}

describe('texts of others in texts of ours', () => {
  const plain = Object.entries(texts('x')).map(([name, text]) => [name, elements(rendered(text))] as const)

  it.each(plain)('make no markup of their own: %s', (name, wanted) => {
    fc.assert(
      fc.property(
        hostile.filter((text) => text.trim() !== ''),
        (foreign) => {
          expect(elements(rendered(texts(foreign)[name] ?? ''))).toEqual(wanted)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('mention nobody', () => {
    fc.assert(
      fc.property(hostile, (foreign) => {
        for (const text of Object.values(texts(foreign))) {
          const others = mentions(rendered(text)).filter((name) => !['alice', 'bob', 'carol'].includes(name))
          // Who is answered by name is meant to be called, by a login that is one.
          expect(others.filter((name) => !/^[a-z\d][\w-]*$/i.test(foreign) || name !== foreign)).toEqual([])
        }
      }),
      { numRuns: 60 },
    )
  })

  it('leave marker and tags as they are, and no text of ours is a command or too long', () => {
    fc.assert(
      fc.property(hostile, (foreign) => {
        const { body = '', ...others } = texts(foreign)
        expect(parseMarker(body)?.gate).toBe(foreign.replace(/[\r\n]/g, ' ') || 'x')
        for (const [name, text] of Object.entries({ body, ...others })) {
          expect(text.startsWith('/'), name).toBe(false)
          expect(text.length).toBeLessThanOrEqual(longestText)
          if (name !== 'body' && name !== 'review') expect(parseTag(text), name).toBeDefined()
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('the title', () => {
  it.each([
    ['', 'Approve deployment: production v1.4.0 (c0ffee1)'],
    ['Ship it', 'Ship it: production v1.4.0 (c0ffee1)'],
    ['two\nlines\u202e', 'two lines: production v1.4.0 (c0ffee1)'],
    [' \u200b ', 'Approve deployment: production v1.4.0 (c0ffee1)'],
  ])('of %j is %j', (title, wanted) => {
    expect(renderTitle(invitation({ title }))).toBe(wanted)
  })

  it('names environment and commit without a version', () => {
    expect(renderTitle(invitation({ request: { version: '' } }))).toBe('Approve deployment: production (c0ffee1)')
  })

  it('is cut to what GitHub takes, and never at the facts', () => {
    const long = invitation({
      title: 't'.repeat(300),
      request: { environment: 'e'.repeat(100), version: 'v'.repeat(100) },
    })
    expect(renderTitle(long)).toHaveLength(256)
    expect(renderTitle(long)).toMatch(/: e{100} v{100} \(c0ffee1\)$/)
  })
})

describe('the text of the issue', () => {
  it('calls everybody who may vote, fifty at most, and says who may not and why', () => {
    const voters = Array.from({ length: 60 }, (_, index) => ({ id: index + 100, login: `person-${index}` }))
    const excluded = [
      { login: 'erin', why: 'commit-author' },
      { login: 'nobody-there', why: 'no-such-user' },
    ] as const
    const html = rendered(renderBody(invitation({ voters, excluded })))
    expect(mentions(html)).toEqual(voters.slice(0, 50).map(({ login }) => login))
    expect(decoded(html)).toContain('10 more')
    expect(decoded(html)).toContain(
      'May not vote: erin (wrote what is to be deployed), nobody-there (no such user), dave (started this run)',
    )
  })

  it('does not say that an initiator may not vote who may', () => {
    const text = renderBody(invitation({ voters: [alice, bob, carol], initiators: [alice], excluded: [] }))
    expect(text).not.toContain('May not vote')
  })

  it('keeps the marker where the rest is too long', () => {
    const items = Array.from({ length: 99 }, () => '@'.repeat(200))
    const body = renderBody(invitation({ checklist: items, body: 'long\n'.repeat(40_000) }))
    expect(body.length).toBeLessThanOrEqual(longestText)
    expect(parseMarker(body)?.runId).toBe(77)
  })

  it('links what is compared, and lists twenty commits at most', () => {
    const commits = Array.from({ length: 30 }, (_, index) => ({
      sha: String(index).padStart(40, '0'),
      title: `Commit ${index}`,
      author: 'erin',
    }))
    const body = renderBody(invitation({ request: { base: 'b'.repeat(40) }, changes: { total: 250, commits } }))
    expect(body).toContain(`/compare/${'b'.repeat(40)}...c0ffee1`)
    expect(decoded(rendered(body))).toContain('250 commits by erin')
    expect(decoded(rendered(body))).toContain('… and 230 more')
  })
})

describe('the status', () => {
  it('says how many, who is missing, and what is checked', () => {
    const checked = new Map([[2, { ...alice, isUser: true }]])
    const { body } = renderStatus({
      invitation: invitation({ checklist: ['Backup', 'Rehearsal'] }),
      count: count({ approvers: [alice], checked }),
      ...{ deadlineMs, outcome: 'pending', answeredId: 5 },
    })
    const said = decoded(rendered(body))
    for (const text of [
      '1 of 2 approvals: alice',
      'Missing: 1 of bob and carol',
      '⬜ Backup',
      '✅ Rehearsal (alice)',
      '2026-03-01 11:00 UTC',
    ])
      expect(said).toContain(text)
    expect(parseTag(body)).toEqual({ kind: 'status', key: '5' })
  })

  it('misses nobody once it is decided', () => {
    const { body } = renderStatus({
      invitation: invitation(),
      count: count({ approvers: [alice, bob] }),
      deadlineMs,
      outcome: 'approved',
      answeredId: 5,
    })
    expect(body).toContain('Decided: **approved**')
    expect(body).not.toContain('Missing')
  })
})

describe('the closing comment', () => {
  const closing = (votes: readonly ReturnType<typeof vote>[]) => {
    const it = asked()
    const outcome = outcomeOf(
      { asked: it, count: count({ votes, approvers: [alice, bob] }), requests: 30, nowMs: openedAtMs + 3_300_000 },
      { outcome: 'approved', reasonCode: 'ok', sentence: 'alice and bob approved production v1.4.0' },
    )
    return { outcome, body: renderClosing(outcome, it).body }
  }

  it('holds the record in one line, its hash, the people and the run', () => {
    const { outcome, body } = closing([vote(alice, '/approve looks *good*'), vote(bob, '/approve')])
    const line = body.split('\n').find((text) => text.startsWith('{'))
    expect(line).toBe(outcome.audit?.canonical)
    const said = decoded(rendered(body))
    for (const text of [
      '✅ Approved: production v1.4.0 (c0ffee1)',
      'looks *good*',
      outcome.audit?.hash ?? '',
      'run 77, attempt 2',
      '55m later',
    ])
      expect(said).toContain(text)
    expect(said).not.toContain('Nothing is approved')
  })

  it('leaves out a record that is too long', () => {
    const strangers = Array.from({ length: 1_000 }, () => vote({ id: 66, login: 'mallory' }, '/approve', 'stranger'))
    const { body } = closing(strangers)
    expect(body.length).toBeLessThanOrEqual(longestText)
    expect(body).toContain('in the report of the step')
  })

  it('leaves out the votes too where their notes are too long', () => {
    const people = Array.from({ length: 100 }, (_, index) => ({ id: 100 + index, login: `member${index}` }))
    const { body } = closing(people.map((person) => vote(person, `/approve ${'@'.repeat(200)}`)))
    expect(body.length).toBeLessThanOrEqual(longestText)
    expect(body).toContain('✅ Approved')
    expect(body).toContain('SHA-256')
    expect(body).toContain('in the report of the step')
  })

  it('names twenty of those who said no, whatever they said', () => {
    const people = Array.from({ length: 150 }, (_, index) => ({ id: 100 + index, login: `member${index}` }))
    const votes = people.map((person) => vote(person, `/deny ${'@'.repeat(200)}`))
    const counted = count({ votes, deniedBy: people })
    const verdict = { outcome: 'denied', reasonCode: 'denied-by-vote', count: counted } as const
    const sentence = sentenceOf(verdict, asked())
    const outcome = outcomeOf(
      { asked: asked(), count: counted, requests: 1, nowMs: openedAtMs },
      { ...verdict, sentence },
    )
    expect(sentence).toMatch(/; 130 more$/)
    expect(renderClosing(outcome, asked()).body.length).toBeLessThanOrEqual(longestText)
  })
})

describe('an emergency', () => {
  it('is declared whatever was pasted as its reason', async () => {
    const log = '@'.repeat(60_000)
    const stage = new Stage()
    const emergency = { reason: log, incident: log, reviewWithinMs: 3_600_000 }
    const { outcome, audit, sentence } = await stage.play({ emergency })
    expect(outcome).toBe('emergency')
    expect(audit?.record.reason).toBe(log)
    expect(sentence.length).toBeLessThan(2_100)
    expect(stage.issue.text).toContain('**Incident:**')
  })
})

describe('the review', () => {
  it('links an address, and nothing else', () => {
    const review = (incident: string) =>
      renderReview({
        invitation: invitation(),
        emergency: { reason: 'down', incident, reviewWithinMs: 1 },
        starter: alice,
        dueAtMs: deadlineMs,
      }).body
    expect(rendered(review('https://status.example.com/i/7'))).toContain('href="https://status.example.com/i/7"')
    expect(rendered(review('javascript:alert(1)'))).not.toContain('href="javascript')
    expect(mentions(rendered(review('INC-7')))).toEqual(['bob', 'carol'])
  })
})
