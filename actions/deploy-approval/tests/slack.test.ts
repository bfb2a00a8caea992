import { describe, expect, it } from 'vitest'
import { Client } from '../src/github/client.ts'
import type { Fetch } from '../src/github/transport.ts'
import { tellTeam } from '../src/slack.ts'
import { Stage } from './support/stage.ts'

const url = 'https://hooks.example/services/T0/B0/s3cret'

const hangs: Fetch = async (_, { signal }) =>
  await new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    if (signal.aborted) reject(signal.reason)
  })

/** @returns how long it took, in seconds, what it sent and what it logged */
async function told(stage: Stage, fetch: Fetch, sentence = 'approved') {
  const sent: string[] = []
  const { clock, log } = stage
  const signal = stage.cancel.signal
  const say = (line: string) => log.push(line)
  const startMs = stage.now
  const edges = {
    ...{ clock, signal, keepForPost: () => {}, reached: () => {} },
    log: { info: say, debug: say, warning: say, error: say },
    fetch: async (...[to, init]: Parameters<Fetch>) => {
      sent.push(init.body ?? '')
      return await fetch(to, init)
    },
  }
  const inputs = stage.inputs({ slackWebhookUrl: url })
  const at = { apiUrl: stage.github.url, graphqlUrl: stage.github.graphqlUrl, token: 'x' }
  const client = new Client({ ...at, ...edges }, { attempts: 1, untilMs: 0, rateLimitUntilMs: 0 })
  await tellTeam({ inputs, edges, client }, sentence, 'https://github.com/o/r/issues/1')
  return { seconds: (stage.now - startMs) / 1_000, sent, log }
}

describe('Slack', () => {
  it('that hangs is waited for no longer than ten seconds', async () => {
    expect(await told(new Stage(), hangs)).toEqual({
      seconds: 10,
      sent: [expect.any(String)],
      log: ['Slack was not told: no response'],
    })
  })

  it('that hangs does not keep a job that is cancelled meanwhile', async () => {
    const stage = new Stage()
    stage.pass(2).then(() => stage.cancel.abort())
    expect(await told(stage, hangs)).toMatchObject({ seconds: 2, log: [] })
  })

  it('is not told any more once the job was cancelled: there is no time for it', async () => {
    const stage = new Stage()
    stage.cancel.abort()
    expect(await told(stage, hangs)).toEqual({ seconds: 0, sent: [], log: [] })
  })

  it.each([
    ['<!channel> & <https://evil.example|here>', '&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;'],
    ['*bold* _it_ ~no~ `code`', '\u200b*bold\u200b* \u200b_it\u200b_ \u200b~no\u200b~ \u200b`code\u200b`'],
  ])('shows %j as it is', async (sentence, shown) => {
    const { sent } = await told(new Stage(), async () => new Response('ok'), sentence)
    expect(sent.map((body) => JSON.parse(body))).toEqual([{ text: `${shown}\nhttps://github.com/o/r/issues/1` }])
  })

  it.each([302, 400, 500])('that answers %s is warned of, without its address', async (status) => {
    const { log } = await told(new Stage(), async () => new Response(url, { status }))
    expect(log).toEqual([`Slack was not told: HTTP ${status}`])
  })
})
