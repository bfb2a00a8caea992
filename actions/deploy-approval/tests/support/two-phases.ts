import type { Account } from '@deploy-safety/simulators/github/account'
import type { Issue } from '@deploy-safety/simulators/github/issue'
import type { WorldOptions } from '@deploy-safety/simulators/github/world'
import type { Invitation } from '../../src/invitation.ts'
import type { Outcome } from '../../src/outcome.ts'
import type { Request } from '../../src/request.ts'
import { renderBody } from '../../src/texts/issue-body.ts'
import { renderTitle } from '../../src/texts/issue-title.ts'
import { type Given, Stage, workflowPath } from './stage.ts'

export const hourS = 3_600
const hourMs = hourS * 1_000

/** What is forged about a request: facts of its marker, which its text then shows too, or the texts themselves. */
export interface Forgery {
  readonly marker?: Partial<Request>
  readonly title?: string
  readonly text?: string
  readonly author?: string
  readonly pullRequest?: boolean
}

/** A stage on which a run asks and ends, and a check decides for each comment. */
export class TwoPhases extends Stage {
  constructor(options: WorldOptions = {}) {
    super(options)
    for (const person of Object.values(this.people)) this.repository.collaborators.set(person, 'write')
  }

  /** The run asks, and succeeds. */
  async ask(given: Given = {}): Promise<Outcome> {
    const outcome = await this.play({ ...this.#both(given), mode: 'request' })
    this.run.complete('success')
    return outcome
  }

  /** A run for a comment of somebody decides. */
  async check(given: Given = {}): Promise<Outcome> {
    return await this.play(this.checkInputs(given))
  }

  checkInputs(given: Given = {}): Given {
    const { context } = this.inputs()
    return {
      issueNumber: this.repository.issues.at(-1)?.number,
      version: '',
      context: { ...context, runId: 1, attempt: 1, eventName: 'issue_comment', ref: 'refs/heads/main' },
      ...this.#both(given),
      mode: 'check',
    }
  }

  /** The comments are there now. */
  say(login: string, ...bodies: readonly string[]): void {
    for (const body of bodies) this.github.as(login).comment(this.issue, body)
  }

  /** Enough people approve. */
  approve(): void {
    this.say('alice', '/approve')
    this.say('bob', '/approve')
  }

  /** Puts a forged request in the place of the genuine one, of which no trace is left. */
  async forge({ marker = {}, title, text, author, pullRequest = false }: Forgery, given: Given = {}): Promise<Issue> {
    const { asked } = await this.ask(given)
    if (asked === undefined) throw new Error('Nobody was asked')
    this.github.as('dave').deleteIssue(this.issue)
    const request = { ...asked.request, ...marker }
    const forged: Invitation = { ...asked.invitation, request }
    const texts = { title: title ?? renderTitle(forged), body: text ?? renderBody(forged) }
    const person = this.github.as(author ?? this.github.actionsBot.login)
    const issue = pullRequest
      ? person.openPullRequest(this.repository, texts.title, texts.body)
      : person.open(this.repository, texts.title, texts.body)
    person.label(issue, 'deployment-approval')
    return issue
  }

  /** Starts another run of the workflow, as the one that asks next. */
  startAnother(actor: Account = this.people.dave): void {
    this.run = this.startRun(actor)
  }

  #both({ policy = {}, ...given }: Given): Given {
    const rules = { allowedRefs: ['refs/tags/v*'], timeoutMs: 72 * hourMs, ...policy }
    return { gate: workflowPath, ...given, policy: rules }
  }
}
