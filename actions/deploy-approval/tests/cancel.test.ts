import { faults } from '@deploy-safety/simulators/github/fault'
import { describe, expect, it } from 'vitest'
import { cancelAt, type Effect, effects, endings, killAt, openIssues, post, stopped } from './support/ended.ts'
import { type Given, Stage } from './support/stage.ts'

const policy = { allowedRefs: ['refs/tags/v*'] }
const emergency = { reason: 'The shop is down', incident: 'INC-7', reviewWithinMs: 3_600_000 }
const stories: [string, Given][] = [
  ['wait', { policy }],
  ['request', { mode: 'request', policy }],
  ['emergency', { emergency, policy }],
]

/** Two people approve what an older run asked for as well. */
async function staged(): Promise<Stage> {
  const stage = new Stage()
  await stage.play({ mode: 'request', policy })
  stage.run = stage.startRun()
  stage.kept.clear()
  stage.progress = undefined
  stage.says(10, 'alice', '/approve')
  stage.says(12, 'bob', '/approve')
  return stage
}

async function requestsOf(given: Given): Promise<number> {
  const stage = await staged()
  const before = stage.github.requests.length
  await stage.play(given)
  return stage.github.requests.length - before
}

/** The issues of the run that ends before its time: at most one, closed as its last word has it. */
function expectClosed(stage: Stage, { index, effect, given }: { index: number; effect: Effect; given: Given }): void {
  const [issue, ...others] = stage.repository.issues.slice(1)
  expect(others).toEqual([])
  if (issue === undefined) return
  const said = endings(issue)
  const context = `request ${index}, said ${said.join(' and ')}`
  expect(issue.state, context).toBe('closed')
  expect(issue.stateReason, context).toBe(said[0] === 'approved' ? 'completed' : 'not_planned')
  expect(new Set(said).size, context).toBe(said.length)
  expect(said.length, context).toBeGreaterThan(0)
  // A verdict that was under way may come to be after the end was said.
  if (effect !== 'late' && given.emergency === undefined) expect(said, context).toHaveLength(1)
  if (effect !== 'late') expect(said.at(-1), context).not.toBe('emergency')
}

describe.each(stories)('a run of mode %s', (_, given) => {
  it.each(effects)('that is cancelled at any request (effect: %s) leaves no request open', async (effect) => {
    const count = await requestsOf(given)
    for (let index = 0; index < count; index += 1) {
      const stage = await staged()
      const sent = cancelAt(stage, index, effect)
      const { error, outputs } = await stopped(stage, given)
      expect(error, `request ${index}`).toMatchObject({ code: 'cancelled' })
      expect(outputs, `request ${index}`).toMatchObject({ 'api-requests': String(sent()), 'approved-sha': '' })
      await post(stage)
      await stage.pass(10)
      expectClosed(stage, { index, effect, given })
    }
  })

  it.each(effects)('that is killed at any request (effect: %s) is closed by the post step', async (effect) => {
    const count = await requestsOf(given)
    for (let index = 0; index < count; index += 1) {
      const stage = await staged()
      killAt(stage, index, effect)
      await stopped(stage, given)
      for (const _time of ['once', 'twice']) {
        await post(stage)
        expectClosed(stage, { index, effect, given })
      }
      await stage.pass(10)
      expectClosed(stage, { index, effect, given })
    }
  })

  it.each([
    ['cancelled', 4_000],
    ['cancelled', 12_000],
    ['killed', 4_000],
    ['killed', 12_000],
  ] as const)('that is %s at any request is closed where lists lag by %s ms', async (how, lagMs) => {
    const end = { cancelled: cancelAt, killed: killAt }[how]
    const count = await requestsOf(given)
    for (let index = 0; index < count; index += 1) {
      const stage = await staged()
      stage.github.world.readLagMs = lagMs
      end(stage, index, 'done')
      const { error } = await stopped(stage, given)
      // It asks less where the older request is not listed.
      if (error.message.includes('It ended')) break
      await post(stage)
      const mine = stage.repository.issues.slice(1)
      expect(mine.filter(({ state }) => state === 'open')).toEqual([])
      for (const issue of mine) expect(new Set(endings(issue)).size).toBe(endings(issue).length)
    }
  })
})

describe('a wait', () => {
  it.each([0.5, 3, 8, 11, 14, 15.5, 200])('that is cancelled after %s s says what is known', async (seconds) => {
    const stage = new Stage()
    stage.says(10, 'alice', '/approve')
    stage.pass(seconds).then(() => stage.cancel.abort())
    const { error, outputs, report } = await stopped(stage, {})
    expect(error).toMatchObject({ code: 'cancelled' })
    expect(openIssues(stage)).toEqual([])
    expect(outputs).toMatchObject({
      'issue-number': '1',
      'issue-url': stage.progress?.asked?.url,
      'approved-sha': '',
      approvers: seconds > 10 ? 'alice' : '',
      'api-requests': String(stage.github.requests.length),
      'waited-seconds': String(Math.floor(seconds)),
    })
    expect(report).toMatchObject({ record: { outcome: 'cancelled', reasonCode: 'cancelled', issueNumber: 1 } })
    expect(stage.kept.get('left')).toBe('')
    expect(await post(stage)).toEqual([])
  })

  it('that is cancelled while GitHub does not answer ends before the runner kills it', async () => {
    const stage = new Stage()
    let isDown = false
    stage.github.fail(() => isDown, faults.hang(), { times: 100 })
    let cancelledMs = 0
    stage.pass(20).then(() => {
      isDown = true
      cancelledMs = stage.now
      stage.cancel.abort()
    })
    expect(await stopped(stage, {})).toMatchObject({ error: { code: 'cancelled' }, outputs: { 'issue-number': '1' } })
    expect(stage.now - cancelledMs).toBeLessThan(7_000)
    isDown = false
    await post(stage)
    expect(openIssues(stage)).toEqual([])
  })

  it('that is cancelled while Slack hangs is closed at once, and touches no older request', async () => {
    const stage = await staged()
    const slackWebhookUrl = 'https://hooks.slack.example/services/T/B/x'
    const { fetch } = stage
    stage.fetch = async (url, init) => {
      if (url !== slackWebhookUrl) return await fetch(url, init)
      return await new Promise((_, reject) => init.signal.addEventListener('abort', reject))
    }
    const startedMs = stage.now
    stage.pass(2).then(() => stage.cancel.abort())
    expect(await stopped(stage, { slackWebhookUrl, policy })).toMatchObject({ error: { code: 'cancelled' } })
    expect(stage.now - startedMs).toBeLessThan(3_000)
    expect(openIssues(stage)).toEqual([1])
  })

  it('that is decided stays so where it is cancelled while Slack hangs', async () => {
    const stage = await staged()
    const slackWebhookUrl = 'https://hooks.slack.example/services/T/B/x'
    const { fetch } = stage
    let told = 0
    stage.fetch = async (url, init) => {
      if (url !== slackWebhookUrl) return await fetch(url, init)
      told += 1
      if (told === 1) return new Response('ok')
      stage.pass(1).then(() => stage.cancel.abort())
      return await new Promise((_, reject) => init.signal.addEventListener('abort', reject))
    }
    expect(await stage.play({ slackWebhookUrl, policy })).toMatchObject({ outcome: 'approved' })
    expect(stage.issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
    expect(await post(stage)).toEqual([])
  })
})
