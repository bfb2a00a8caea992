import { cut } from '@deploy-safety/common/escape'
import type { Step } from './step.ts'

const timeoutMs = 10_000

/** What Slack makes of these: a mention, a link, a channel. https://api.slack.com/reference/surfaces/formatting */
function forSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, '\u200b$&')
}

/** Tells the team, if there is somewhere to tell it. That it cannot be told changes nothing. */
export async function tellTeam({ inputs, edges }: Step, sentence: string, url: string): Promise<void> {
  const { slackWebhookUrl } = inputs
  const { clock, signal, fetch, log } = edges
  // The runner leaves a cancelled job no time for it.
  if (slackWebhookUrl === '' || signal.aborted) return
  const over = new AbortController()
  const stop = () => over.abort()
  signal.addEventListener('abort', stop)
  clock.sleep(timeoutMs, over.signal).then(stop)
  try {
    const text = cut(`${forSlack(sentence)}${url === '' ? '' : `\n${forSlack(url)}`}`, 3_000)
    const { status } = await fetch(slackWebhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      signal: over.signal,
    })
    if (status >= 300) log.warning(`Slack was not told: HTTP ${status}`, 'deploy-approval: Slack')
  } catch {
    // The error may hold the URL, which is a secret.
    if (!signal.aborted) log.warning('Slack was not told: no response', 'deploy-approval: Slack')
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}
