import type { Identity } from '@deploy-safety/simulators/certificates'
import type { Account } from '@deploy-safety/simulators/github/account'
import { GitHub } from '@deploy-safety/simulators/github/github'
import type { LoggedRequest } from '@deploy-safety/simulators/github/http'
import type { Issue } from '@deploy-safety/simulators/github/issue'
import type { WorkflowRun } from '@deploy-safety/simulators/github/run'
import { startGitHub } from '@deploy-safety/simulators/github/server'
import type { Profile } from '@deploy-safety/simulators/github/world'
import { type ActionHandle, type ActionRun, startAction } from '@deploy-safety/simulators/runner'
import { contract } from '../../../actions/deploy-approval/src/contract.ts'
import { actionFolder } from '../../../scripts/workspace.ts'
import { contractCheck } from '../bundle.ts'

const folder = actionFolder('deploy-approval')
const workflow = '.github/workflows/deploy.yml'
const owes = contractCheck(contract)

interface SiteOptions {
  readonly profile?: Profile
  /** For TLS. */
  readonly identity?: Identity
}

/** GitHub on loopback, with a repository in which dave has started a run for the tag v1.4.0, and the bundle beside it. */
export class Site implements AsyncDisposable {
  readonly github: GitHub
  readonly repository
  readonly token
  readonly sha: string
  readonly run
  readonly #server
  readonly #timers: NodeJS.Timeout[] = []

  private constructor(github: GitHub, server: Awaited<ReturnType<typeof startGitHub>>) {
    this.github = github
    this.#server = server
    const people = ['alice', 'bob', 'carol', 'dave'].map((login) => github.account(login))
    const [dave = github.actionsBot] = people.slice(-1)
    this.repository = github.repository('octo-org/octo-app')
    for (const person of people) this.repository.collaborators.set(person, 'write')
    this.sha = this.repository.git.commit({ message: 'Release', author: dave, committer: dave })
    this.repository.git.branch('main', this.sha)
    this.repository.git.tag('v1.4.0', this.sha)
    this.token = github.token({
      identity: github.actionsBot,
      permissions: { issues: 'write', actions: 'read', contents: 'read' },
    })
    this.run = github.run(this.repository, {
      ...{ actor: dave, event: 'push', sha: this.sha, path: workflow, branch: 'v1.4.0' },
    })
  }

  static async start({ profile = 'api.github.com', identity }: SiteOptions = {}): Promise<Site> {
    const github = new GitHub({ profile })
    const server = await startGitHub(github, identity)
    return new Site(github, server)
  }

  /** Nothing listens any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#server.close()
  }

  get issue(): Issue {
    const issue = this.repository.issues.at(-1)
    if (issue === undefined) throw new Error('There is no issue')
    return issue
  }

  get open(): number[] {
    return this.repository.issues.filter(({ state }) => state === 'open').map(({ number }) => number)
  }

  get requests(): readonly LoggedRequest[] {
    return this.github.requests
  }

  get apiUrl(): string {
    return this.#server.url
  }

  account(login: string): Account {
    const account = this.github.world.accounts.find(login)
    if (account === undefined) throw new Error(`There is no ${login}`)
    return account
  }

  /** What the runner says of the run. */
  get env(): Record<string, string> {
    const { url, graphqlUrl } = this.#server
    return {
      ...{ GITHUB_API_URL: url, GITHUB_GRAPHQL_URL: graphqlUrl, GITHUB_SHA: this.sha, GITHUB_REF: 'refs/tags/v1.4.0' },
      ...{ GITHUB_RUN_ID: String(this.run.id), GITHUB_RUN_ATTEMPT: '1', GITHUB_EVENT_NAME: 'push' },
      GITHUB_WORKFLOW_REF: `octo-org/octo-app/${workflow}@refs/tags/v1.4.0`,
      GITHUB_SERVER_URL: this.github.world.profile === 'api.github.com' ? 'https://github.com' : this.#server.origin,
    }
  }

  /** Another run of the same workflow for the same tag. */
  startAnother(login = this.run.actor.login, event = 'push'): WorkflowRun {
    return this.github.run(this.repository, {
      actor: this.account(login),
      event,
      sha: this.sha,
      path: workflow,
      branch: 'v1.4.0',
    })
  }

  /** Starts the bundle. */
  begin(
    inputs: Record<string, string> = {},
    { env = {}, event = {} }: { env?: Record<string, string | undefined>; event?: unknown } = {},
  ): ActionHandle {
    return startAction({
      folder,
      inputs: {
        ...{ approvers: 'alice, bob, carol', environment: 'production', version: 'v1.4.0', 'poll-interval': '1s' },
        ...inputs,
      },
      env: { ...this.env, ...env },
      event,
      context: { github: { token: this.token.value } },
    })
  }

  /** Runs the bundle, and checks what every run owes. */
  async play(...given: Parameters<Site['begin']>): Promise<ActionRun> {
    return await ended(this.begin(...given))
  }

  /** People comment as soon as the issue is there. */
  says(...comments: readonly (readonly [login: string, body: string])[]): void {
    const timer = setInterval(() => {
      if (this.repository.issues.length === 0) return
      clearInterval(timer)
      for (const [login, body] of comments) this.github.as(login).comment(this.issue, body)
    }, 20)
    this.#timers.push(timer)
  }
}

/** Waits for the end of a bundle, and checks what every run owes. */
export async function ended(action: ActionHandle): Promise<ActionRun> {
  return owes(await action.done)
}

/** A mode in which `pending` passes is not what every run owes: its exit code is the test's to check. */
export async function endedPending(action: ActionHandle): Promise<ActionRun> {
  const run = await action.done
  owes({ ...run, exitCode: 1 })
  return run
}
