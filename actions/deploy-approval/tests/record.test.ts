import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../src/outcome.ts'
import { hashPolicy } from '../src/policy.ts'
import { present } from '../src/present.ts'
import { type AuditRecord, sealed } from '../src/record.ts'
import { type Given, Stage } from './support/stage.ts'

const schema = JSON.parse(readFileSync(new URL('../report.schema.json', import.meta.url), 'utf8'))
const isValid = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema)
const hasJq = spawnSync('jq', ['--version']).status === 0

/** What jq -cjS writes of a record in a report. */
function byJq(record: AuditRecord): Buffer {
  const { stdout, stderr } = spawnSync('jq', ['-cjS', '.record'], { input: JSON.stringify({ x: 1, record }, null, 2) })
  if (stderr.length > 0) throw new Error(String(stderr))
  return stdout
}

/** The same by hand: no blanks, keys in order. */
function byHand(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(byHand).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${byHand(part)}`).join()}}`
}

async function reportOf(stage: Stage, given: Given = {}): Promise<{ outcome: Outcome; report: object }> {
  const outcome = await stage.play(given)
  const { outcome: name, reasonCode, message, nextStep, report } = present(outcome, stage.inputs(given))
  const envelope = { schemaVersion: 1, action: 'deploy-approval', outcome: name, reasonCode, message }
  const times = { startedAt: '2026-03-01T10:00:00.250Z', elapsedMs: 1 }
  return { outcome, report: { ...envelope, ...(nextStep === undefined ? {} : { nextStep }), ...times, ...report } }
}

function recordIn({ audit }: Outcome): AuditRecord {
  if (audit === undefined) throw new Error('There is no record')
  return audit.record
}

const checklist = { checklist: ['Backup taken', 'On call'], checklistRequired: true }

/** Approved, with a word of everybody. */
function busy(): Stage {
  const stage = new Stage()
  stage.says(10, 'dave', '/approve')
  stage.says(20, 'alice', '/deny not yet')
  stage.says(30, 'mallory', '/deny')
  stage.says(31, 'alice', '/withdraw')
  stage.says(32, 'bob', '/check 2')
  stage.says(33, 'bob', '/check 3')
  stage.says(34, 'bob', '/approve \u0000\u007f "fine" \\ \u2028 😀 é')
  stage.says(35, 'alice', '/approve')
  stage.says(36, 'alice', '/check 1')
  return stage
}

describe('a record', () => {
  it('has everything that the contract names', async () => {
    const stage = new Stage()
    stage.says(10, 'dave', '/approve')
    stage.says(20, 'bob', '/check 2')
    stage.says(30, 'alice', '/check 1')
    stage.says(40, 'bob', '/approve fine')
    stage.says(50, 'alice', '/approve')
    const outcome = await stage.play({ policy: checklist })
    const { alice, bob, dave } = stage.people
    const person = ({ id, login }: typeof alice) => ({ id, login })
    const vote = (index: number, who: typeof alice, command: string, at: string, body: string, why = 'counted') => ({
      ...{ commentId: votes[index]?.commentId, userId: who.id, login: who.login, command, createdAt: at },
      bodySha256: createHash('sha256').update(body).digest('hex'),
      ...{ counted: why === 'counted', why },
    })
    const { votes, ...record } = recordIn(outcome)
    expect(record).toEqual({
      ...{ repository: 'octo-org/octo-app', runId: stage.run.id, attempt: 1, ref: 'refs/tags/v1.4.0' },
      ...{ environment: 'production', version: 'v1.4.0', sha: stage.sha, gate: 'Deploy / approve' },
      ...{ issueNumber: 1, openedAt: '2026-03-01T10:00:00.000Z', decidedAt: record.decidedAt },
      ...{ outcome: 'approved', reasonCode: 'ok' },
      policy: stage.inputs({ policy: checklist }).policy,
      policySha256: hashPolicy(stage.inputs({ policy: checklist }).policy),
      initiators: [person(dave)],
      approvers: [person(bob), person(alice)],
      deniedBy: [],
      checklist: [
        { item: 'Backup taken', checkedBy: person(alice) },
        { item: 'On call', checkedBy: person(bob) },
      ],
      // What wrote it down came after it: the closing comment and the close.
      requests: outcome.requests - 2,
    })
    expect(votes).toEqual([
      vote(0, dave, 'approve', '2026-03-01T10:00:10.000Z', '/approve', 'initiator'),
      vote(1, bob, 'check 2', '2026-03-01T10:00:20.000Z', '/check 2'),
      vote(2, alice, 'check 1', '2026-03-01T10:00:30.000Z', '/check 1'),
      vote(3, bob, 'approve', '2026-03-01T10:00:40.000Z', '/approve fine'),
      vote(4, alice, 'approve', '2026-03-01T10:00:50.000Z', '/approve'),
    ])
    expect(record.decidedAt).toMatch(/^2026-03-01T10:0[01]:\d\d\.\d{3}Z$/)
    expect(record.requests).toBeGreaterThan(5)
  })

  it('names who denied, and what is still open', async () => {
    const stage = new Stage()
    stage.says(20, 'bob', '/check 2')
    stage.says(30, 'alice', '/deny')
    expect(recordIn(await stage.play({ policy: checklist }))).toMatchObject({
      ...{ outcome: 'denied', reasonCode: 'denied-by-vote', approvers: [], deniedBy: [{ login: 'alice' }] },
      checklist: [
        { item: 'Backup taken', checkedBy: null },
        { item: 'On call', checkedBy: { login: 'bob' } },
      ],
    })
  })

  it('of an emergency says why, and until when it is reviewed', async () => {
    const stage = new Stage()
    const emergency = { reason: 'Outage', incident: 'INC-7', reviewWithinMs: 48 * 3_600_000 }
    const { outcome, report } = await reportOf(stage, { emergency })
    expect(recordIn(outcome)).toMatchObject({
      reason: 'Outage',
      incident: 'INC-7',
      reviewDueAt: '2026-03-03T10:00:00.000Z',
    })
    expect(isValid(report), JSON.stringify(isValid.errors)).toBe(true)
  })

  it.each([
    ['excluded', 'initiator'],
    ['counts', 'stranger'],
  ] as const)('where the initiator is not in the list and %s, says %s', async (initiator, why) => {
    const stage = new Stage()
    stage.says(10, 'dave', '/approve')
    const approvers = { logins: ['alice', 'bob'], teams: [] }
    const record = recordIn(await stage.play({ policy: { initiator, approvers, timeoutMs: 60_000 } }))
    expect(record.votes).toMatchObject([{ login: 'dave', counted: false, why }])
  })

  it('has nothing of an emergency where there is none', async () => {
    const stage = new Stage()
    const record = recordIn(await stage.play({ policy: { timeoutMs: 60_000 } }))
    expect(Object.keys(record).filter((name) => ['reason', 'incident', 'reviewDueAt'].includes(name))).toEqual([])
  })
})

describe('the report', () => {
  const closes = (stage: Stage) => stage.after(30, () => stage.github.as('mallory').close(stage.issue))
  it.each<[string, (stage: Stage) => void, Given]>([
    ['approved', (stage) => ['alice', 'bob'].map((login) => stage.says(30, login, '/approve')), {}],
    ['denied', (stage) => stage.says(30, 'alice', '/deny'), {}],
    ['denied', closes, {}],
    ['timed-out', () => {}, {}],
    ['pending', () => {}, { mode: 'request', policy: { allowedRefs: ['**'] } }],
    ['denied', () => {}, { policy: { allowedRefs: ['refs/heads/main'] } }],
    ['error', () => {}, { policy: { requiredApprovals: 4 } }],
  ])('of what is %s is of its schema', async (name, script, given) => {
    const stage = new Stage()
    script(stage)
    const { outcome, report } = await reportOf(stage, given)
    expect(outcome.outcome).toBe(name)
    expect(isValid(report), JSON.stringify(isValid.errors)).toBe(true)
  })

  it('is not of its schema with a field more, a hash less or a vote of another kind', async () => {
    const { report } = await reportOf(busy(), { policy: checklist })
    const record: object = 'record' in report ? Object(report.record) : {}
    expect(isValid(report), JSON.stringify(isValid.errors)).toBe(true)
    expect(isValid({ ...report, more: 1 })).toBe(false)
    expect(isValid({ ...report, recordSha256: undefined })).toBe(false)
    expect(isValid({ ...report, record: { ...record, more: 1 } })).toBe(false)
    expect(isValid({ ...report, record: { ...record, votes: [{}] } })).toBe(false)
  })
})

describe('the hash', () => {
  it.skipIf(!hasJq)('is that of what jq writes', async () => {
    const { audit } = await busy().play({ policy: checklist })
    if (audit === undefined) throw new Error('There is no record')
    expect(byJq(audit.record).toString('utf8')).toBe(audit.canonical)
    expect(createHash('sha256').update(byJq(audit.record)).digest('hex')).toBe(audit.hash)
  })

  it('is that of the record with its keys in order and no blanks', async () => {
    const { audit } = await busy().play({ policy: checklist })
    if (audit === undefined) throw new Error('There is no record')
    expect(audit.canonical).toBe(byHand(audit.record))
    expect(audit.hash).toBe(createHash('sha256').update(byHand(audit.record), 'utf8').digest('hex'))
  })

  it('holds the policy to its own hash', async () => {
    const { audit } = await busy().play({ policy: { ...checklist, versionPattern: '/^v😀?.*$/u' } })
    expect(audit?.record.policySha256).toBe(hashPolicy(audit?.record.policy ?? new Stage().inputs().policy))
  })
})

describe('texts', () => {
  it('without control characters and halves of characters, whatever was written', async () => {
    const stage = new Stage()
    const emergency = {
      reason: 'a\u0000b\u001fc\u007fd\u0085e\nf\ud800g',
      incident: 'é😀\u2028\ufeff',
      reviewWithinMs: 60_000,
    }
    const { audit } = await stage.play({ emergency })
    expect(audit?.record).toMatchObject({ reason: 'a�b�c�d�e�f�g', incident: 'é😀\u2028\ufeff' })
  })

  it.skipIf(!hasJq)('are the same bytes in jq', async () => {
    const base = recordIn(await busy().play({ policy: checklist }))
    const text = fc.string({ unit: 'binary', maxLength: 30 })
    const numbers = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    // One call of jq for all of them.
    const records = fc.sample(fc.record({ reason: text, incident: text, runId: numbers, requests: numbers }), 300)
    const stage = new Stage()
    const { asked } = await stage.play({ policy: { timeoutMs: 10_000 } })
    if (asked === undefined) throw new Error('Nobody was asked')
    const { recordOf } = await import('../src/record.ts')
    const all = records.map(({ reason, incident, runId, requests }) => {
      const emergency = { reason, incident, reviewWithinMs: 60_000 }
      const request = { ...asked.request, runId, gate: reason, environment: incident }
      const count = { votes: [], approvers: [], deniedBy: [], checked: new Map() }
      const decided = { outcome: 'approved', reasonCode: 'ok', deniedBy: [], count, requests, decidedAtMs: 0 } as const
      return sealed(recordOf({ ...asked, request, emergency }, decided))
    })
    const input = JSON.stringify([base, ...all.map(({ record }) => record)])
    const { stdout } = spawnSync('jq', ['-cS', '.[]'], { input, maxBuffer: 1e8 })
    expect(stdout.toString('utf8').trimEnd().split('\n').slice(1)).toEqual(all.map(({ canonical }) => canonical))
  })
})
