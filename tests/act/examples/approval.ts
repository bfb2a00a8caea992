import { setTimeout as sleep } from 'node:timers/promises'
import type { Site } from '../../bundle/deploy-approval/site.ts'
import type { ActOptions } from '../act.ts'

/** What act needs to run a workflow against the simulator of GitHub. */
export function toldOf(site: Site): Pick<ActOptions, 'env' | 'secrets' | 'vars'> {
  return {
    env: { ...site.env, GITHUB_REPOSITORY: site.repository.fullName, GITHUB_ACTOR: 'dave' },
    secrets: { GITHUB_TOKEN: site.token.value },
    vars: { PRODUCTION_APPROVERS: 'alice, bob, carol', APPROVAL_POLL_INTERVAL: '1s' },
  }
}

/** A payload from which act takes the commit and the ref; without `deleted` it takes those of its work tree. */
export function payloadOf(site: Site, login: string): object {
  const sender = { id: site.account(login).id, login }
  return { ref: 'refs/tags/v1.4.0', after: site.sha, deleted: false, sender }
}

/** The push of the tag v1.4.0. */
export function tagPush(site: Site): { readonly name: string; readonly payload: object } {
  return { name: 'push', payload: payloadOf(site, 'dave') }
}

/** People comment one after the other, once there is an issue. */
export async function say(site: Site, ...comments: readonly (readonly [login: string, body: string])[]): Promise<void> {
  while (site.repository.issues.length === 0) await sleep(50)
  for (const [login, body] of comments) site.github.as(login).comment(site.issue, body)
}
