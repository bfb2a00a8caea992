import { setTimeout as sleep } from 'node:timers/promises'
import { GitHub } from '@deploy-safety/simulators/github/github'
import { startGitHub } from '@deploy-safety/simulators/github/server'
import { type ActionRun, runAction } from '@deploy-safety/simulators/runner'
import { actionFolder } from './workspace.ts'

/** Who comments what, one after the other. */
export type Comments = readonly (readonly [login: string, body: string])[]

/** Lets dave deploy v2.0.0, on a simulated GitHub, and people comment on the issue that asks them. */
export async function askForApproval(comments: Comments): Promise<ActionRun> {
  const github = new GitHub()
  await using server = await startGitHub(github)
  const repository = github.repository('octo-org/shop')
  const [dave] = ['dave', 'alice', 'bob', 'carol'].map((login) => github.account(login))
  if (dave === undefined) throw new Error('There is nobody')
  const sha = repository.git.commit({ message: 'Release', author: dave, committer: dave })
  repository.git.tag('v2.0.0', sha)
  const workflow = '.github/workflows/deploy.yml'
  const { id } = github.run(repository, { actor: dave, event: 'push', sha, path: workflow, branch: 'v2.0.0' })
  const token = github.token({
    identity: github.actionsBot,
    permissions: { issues: 'write', actions: 'read', contents: 'read' },
  })
  const action = runAction({
    folder: actionFolder('deploy-approval'),
    inputs: { approvers: 'alice, bob, carol', environment: 'production', version: 'v2.0.0', 'poll-interval': '1s' },
    context: { github: { token: token.value } },
    env: {
      ...{ GITHUB_API_URL: server.url, GITHUB_GRAPHQL_URL: server.graphqlUrl, GITHUB_REPOSITORY: repository.fullName },
      ...{ GITHUB_RUN_ID: String(id), GITHUB_RUN_ATTEMPT: '1', GITHUB_EVENT_NAME: 'push', GITHUB_SHA: sha },
      ...{ GITHUB_REF: 'refs/tags/v2.0.0', GITHUB_WORKFLOW_REF: `${repository.fullName}/${workflow}@refs/tags/v2.0.0` },
    },
  })
  await Promise.race([action, say(github, repository, comments)])
  return await action
}

async function say(github: GitHub, repository: ReturnType<GitHub['repository']>, comments: Comments): Promise<void> {
  while (repository.issues.length === 0) await sleep(50)
  for (const [login, body] of comments) {
    await sleep(300)
    const [issue] = repository.issues
    if (issue !== undefined) github.as(login).comment(issue, body)
  }
}
