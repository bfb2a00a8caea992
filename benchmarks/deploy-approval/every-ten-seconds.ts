import type { VirtualClock } from '@deploy-safety/simulators/clock'
import type { GitHub } from '@deploy-safety/simulators/github/github'

const everyMs = 10_000
const signal = new AbortController().signal

export interface Poller {
  readonly github: GitHub
  readonly clock: VirtualClock
  readonly token: string
  readonly repository: string
  readonly approvers: readonly string[]
  readonly minimum: number
}

/**
 * What the README and the source of trstringer/manual-approval 1.13.1 say that it does, replayed: it opens an issue, reads
 * its first page of comments every ten seconds, and counts a comment that is nothing but a word such as "approve".
 */
export async function pollEveryTenSeconds({ clock, ...poller }: Poller): Promise<'approved'> {
  const ask = asker(poller)
  const issues = `/repos/${poller.repository}/issues`
  const { number } = await ask<{ number: number }>('POST', issues, {
    title: 'Manual approval required',
    body: 'Approve?',
  })
  const comments = `${issues}/${number}/comments`
  for (;;) {
    const all = await ask<{ body: string; user: { login: string } }[]>('GET', comments)
    const approved = all.filter(({ body }) => /^\/?(?:approved?|lgtm|yes)[.!]*$/i.test(body.trim()))
    const voters = new Set(approved.map(({ user }) => user.login).filter((login) => poller.approvers.includes(login)))
    if (voters.size >= poller.minimum) {
      await ask('POST', comments, { body: 'All approvers have approved.' })
      await ask('PATCH', `${issues}/${number}`, { state: 'closed' })
      return 'approved'
    }
    await clock.sleep(everyMs, signal)
  }
}

function asker({ github, token }: Pick<Poller, 'github' | 'token'>) {
  return async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = { authorization: `token ${token}` }
    const response = await github.fetch(`${github.url}${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
    })
    return (await response.json()) as T
  }
}
