import { faults } from '@deploy-safety/simulators/github/fault'
import { describe, expect, it } from 'vitest'
import { abandon, parseLeft } from '../src/abandon.ts'
import { Client } from '../src/github/client.ts'
import type { Fetch } from '../src/github/transport.ts'
import { stopped } from './support/ended.ts'
import { Stage } from './support/stage.ts'

function approving(): Stage {
  const stage = new Stage()
  stage.says(3, 'alice', '/approve')
  stage.says(5, 'bob', '/approve')
  return stage
}

/** What the post step does. */
async function cleanUp(stage: Stage): Promise<void> {
  const { clock, github } = stage
  const left = stage.kept.get('left') ?? ''
  if (left === '') return
  const at = { apiUrl: github.url, graphqlUrl: github.graphqlUrl, token: stage.token.value }
  const edges = { fetch: github.fetch as unknown as Fetch, clock, signal: new AbortController().signal }
  const client = new Client({ ...at, ...edges }, { attempts: 1, untilMs: 0, rateLimitUntilMs: 0 })
  await abandon(client, parseLeft(left), 'The step ended without a verdict.')
}

const ending = /<!-- deploy-approval closing/

describe('a verdict that is written, and an issue that cannot be closed', () => {
  it('stands, and the post step closes the issue without a word against it', async () => {
    const stage = approving()
    stage.github.fail('issues/update', faults.status(502), { times: 9 })
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
    expect(stage.log.filter((line) => line.startsWith('warning'))).toHaveLength(1)
    expect(stage.issue.state).toBe('open')
    for (let left = 7; left > 0; left -= 1) await cleanUp(stage).catch(() => {})
    await cleanUp(stage)
    expect(stage.issue.state).toBe('closed')
    expect(stage.issue.comments.filter(({ text }) => ending.test(text))).toHaveLength(1)
    expect(stage.issue.comments.some(({ text }) => /nothing is approved/i.test(text))).toBe(false)
  })
})

describe('a job that is cancelled while a decided issue is closed', () => {
  it.each([
    ['approve', 'alice and bob approved production v1.4.0', 'completed'],
    ['deny', 'alice denied it', 'not_planned'],
  ])(
    'is cancelled and deploys nothing, and says how the issue was decided (%s)',
    async (vote, sentence, stateReason) => {
      const stage = new Stage()
      stage.says(3, 'alice', `/${vote}`)
      stage.says(5, 'bob', '/approve')
      stage.github.fail(({ operation }) => {
        if (operation === 'issues/update') stage.cancel.abort()
        return false
      }, faults.hang())
      const { error, outputs, report } = await stopped(stage, {})
      expect(error).toMatchObject({ code: 'cancelled', message: expect.stringContaining(sentence) })
      expect(error.message).toMatch(/^Cancelled after issue #1 was decided/)
      expect(outputs).toMatchObject({ 'approved-sha': '', 'issue-number': '1' })
      expect(report).toMatchObject({ record: { outcome: 'cancelled' } })
      expect(stage.issue).toMatchObject({ state: 'closed', stateReason })
      expect(stage.issue.comments.filter(({ text }) => ending.test(text))).toHaveLength(1)
    },
  )
})

describe('a verdict that cannot be written', () => {
  it('is an error, and what is said then is that nothing is approved', async () => {
    const stage = approving()
    const isClosing = ({ body = '', method }: { body: string | undefined; method: string }) =>
      method === 'POST' && ending.test(body) && !/Nothing is approved/.test(body)
    stage.github.fail(isClosing, faults.status(502), { times: 1_000 })
    expect(await stage.play({ policy: { timeoutMs: 60_000 } })).toMatchObject({ outcome: 'error' })
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    expect(stage.issue.comments.filter(({ text }) => ending.test(text))).toHaveLength(1)
  })

  it('because its answer was lost was written once', async () => {
    const stage = approving()
    const isClosing = ({ body = '', method }: { body: string | undefined; method: string }) =>
      method === 'POST' && ending.test(body)
    stage.github.fail(isClosing, faults.lost(), { effect: 'after' })
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
    expect(stage.issue.comments.filter(({ text }) => ending.test(text))).toHaveLength(1)
    expect(stage.issue.stateReason).toBe('completed')
  })
})

describe('an approval that cannot be written for a minute', () => {
  const isClosing = ({ body = '', method }: { body: string | undefined; method: string }) =>
    method === 'POST' && ending.test(body)
  const spells = [
    ['502', faults.status(502), 6],
    ['a limit of the rate', faults.secondaryLimit(60), 1],
  ] as const

  it.each(spells)('for %s, is overtaken by a denial meanwhile', async (_, fault, times) => {
    const stage = approving()
    stage.github.fail(isClosing, fault, { times })
    stage.says(20, 'carol', '/deny')
    expect(await stage.play()).toMatchObject({ outcome: 'denied', reasonCode: 'denied-by-vote' })
    expect(stage.issue.comments.filter(({ text }) => ending.test(text))).toHaveLength(1)
    expect(stage.issue.stateReason).toBe('not_planned')
  })

  it.each(spells)('for %s, is overtaken by a withdrawal, and decided anew later', async (_, fault, times) => {
    const stage = approving()
    stage.github.fail(isClosing, fault, { times })
    stage.says(20, 'alice', '/withdraw')
    stage.says(200, 'carol', '/approve')
    const outcome = await stage.play()
    expect(outcome).toMatchObject({ outcome: 'approved', count: { approvers: [{ login: 'bob' }, { login: 'carol' }] } })
  })

  it.each(spells)('for %s, and that nobody takes back, is written then', async (_, fault, times) => {
    const stage = approving()
    stage.github.fail(isClosing, fault, { times })
    expect(await stage.play()).toMatchObject({ outcome: 'approved' })
    expect(stage.issue.stateReason).toBe('completed')
  })
})
