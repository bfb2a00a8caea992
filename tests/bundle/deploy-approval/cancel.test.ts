import { faults } from '@deploy-safety/simulators/github/fault'
import type { ActionHandle } from '@deploy-safety/simulators/runner'
import { describe, expect, it } from 'vitest'
import { verdict } from '../bundle.ts'
import { ended, Site } from './site.ts'

/** Sends the signals of the runner as soon as GitHub gets that request, which it answers after that, or never. */
function cancelAt(site: Site, action: () => ActionHandle, operation: string, answer: 'never' | 'late'): void {
  site.github.fail(
    (request) => {
      if (request.operation !== operation) return false
      action().cancel()
      return answer === 'never'
    },
    faults.hang(),
    { effect: 'after' },
  )
}

describe.concurrent('the bundle that is cancelled', () => {
  it.each([
    ['actions/get-workflow-run', 'never'],
    ['graphql', 'late'],
    ['issues/create', 'late'],
    ['issues/create', 'never'],
    ['issues/list-for-repo', 'never'],
    ['issues/create-comment', 'never'],
    ['issues/get', 'late'],
  ] as const)('while %s is under way (its answer comes %s) leaves nothing open', async (operation, answer) => {
    await using site = await Site.start()
    const action: ActionHandle = site.begin()
    cancelAt(site, () => action, operation, answer)
    const run = await ended(action)
    expect(verdict(run), run.log).toBe('cancelled cancelled')
    expect(run.signal).toBeNull()
    expect(run.outputs).toMatchObject({ 'approved-sha': '', approvers: '' })
    expect(Number(run.outputs['api-requests'])).toBeGreaterThan(0)
    expect(run.report).toMatchObject({ outcome: 'cancelled' })
    expect(run.post).toMatchObject({ exitCode: 0 })
    expect(site.repository.issues.length).toBeLessThanOrEqual(1)
    expect(site.open).toEqual([])
  })

  it('while it waits says what it knows, at once', async () => {
    await using site = await Site.start()
    site.says(['alice', '/approve'])
    const action = site.begin({ 'poll-interval': '1s' })
    await action.printed('1 of 2 approvals')
    const cancelledAt = Date.now()
    action.cancel()
    const run = await ended(action)
    expect(Date.now() - cancelledAt).toBeLessThan(7_000)
    expect(verdict(run)).toBe('cancelled cancelled')
    expect(run.outputs).toMatchObject({
      approvers: 'alice',
      'issue-number': '1',
      'record-sha256': expect.stringMatching(/^\w{64}$/),
    })
    expect(run.report).toMatchObject({ record: { outcome: 'cancelled', approvers: [{ login: 'alice' }] } })
    expect(site.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    expect(run.post).toMatchObject({ exitCode: 0, log: '' })
  })

  it('while GitHub hangs ends before the runner kills it, and its post step closes the issue', async () => {
    await using site = await Site.start()
    const action = site.begin({ 'poll-interval': '30s' })
    await expect.poll(() => site.requests.some(({ operation }) => operation === 'issues/get')).toBe(true)
    site.github.fail(() => true, faults.hang())
    const cancelledAt = Date.now()
    let endedMs = 0
    const watched = action
      .printed('cancelled (cancelled)')
      .catch(() => {})
      .then(() => {
        endedMs = Date.now() - cancelledAt
      })
    action.cancel()
    const run = await ended(action)
    await watched
    expect(verdict(run)).toBe('cancelled cancelled')
    expect(run.signal).toBeNull()
    expect(endedMs).toBeGreaterThan(5_000)
    expect(endedMs).toBeLessThan(7_500)
    expect(run.post?.log).toContain('closed')
    expect(site.open).toEqual([])
  })

  it('fails its step whatever fail-on says', async () => {
    await using site = await Site.start()
    const action = site.begin({ 'fail-on': 'never' })
    await action.printed('asked')
    action.cancel()
    expect(await ended(action)).toMatchObject({ exitCode: 1, outputs: { outcome: 'cancelled' } })
  })

  it('by SIGTERM alone ends likewise', async () => {
    await using site = await Site.start()
    const action = site.begin()
    await action.printed('asked')
    action.kill('SIGTERM')
    expect(verdict(await ended(action))).toBe('cancelled cancelled')
    expect(site.open).toEqual([])
  })

  it('while its token is refused ends; its post step says what is open, and fails nothing', async () => {
    await using site = await Site.start()
    const action = site.begin()
    await action.printed('asked')
    site.github.fail(() => true, faults.badCredentials(), { times: 1_000 })
    action.cancel()
    const run = await ended(action)
    expect(run.signal).toBeNull()
    expect(run.post?.exitCode).toBe(0)
    expect(run.post?.annotations).toMatchObject([
      { kind: 'warning', message: expect.stringContaining('https://github.com/octo-org/octo-app/issues/1') },
    ])
  })
})

describe.concurrent('the bundle that is killed', () => {
  it.each(['issues/create', 'issues/create-comment', 'issues/get'])(
    'once GitHub has got %s is cleaned up after by its post step',
    async (operation) => {
      await using site = await Site.start()
      const action: ActionHandle = site.begin()
      site.github.fail(
        (request) => {
          const isIt = request.operation === operation
          if (isIt) action.kill('SIGKILL')
          return isIt
        },
        faults.hang(),
        { effect: 'after' },
      )
      const run = await action.done
      expect(run).toMatchObject({ signal: 'SIGKILL', outputs: {} })
      expect(run.post).toMatchObject({ exitCode: 0, annotations: [] })
      expect(run.post?.log).toContain('closed')
      expect(site.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    },
  )
})
