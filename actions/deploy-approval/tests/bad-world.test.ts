import { type Fault, type FaultedRequest, faults } from '@deploy-safety/simulators/github/fault'
import { describe, expect, it } from 'vitest'
import { Stage } from './support/stage.ts'

const short = { policy: { timeoutMs: 120_000 } }
const times = 1_000

/** Two people approve, early. */
function approving(atS = 10): Stage {
  const stage = new Stage()
  stage.says(atS, 'alice', '/approve')
  stage.says(atS + 2, 'bob', '/approve')
  return stage
}

function countOf(stage: Stage, operation: string): number {
  return stage.github.requests.filter((request) => request.operation === operation).length
}

const isConditional = ({ operation, headers }: FaultedRequest) =>
  operation === 'issues/get' && headers['if-none-match'] !== undefined

describe('a cache on the way that knows nothing new', () => {
  it('is passed by every twentieth poll', async () => {
    const stage = approving()
    stage.github.fail(isConditional, { status: 304, body: '' }, { times })
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
    expect(countOf(stage, 'issues/get')).toBeLessThanOrEqual(22)
  })
})

const spells: [string, Fault][] = [
  ['hangs', faults.hang()],
  ['502', faults.status(502)],
  ['503', faults.status(503)],
  ['lost answers', faults.lost()],
  ['cut answers', faults.truncated()],
  ['pages of HTML', faults.html()],
  ['errors of GraphQL', faults.graphqlError()],
]

describe.each(spells)('%s', (_, fault) => {
  it('are borne twice before the issue is opened', async () => {
    const stage = approving(60)
    stage.github.fail(() => true, fault, { times: 2 })
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
  })

  it('that last before the issue is opened are an error after three tries', async () => {
    const stage = new Stage()
    stage.github.fail(() => true, fault, { times })
    const outcome = await stage.play()
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'api-error', requests: 3 })
    expect(stage.repository.issues).toEqual([])
  })

  it('are borne until the deadline while people are waited for', async () => {
    const stage = approving()
    stage.after(5, () => stage.github.fail(() => true, fault, { times: 4 }))
    expect(await stage.play(short)).toMatchObject({ outcome: 'approved' })
  })

  it('that last are an error at the deadline, although two people approved, and the issue is not approved', async () => {
    const stage = approving()
    stage.after(5, () => stage.github.fail(() => true, fault, { times }))
    const outcome = await stage.play(short)
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'api-error' })
    expect(stage.issue.stateReason).not.toBe('completed')
  })

  it('of only one of the two APIs at the deadline are an error, not a timeout', async () => {
    for (const operation of ['graphql', 'issues/list-comments', 'issues/get']) {
      const stage = new Stage()
      stage.after(5, () => stage.github.fail(operation, fault, { times }))
      expect(await stage.play(short)).toMatchObject({ outcome: 'error', reasonCode: 'api-error' })
    }
  })
})

describe('a limit of the rate', () => {
  it('with Retry-After is waited for, no request in between', async () => {
    for (const fault of [faults.secondaryLimit(50), faults.tooManyRequests(50)]) {
      const stage = approving()
      stage.after(5, () => stage.github.fail('issues/get', fault))
      expect(await stage.play(short)).toMatchObject({ outcome: 'approved' })
      const limited = stage.github.requests.findIndex(({ status }) => status === 403 || status === 429)
      const [refused, next] = stage.github.requests.slice(limited)
      expect(Number(next?.at) - Number(refused?.at)).toBe(50_000)
    }
  })

  it('without a time is waited for a minute', async () => {
    const stage = approving()
    stage.after(5, () => stage.github.fail('issues/get', faults.secondaryLimit()))
    expect(await stage.play(short)).toMatchObject({ outcome: 'approved' })
    const [refused, next] = stage.github.requests.slice(stage.github.requests.findIndex(({ status }) => status === 403))
    expect(Number(next?.at) - Number(refused?.at)).toBe(60_000)
  })

  it('until the next hour is waited for', async () => {
    const stage = approving()
    stage.after(5, () => {
      stage.github.fail('issues/get', faults.primaryLimit(new Date(stage.now + 90_000)))
    })
    expect(await stage.play(short)).toMatchObject({ outcome: 'approved' })
  })

  it('beyond the deadline ends the wait', async () => {
    const stage = approving()
    stage.after(5, () => stage.github.fail('issues/get', faults.secondaryLimit(200)))
    expect(await stage.play(short)).toMatchObject({ outcome: 'error', reasonCode: 'rate-limited' })
    expect(stage.now - stage.issue.createdAt.getTime()).toBeLessThan(20_000)
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
  })

  it('of GraphQL is waited for too', async () => {
    const stage = approving()
    stage.after(5, () => stage.github.fail('graphql', faults.graphqlError('API rate limit exceeded', 'RATE_LIMITED')))
    expect(await stage.play(short)).toMatchObject({ outcome: 'approved' })
  })

  it.each(['reactions/create-for-issue-comment', 'issues/update-comment', 'issues/create-comment'])(
    'on a courtesy (%s) holds nothing up and ends nothing',
    async (operation) => {
      const stage = approving()
      stage.says(30, 'carol', '/deny')
      stage.github.fail(operation, faults.secondaryLimit(3_000))
      const outcome = await stage.play({ policy: { timeoutMs: 3_600_000, requiredApprovals: 3 } })
      expect(outcome).toMatchObject({ outcome: 'denied' })
      expect(stage.now - stage.issue.createdAt.getTime()).toBeLessThan(40_000)
    },
  )
})

describe('an issue that goes away while people are waited for', () => {
  it.each(['deleted', 'transferred', 'deleted in the settle interval', 'transferred in the settle interval'])(
    '%s: it is gone, and nothing is approved',
    async (what) => {
      const stage = approving()
      const elsewhere = stage.github.repository('octo-org/attic')
      const mallory = stage.github.as('mallory')
      stage.after(what.endsWith('interval') ? 16 : 12.5, () => {
        if (what.startsWith('deleted')) mallory.deleteIssue(stage.issue)
        else mallory.transfer(stage.issue, elsewhere)
      })
      expect(await stage.play(short)).toMatchObject({ outcome: 'error', reasonCode: 'issue-gone' })
    },
  )

  it('because the repository was renamed: the message says that it may be so', async () => {
    const stage = approving()
    stage.after(12.5, () => stage.github.fail('issues/get', faults.moved('https://api.github.com/repositories/1')))
    expect(await stage.play(short)).toMatchObject({
      reasonCode: 'issue-gone',
      sentence: expect.stringContaining('the repository was renamed'),
    })
  })

  it('between two requests of one read is gone', async () => {
    for (const status of [404, 410]) {
      const stage = approving()
      stage.github.fail('issues/list-comments', faults.status(status), { times })
      expect(await stage.play(short)).toMatchObject({ outcome: 'error', reasonCode: 'issue-gone' })
    }
  })

  it('where issues are disabled says so', async () => {
    const stage = approving()
    stage.after(11, () => {
      stage.repository.hasIssues = false
    })
    expect(await stage.play(short)).toMatchObject({ outcome: 'error', reasonCode: 'issues-disabled' })
  })

  it('where the repository is archived cannot be concluded', async () => {
    const stage = approving()
    stage.after(11, () => {
      stage.repository.archived = true
    })
    expect(await stage.play(short)).toMatchObject({ outcome: 'error', reasonCode: 'issues-disabled' })
  })
})

describe('a token', () => {
  it('that expires meanwhile ends the wait', async () => {
    const stage = approving()
    stage.token.expiresAt = new Date(stage.now + 11_000)
    expect(await stage.play(short)).toMatchObject({ outcome: 'error', reasonCode: 'token-expired' })
  })

  it('that is refused at once asks nobody', async () => {
    const stage = new Stage()
    stage.token.expiresAt = new Date(stage.now)
    expect(await stage.play(short)).toMatchObject({ outcome: 'error', reasonCode: 'token-expired', requests: 1 })
  })

  it('that loses a permission meanwhile ends the wait, and the permission is named', async () => {
    const stage = approving()
    stage.after(11, () => {
      stage.token.permissions = { actions: 'read', contents: 'read' }
    })
    const outcome = await stage.play(short)
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'missing-permission' })
    expect(outcome.sentence).toMatch(/issues: read|issues: write/)
  })

  it('that the single sign-on of the organization does not know is told so', async () => {
    const stage = new Stage()
    const saml = 'Resource protected by organization SAML enforcement. You must grant your token access.'
    stage.github.fail('actions/get-workflow-run', faults.status(403, saml))
    const outcome = await stage.play(short)
    expect(outcome).toMatchObject({ outcome: 'error', reasonCode: 'missing-permission' })
    expect(outcome.sentence).toContain('single sign-on')
  })
})

describe('an issue that GitHub refuses as it is asked for', () => {
  it('is opened without assignees where one cannot be assigned', async () => {
    const stage = approving()
    const body = { method: 'POST', path: /\/issues$/ }
    stage.github.fail(body, faults.status(422, 'Validation Failed'))
    expect(await stage.play(short)).toMatchObject({ outcome: 'approved' })
    expect([...stage.issue.labels]).toEqual(['deployment-approval'])
    expect(stage.log.join('\n')).not.toContain('label')
    expect(stage.issue.assignees.size).toBe(0)
  })

  it('is opened without labels where one is refused', async () => {
    const stage = approving()
    stage.github.fail('issues/create', faults.status(422, 'Validation Failed'), { times: 2 })
    expect(await stage.play(short)).toMatchObject({ outcome: 'approved' })
    expect(stage.issue.labels.size).toBe(0)
    expect(stage.repository.issues).toHaveLength(1)
    expect(stage.log.join('\n')).toContain('did not get the label deployment-approval')
  })

  it('three times is an error', async () => {
    const stage = new Stage()
    stage.github.fail('issues/create', faults.status(422, 'Validation Failed'), { times: 3 })
    expect(await stage.play(short)).toMatchObject({ outcome: 'error', reasonCode: 'api-error' })
  })
})
