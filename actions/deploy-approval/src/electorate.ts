import type { Asked } from './asked.ts'
import type { Client } from './github/client.ts'
import { readTeam } from './github/team.ts'
import { barred, idsOf } from './voting/constituency.ts'
import type { Electorate } from './voting/standing.ts'

/** Who of those that were asked still may vote: whoever was asked as a member of a team has to be one still. */
export async function readElectorate(
  client: Client,
  { request, policy, initiators, commitAuthors }: Asked,
): Promise<Electorate> {
  const viaTeam = new Set(request.viaTeam)
  const members = new Set<number>()
  for (const team of viaTeam.size === 0 ? [] : policy.approvers.teams) {
    for (const { id, isUser } of await readTeam(client, team)) if (isUser) members.add(id)
  }
  return {
    ...electorateOf({ request, policy, initiators, commitAuthors }),
    remaining: new Set(request.eligible.filter((id) => !viaTeam.has(id) || members.has(id))),
  }
}

/** As it was when the request was opened. */
export function electorateOf({
  request,
  policy,
  initiators,
  commitAuthors,
}: Pick<Asked, 'request' | 'policy' | 'initiators' | 'commitAuthors'>): Electorate {
  const eligible = new Set(request.eligible)
  return { eligible, remaining: eligible, initiators: barred(policy, initiators), commitAuthors: idsOf(commitAuthors) }
}
