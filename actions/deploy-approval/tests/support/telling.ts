import type { Account } from '@deploy-safety/simulators/github/account'
import type { IssueComment } from '@deploy-safety/simulators/github/comment'
import type { Fault, FaultPlan } from '@deploy-safety/simulators/github/fault'
import type { Issue } from '@deploy-safety/simulators/github/issue'
import type { Team } from '@deploy-safety/simulators/github/team'
import type { Outcome } from '../../src/outcome.ts'
import { parseMarker, renderMarker } from '../../src/request.ts'
import type { Deed, Rules, Story, Who } from './model.ts'
import { Stage } from './stage.ts'

/** Seconds that people have. */
export const deadline = 900

/** What goes wrong between the action and GitHub, whatever is asked for. */
export interface Trouble extends FaultPlan {
  readonly fault: Fault
}

export interface Telling {
  readonly stage: Stage
  readonly outcome: Outcome
  /** The moment from which the seconds of the story count. */
  readonly begunMs: number
}

/** A story told on the stage, from the moment when the issue is open, with what the action made of it. */
export async function tell(
  story: Story,
  { quorum, items, needsChecklist }: Rules,
  { readLagMs, troubles }: { readonly readLagMs: number; readonly troubles: readonly Trouble[] },
): Promise<Telling> {
  const stage = new Stage({ readLagMs })
  const cast = new Cast(stage)
  for (const { fault, ...plan } of troubles) stage.github.fail(() => true, fault, plan)
  let begunMs = 0
  const begin = () => {
    const [issue] = stage.repository.issues
    if (issue === undefined) return stage.after(1, begin)
    begunMs = stage.now
    for (const deed of story) stage.after(deed.at, () => cast.perform(deed, issue))
  }
  stage.after(1, begin)
  const outcome = await stage.play({
    policy: {
      approvers: { logins: ['alice', 'bob'], teams: [{ org: 'octo-org', slug: 'ops' }] },
      requiredApprovals: quorum,
      checklist: Array.from({ length: items }, (_, index) => `item ${index + 1}`),
      checklistRequired: needsChecklist && items > 0,
      timeoutMs: deadline * 1_000,
    },
  })
  return { stage, outcome, begunMs }
}

/** The people of a story. */
class Cast {
  readonly #stage: Stage
  readonly #accounts: Readonly<Record<Who, Account>>
  readonly #ops: Team
  readonly #comments: IssueComment[] = []
  #names = 0

  constructor(stage: Stage) {
    const { github, people, token } = stage
    token.permissions = { ...token.permissions, members: 'read' }
    this.#stage = stage
    this.#ops = github.team('octo-org/ops', [people.carol])
    const robot = github.account('robot[bot]', 'Bot')
    this.#accounts = { ...people, erin: github.account('erin'), robot, us: github.actionsBot }
  }

  perform(deed: Deed & { readonly at: number }, issue: Issue): void {
    const { github, repository } = this.#stage
    if (deed.kind === 'looks') return
    if (deed.kind === 'asks anew') {
      github.as(github.actionsBot.login).open(repository, 'Another', anotherRequest(issue))
      return
    }
    const account = this.#accounts[deed.by]
    if (deed.kind === 'says' || deed.kind === 'edits' || deed.kind === 'deletes') this.#write(deed, account, issue)
    else if (deed.kind === 'joins') this.#ops.add(account)
    else if (deed.kind === 'leaves') this.#ops.remove(account)
    else if (deed.kind === 'renames') this.#rename(account.login, deed.by)
    else this.#touch(deed, account, issue)
  }

  #rename(login: string, who: Who): void {
    this.#names += 1
    this.#stage.github.rename(login, `${who}-${this.#names}`)
  }

  #touch({ kind, at }: Deed & { readonly at: number }, { login }: Account, issue: Issue): void {
    const person = this.#stage.github.as(login)
    if (kind === 'retitles') person.retitle(issue, `Title ${at}`)
    if (kind === 'rewrites') person.rewrite(issue, `${issue.text} `)
    if (kind === 'closes') person.close(issue)
    if (kind === 'reopens') person.reopen(issue)
  }

  #write(deed: Extract<Deed, { kind: 'says' | 'edits' | 'deletes' }>, account: Account, issue: Issue): void {
    const person = this.#stage.github.as(account.login)
    if (deed.kind === 'says') {
      const viaApp = deed.how === 'app' ? { viaApp: { id: 1, slug: 'app' } } : {}
      this.#comments.push(person.comment(issue, deed.text, { viaEmail: deed.how === 'email', ...viaApp }))
      return
    }
    const comment = this.#comments[deed.comment]
    if (comment === undefined || !issue.comments.includes(comment)) return
    if (deed.kind === 'edits') person.edit(comment, deed.text)
    else person.delete(comment)
  }
}

/** The text of a request for the same, from another run. */
function anotherRequest({ text }: Issue): string {
  const request = parseMarker(text)
  if (request === undefined) throw new Error(`No request: ${text}`)
  return renderMarker({ ...request, runId: 5, nonce: 'f'.repeat(32) })
}
