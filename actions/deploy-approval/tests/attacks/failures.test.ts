import { readFileSync } from 'node:fs'
import { type Fault, faults } from '@deploy-safety/simulators/github/fault'
import type { Permissions } from '@deploy-safety/simulators/github/token'
import { describe, expect, it } from 'vitest'
import { contract } from '../../src/contract.ts'
import { present } from '../../src/present.ts'
import { post } from '../support/ended.ts'
import { Stage } from '../support/stage.ts'

const short = { policy: { timeoutMs: 60_000 } }

function approving(): Stage {
  const stage = new Stage()
  for (const login of ['alice', 'bob']) {
    stage.after(5, () => {
      for (const issue of stage.repository.issues) stage.github.as(login).comment(issue, '/approve')
    })
  }
  return stage
}

describe('attack 26: an error passes for an approval', () => {
  const operations = [
    ...['graphql', 'actions/get-workflow-run', 'issues/create', 'issues/get', 'issues/list-comments'],
    ...['issues/list-for-repo', 'issues/create-comment'],
  ]
  const broken: [string, Fault][] = [
    ['500', faults.status(500)],
    ['404', faults.status(404)],
    ['nothing', faults.hang()],
    ['HTML', faults.html()],
    ['an empty object', { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' }],
    ['an empty list', { status: 200, headers: { 'content-type': 'application/json' }, body: '[]' }],
    ['401', faults.badCredentials()],
  ]

  it.each(broken)('%s in place of any kind of answer approves nothing', async (_, fault) => {
    for (const operation of operations) {
      const stage = approving()
      stage.github.fail(operation, fault, { times: 1_000 })
      const outcome = await stage.play(short)
      expect([operation, outcome.outcome]).toEqual([operation, 'error'])
      expect(present(outcome, stage.inputs()).outputs).toMatchObject({ 'approved-sha': '', 'approved-version': '' })
    }
  })

  it('error and cancelled fail the step whatever fail-on says', () => {
    expect(contract.outcomes).toMatchObject({ error: 'always-fails', cancelled: 'always-fails' })
  })
})

describe('attack 27: the token is too weak', () => {
  it.each<{ permissions: Permissions; named: string }>([
    { permissions: { actions: 'read', contents: 'read' }, named: 'issues: write' },
    { permissions: { issues: 'read', actions: 'read', contents: 'read' }, named: 'issues: write' },
    { permissions: { issues: 'write', contents: 'read' }, named: 'actions: read' },
  ])('$named is named, and no issue is opened', async ({ permissions, named }) => {
    const stage = new Stage()
    stage.token.permissions = permissions
    const outcome = await stage.play(short)
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'missing-permission' })
    expect(outcome.sentence).toContain(named)
    expect(stage.repository.issues).toEqual([])
  })

  it('contents: read is named where authors are excluded', async () => {
    const stage = new Stage()
    stage.token.permissions = { issues: 'write', actions: 'read' }
    const outcome = await stage.play({ base: stage.sha, policy: { excludeAuthors: true } })
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'missing-permission' })
    expect(outcome.sentence).toContain('contents: read')
  })
})

describe('attack 28: the job is cancelled or killed', () => {
  it('a cancelled one leaves no open request', async () => {
    const stage = approving()
    stage.after(6, () => stage.cancel.abort())
    await expect(stage.play(short)).rejects.toMatchObject({ code: 'cancelled' })
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
  })

  it('what a killed one leaves is closed by the post step, which may run twice', async () => {
    const stage = new Stage()
    let isDown = false
    stage.github.fail(() => isDown, faults.hang(), { times: 1_000 })
    stage.after(6, () => {
      isDown = true
      stage.cancel.abort()
    })
    await expect(stage.play(short)).rejects.toMatchObject({ code: 'cancelled' })
    expect(stage.issue.state).toBe('open')
    isDown = false
    for (const _ of ['once', 'twice']) await post(stage)
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    expect(stage.issue.comments.filter(({ text }) => /nothing is approved/i.test(text))).toHaveLength(1)
  })
})

describe('attack 32: polling uses the rate limit up', () => {
  it('an hour of waiting counts for at most 35 requests of a thousand', async () => {
    const stage = new Stage()
    await stage.play()
    expect(stage.github.counted).toBeLessThanOrEqual(35)
  })

  it('where others use it up, it is waited for, or the step ends as rate-limited; never approved', async () => {
    const stage = approving()
    stage.after(6, () => {
      stage.token.budget('core', stage.clock.date()).used = stage.token.limit
    })
    expect(await stage.play(short)).toMatchObject({ outcome: 'error', reasonCode: 'rate-limited' })
  })
})

describe('attack 33: a validator hides what is new', () => {
  it('a comment on a later page is seen at once', async () => {
    const stage = new Stage()
    stage.after(1, () => {
      for (let count = 0; count < 100; count += 1) stage.github.as('mallory').comment(stage.issue, `hm ${count}`)
    })
    stage.says(10, 'alice', '/approve')
    stage.says(20, 'bob', '/approve')
    expect(await stage.play(short)).toMatchObject({ outcome: 'approved' })
  })

  it('a deletion is seen at once', async () => {
    const stage = new Stage()
    stage.after(2, () => {
      const comment = stage.github.as('alice').comment(stage.issue, 'hm')
      stage.after(10, () => stage.github.as('mallory').delete(comment))
    })
    expect(await stage.play(short)).toMatchObject({ outcome: 'denied', deniedBy: [{ login: 'mallory' }] })
    expect(stage.now - stage.issue.createdAt.getTime()).toBeLessThan(25_000)
  })

  it('the reads before a verdict have no validator', async () => {
    const stage = approving()
    const conditional: string[] = []
    stage.github.fail(({ operation, headers }) => {
      if (headers['if-none-match'] !== undefined) conditional.push(String(operation))
      return false
    }, faults.hang())
    expect(await stage.play(short)).toMatchObject({ outcome: 'approved' })
    expect(new Set(conditional)).toEqual(new Set(['issues/get']))
    const last = stage.github.requests.findLastIndex(({ operation }) => operation === 'issues/list-comments')
    expect(stage.github.requests[last - 1]).toMatchObject({ operation: 'issues/get', status: 200 })
  })
})

describe('attack 37: the gate itself is exchanged', () => {
  it('it is JavaScript that the runner starts: no container, no other action', () => {
    const metadata = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')
    expect(metadata).toMatch(/^runs:\n {2}using: node24\n {2}main: dist\/index.js\n {2}post: dist\/post\/index.js\n?$/m)
    expect(metadata).not.toMatch(/docker|image:|uses:/)
  })
})
