import * as v from 'valibot'
import type { Team } from '../approver-list.ts'
import { Stop } from '../stop.ts'
import type { Account } from '../voting/people.ts'
import type { Client } from './client.ts'
import { account } from './shapes.ts'

const members = v.array(account)

/** Everybody in a team, those of its child teams among them. @throws Stop `team-unreadable` */
export async function readTeam(client: Client, { org, slug }: Team): Promise<Account[]> {
  const all: Account[] = []
  for (let page = 1; ; page += 1) {
    const { data, hasNext } = await client
      .send('GET /orgs/{org}/teams/{team_slug}/members', { org, team_slug: slug, per_page: 100, page }, members)
      .catch((error: unknown) => {
        throw unreadable(error, `${org}/${slug}`)
      })
    all.push(...data.map(({ id, login, type }) => ({ id, login, isUser: type === 'User' })))
    if (!hasNext) return all
  }
}

function unreadable(error: unknown, name: string): unknown {
  if (!(error instanceof Stop) || (error.status !== 404 && error.status !== 403)) return error
  return new Stop('team-unreadable', `The members of team ${name} cannot be read: ${error.message}`, { cause: error })
}
