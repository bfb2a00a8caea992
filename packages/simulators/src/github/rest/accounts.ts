import { type Answer, notFound } from '../http.ts'
import { type Call, repositoryOf } from './call.ts'
import { listed } from './pages.ts'

export function getUser({ world, view, parameters }: Call): Answer {
  const account = world.accounts.find(parameters['username'] ?? '')
  if (account === undefined) throw notFound()
  return { status: 200, body: view.user(account, 'public-user') }
}

export function getRepository(call: Call): Answer {
  return { status: 200, body: call.view.repository(repositoryOf(call), 'full-repository') }
}

export function listTeamMembers(call: Call): Answer {
  const team = call.world.findTeam(call.parameters['org'] ?? '', call.parameters['team_slug'] ?? '')
  if (team === undefined) throw notFound()
  return listed(call, team.members(), (account) => call.view.user(account))
}
