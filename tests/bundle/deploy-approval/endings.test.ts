import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { isRecord } from '@deploy-safety/common/record'
import type { ActionRun } from '@deploy-safety/simulators/runner'
import { describe, expect, it } from 'vitest'
import { verdict } from '../bundle.ts'
import { endedPending, Site } from './site.ts'

const phases = { 'allowed-refs': 'refs/tags/v*' }
const both = [
  ['alice', '/approve fine by me'],
  ['bob', '/approve'],
] as const

/** The hash of the record, computed as an auditor would. */
function expectSealed({ report, outputs, summary }: ActionRun): void {
  const { record, recordSha256 } = report as { record: object; recordSha256: string }
  expect(recordSha256).toMatch(/^[0-9a-f]{64}$/)
  expect(outputs['record-sha256']).toBe(recordSha256)
  expect(summary).toContain(recordSha256)
  expect(createHash('sha256').update(canonical(record)).digest('hex')).toBe(recordSha256)
  if (!hasJq()) return
  const bytes = execFileSync('jq', ['-cjS', '.record', outputs['report'] ?? ''])
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(recordSha256)
}

/** RFC 8785 for what is in a record: no fractions, and names in ASCII. */
function canonical(record: object): string {
  return JSON.stringify(record, (_, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part,
  )
}

function hasJq(): boolean {
  try {
    execFileSync('jq', ['--version'])
    return true
  } catch {
    return false
  }
}

function titles({ annotations }: ActionRun): string[] {
  return annotations.map(({ kind, title }) => `${kind} ${title}`)
}

describe.concurrent('the bundle in mode wait', () => {
  it('approves exactly what was asked, and its post step asks nothing', async () => {
    await using site = await Site.start()
    site.says(...both)
    const run = await site.play()
    const requests = site.requests.length
    expect(verdict(run), run.log).toBe('approved ok')
    expect(run.outputs).toMatchObject({
      approvers: 'alice,bob',
      'denied-by': '',
      'approved-sha': site.sha,
      'approved-version': 'v1.4.0',
      'issue-number': '1',
      'issue-url': 'https://github.com/octo-org/octo-app/issues/1',
      'request-run-id': String(site.run.id),
      'api-requests': String(requests),
    })
    expect(Number(run.outputs['waited-seconds'])).toBeLessThan(30)
    expect(titles(run)).toEqual([])
    expect(run.summary).toMatch(/^### ✅ .*approved/)
    expect(run.summary).toContain('fine by me')
    expect(site.issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
    expect(run.post).toMatchObject({ exitCode: 0, log: '' })
    expectSealed(run)
    expect(site.github.violations).toEqual([])
  })

  it('fails where somebody denies it, and passes where fail-on says so', async () => {
    for (const failOn of ['', 'timed-out,pending']) {
      await using site = await Site.start()
      site.says(['alice', '/approve'], ['bob', '/deny the shop is full'])
      const action = site.begin({ 'fail-on': failOn })
      const run = failOn === '' ? await action.done : await endedPending(action)
      expect(verdict(run), run.log).toBe('denied denied-by-vote')
      expect(run.exitCode).toBe(failOn === '' ? 1 : 0)
      expect(run.outputs).toMatchObject({ 'denied-by': 'bob', 'approved-sha': '', 'approved-version': '' })
      expect(titles(run)).toEqual([`${failOn === '' ? 'error' : 'warning'} deploy-approval: denied-by-vote`])
      expect(site.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
      expectSealed(run)
    }
  })

  it('times out', async () => {
    await using site = await Site.start()
    const run = await site.play({ timeout: '4s' })
    expect(verdict(run), run.log).toBe('timed-out timed-out')
    expect(Number(run.outputs['waited-seconds'])).toBeGreaterThanOrEqual(4)
    expect(site.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    expectSealed(run)
  })

  it('is superseded by a newer run, which asks anew', async () => {
    await using site = await Site.start()
    const older = site.begin()
    await older.printed('asked')
    const { id } = site.startAnother()
    const newer = site.begin({ timeout: '8s' }, { env: { GITHUB_RUN_ID: String(id) } })
    expect(verdict(await older.done)).toBe('superseded superseded')
    expect(site.open).toEqual([2])
    for (const [login, body] of both) site.github.as(login).comment(site.issue, body)
    expect(verdict(await newer.done)).toBe('approved ok')
  })

  it('reports what is impossible before anybody is asked', async () => {
    await using site = await Site.start()
    const run = await site.play({ approvers: 'alice' })
    expect(verdict(run), run.log).toBe('error quorum-impossible')
    expect(run.report).not.toHaveProperty('record')
    expect(site.repository.issues).toEqual([])
  })
})

describe.concurrent('the bundle in an emergency', () => {
  const emergency = { emergency: 'true', reason: 'The shop is down', incident: 'INC-7' }

  it('deploys for who is entitled, and leaves the review open', async () => {
    await using site = await Site.start()
    const run = await site.play({ ...emergency, approvers: 'alice,dave' })
    expect(verdict(run), run.log).toBe('emergency emergency')
    expect(run.outputs).toMatchObject({ 'approved-sha': site.sha, approvers: '' })
    expect(titles(run)).toEqual(['warning deploy-approval: emergency'])
    expect(run.report).toMatchObject({ record: { reason: 'The shop is down', incident: 'INC-7' } })
    expect(run.post).toMatchObject({ exitCode: 0, log: '' })
    expect(site.open).toEqual([1])
    expectSealed(run)
  })

  it('denies who is not', async () => {
    await using site = await Site.start()
    const run = await site.play(emergency)
    expect(verdict(run), run.log).toBe('denied emergency-not-entitled')
    expect(site.repository.issues).toEqual([])
  })
})

describe.concurrent('the bundle in two phases', () => {
  /** What the runner says of a run for a comment. */
  const commented = (site: Site) => ({
    env: {
      ...{ GITHUB_RUN_ID: '4711', GITHUB_EVENT_NAME: 'issue_comment', GITHUB_REF: 'refs/heads/main' },
      GITHUB_WORKFLOW_REF: 'octo-org/octo-app/.github/workflows/deploy.yml@refs/heads/main',
    },
    event: { issue: { number: site.issue.number }, sender: { id: 1, login: 'mallory' } },
  })

  it('asks and ends, is undecided, and then approves what was asked for', async () => {
    await using site = await Site.start()
    const asked = await endedPending(site.begin({ mode: 'request', ...phases }))
    expect(asked).toMatchObject({ exitCode: 0, outputs: { outcome: 'pending', 'reason-code': 'undecided' } })
    expect(asked.outputs).toMatchObject({ 'issue-number': '1', 'approved-sha': '' })
    expect(titles(asked)).toEqual([])
    expect(asked.post).toMatchObject({ exitCode: 0, log: '' })
    site.run.complete('success')
    const check = () => site.begin({ mode: 'check', version: '', ...phases }, commented(site))
    const undecided = await check().done
    expect(verdict(undecided)).toBe('pending undecided')
    expect(undecided.exitCode).toBe(1)
    for (const [login, body] of both) site.github.as(login).comment(site.issue, body)
    const decided = await check().done
    expect(verdict(decided)).toBe('approved ok')
    expect(decided).toMatchObject({
      exitCode: 0,
      outputs: { 'approved-sha': site.sha, 'approved-version': 'v1.4.0', 'request-run-id': String(site.run.id) },
    })
    expectSealed(decided)
    const again = await check().done
    expect(verdict(again)).toBe('error already-decided')
    expect(again.outputs).toMatchObject({ 'approved-sha': '' })
  })

  it('sweeps without an issue, and approves nothing', async () => {
    await using site = await Site.start()
    await site.begin({ mode: 'request', ...phases, timeout: '1s' }).done
    await expect.poll(() => Date.now() - site.issue.createdAt.getTime()).toBeGreaterThan(2_100)
    const env = { ...commented(site).env, GITHUB_EVENT_NAME: 'schedule' }
    const run = await site.begin({ mode: 'check', ...phases, timeout: '1s', 'fail-on': 'denied' }, { env }).done
    expect(verdict(run), run.log).toBe('pending swept')
    expect(run).toMatchObject({ exitCode: 0, outputs: { 'approved-sha': '', 'issue-number': '' } })
    expect(site.open).toEqual([])
  })
})

describe.concurrent('a wrong input', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ['an unknown mode', { mode: 'vote' }, /"mode".*"vote"/],
    ['no approvers', { approvers: '' }, /"approvers" is missing/],
    ['no environment', { environment: ' ' }, /"environment" is missing/],
    ['a short sha', { sha: 'c0ffee' }, /"sha".*"c0ffee"/],
    ['too many approvals', { 'required-approvals': '101' }, /"required-approvals".*"101"/],
    ['an emergency without a reason', { emergency: 'true' }, /reason/],
    ['mode check without allowed-refs', { mode: 'check' }, /allowed-refs/],
    ['a misspelled input', { 'required-approval': '2' }, /did you mean "required-approvals"/],
    ['a pattern without a version', { version: '', 'version-pattern': 'semver' }, /version-pattern/],
    ['a wrong fail-on', { 'fail-on': 'rejected' }, /"fail-on".*"rejected"/],
  ])('%s is refused before any request', async (_, inputs, message) => {
    await using site = await Site.start()
    const run = await site.play(inputs)
    expect(verdict(run), run.log).toBe('error invalid-input')
    expect(run.report).toMatchObject({ message: expect.stringMatching(message), nextStep: expect.any(String) })
    expect(run.annotations.at(0)?.message).toMatch(message)
    expect(run.outputs).toMatchObject({ 'waited-seconds': '0', 'api-requests': '0' })
    expect(site.requests).toEqual([])
    expect(run.post).toMatchObject({ exitCode: 0, log: '' })
  })

  it('fails the step whatever fail-on says', async () => {
    await using site = await Site.start()
    expect(await site.play({ mode: 'vote', 'fail-on': 'never' })).toMatchObject({ exitCode: 1 })
  })
})
