import type { Clock } from '@deploy-safety/common/clock'
import { VirtualClock } from '@deploy-safety/simulators/clock'
import type { Account } from '@deploy-safety/simulators/github/account'
import { GitHub } from '@deploy-safety/simulators/github/github'
import type { Issue } from '@deploy-safety/simulators/github/issue'
import type { Repository } from '@deploy-safety/simulators/github/repository'
import type { WorkflowRun } from '@deploy-safety/simulators/github/run'
import type { Token } from '@deploy-safety/simulators/github/token'
import type { WorldOptions } from '@deploy-safety/simulators/github/world'
import type { Fetch } from '../../src/github/transport.ts'
import type { Inputs } from '../../src/inputs.ts'
import type { Outcome, Progress } from '../../src/outcome.ts'
import { run } from '../../src/run.ts'

export const workflowPath = '.github/workflows/deploy.yml'

/** What differs from the usual inputs. */
export type Given = Partial<Omit<Inputs, 'policy'>> & { readonly policy?: Partial<Inputs['policy']> }

/** A repository with people, a run that dave has started for the tag v1.4.0, and a clock that only waiting moves. */
export class Stage {
  readonly clock = new VirtualClock(new Date('2026-03-01T10:00:00.250Z'))
  readonly github: GitHub
  readonly repository: Repository
  readonly token: Token
  readonly people: Readonly<Record<'alice' | 'bob' | 'carol' | 'dave' | 'mallory', Account>>
  readonly sha: string
  run: WorkflowRun
  readonly kept = new Map<string, string>()
  readonly log: string[] = []
  readonly cancel = new AbortController()
  progress: Progress | undefined
  /** How requests get to GitHub; a test may put something in their way. */
  fetch: Fetch

  constructor(options: WorldOptions = {}) {
    this.github = new GitHub({ clock: this.clock, ...options })
    this.fetch = this.github.fetch as unknown as Fetch
    const account = (login: string) => this.github.account(login)
    this.people = {
      ...{ alice: account('alice'), bob: account('bob'), carol: account('carol') },
      ...{ dave: account('dave'), mallory: account('mallory') },
    }
    this.repository = this.github.repository('octo-org/octo-app')
    for (const person of Object.values(this.people)) this.repository.collaborators.set(person, 'write')
    this.sha = this.repository.git.commit({ message: 'Release', author: this.people.dave, committer: this.people.dave })
    this.repository.git.branch('main', this.sha)
    this.repository.git.tag('v1.4.0', this.sha)
    this.token = this.github.token({
      identity: this.github.actionsBot,
      permissions: { issues: 'write', actions: 'read', contents: 'read' },
    })
    this.run = this.startRun()
  }

  startRun(actor: Account = this.people.dave, event = 'push'): WorkflowRun {
    return this.github.run(this.repository, { actor, event, sha: this.sha, path: workflowPath, branch: 'v1.4.0' })
  }

  /** The only issue, or the newest. */
  get issue(): Issue {
    const issue = this.repository.issues.at(-1)
    if (issue === undefined) throw new Error('There is no issue')
    return issue
  }

  get now(): number {
    return this.clock.date().getTime()
  }

  /** What happens once that many seconds have passed. */
  after(seconds: number, happens: () => void): void {
    this.github.at(this.now + seconds * 1_000, happens)
  }

  /** Somebody comments on the issue once that many seconds have passed. */
  says(seconds: number, login: string, body: string): void {
    this.after(seconds, () => this.github.as(login).comment(this.issue, body))
  }

  async pass(seconds: number): Promise<void> {
    await this.clock.sleep(seconds * 1_000, new AbortController().signal)
  }

  inputs(given: Given = {}): Inputs {
    return { ...this.#defaults(), ...given, policy: { ...this.#defaults().policy, ...given.policy } }
  }

  /** @param clock the runner's, where it is another than GitHub's */
  async play(given: Given = {}, clock: Clock = this.clock): Promise<Outcome> {
    const outcome = await run(this.inputs(given), {
      clock,
      signal: this.cancel.signal,
      fetch: this.fetch,
      keepForPost: (name, value) => this.kept.set(name, value),
      reached: (progress) => {
        this.progress = progress
      },
      log: {
        info: (line) => this.log.push(line),
        debug: () => {},
        warning: (message, title) => this.log.push(`warning ${title}: ${message}`),
        error: (message, title) => this.log.push(`error ${title}: ${message}`),
      },
    })
    if (this.github.violations.length > 0) throw new Error(this.github.violations.join('\n'))
    return outcome
  }

  #defaults(): Inputs {
    const repository = this.repository.fullName
    return {
      mode: 'wait',
      context: {
        repository,
        runId: this.run.id,
        attempt: this.run.attempts.length,
        eventName: 'push',
        sha: this.sha,
        ref: 'refs/tags/v1.4.0',
        workflow: 'Deploy',
        job: 'approve',
        workflowPath,
        serverUrl: 'https://github.com',
        apiUrl: this.github.url,
        graphqlUrl: this.github.graphqlUrl,
        isHosted: false,
        event: { sender: undefined, before: undefined, isFork: false, issueNumber: undefined },
      },
      policy: {
        approvers: { logins: ['alice', 'bob', 'carol', 'dave'], teams: [] },
        requiredApprovals: 2,
        initiator: 'excluded',
        excludeAuthors: false,
        versionPattern: '',
        allowedRefs: [],
        checklist: [],
        checklistRequired: false,
        timeoutMs: 3_600_000,
      },
      versionPattern: undefined,
      environment: 'production',
      version: 'v1.4.0',
      sha: this.sha,
      isShaGiven: false,
      gate: 'Deploy / approve',
      base: '',
      requestedBy: '',
      title: '',
      body: '',
      labels: ['deployment-approval'],
      assign: true,
      pollIntervalMs: undefined,
      supersede: true,
      emergency: undefined,
      issueRepository: repository,
      slackWebhookUrl: '',
      issueNumber: undefined,
      requestWorkflow: workflowPath,
      token: this.token.value,
      proxyFor: () => undefined,
    }
  }
}
