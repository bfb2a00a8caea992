import type { Account } from '../account.ts'
import { type Answer, invalid } from '../http.ts'
import type { Issue } from '../issue.ts'
import type { StateReason } from '../issue-event.ts'
import { type Call, names, text } from './call.ts'
import { isVisible } from './comments.ts'
import { checkAuthor, checkBody, checkTitle, issueOf, issuesOf, writable } from './issue-access.ts'
import { issueShape, issueUrl } from './issue-shapes.ts'
import { listed } from './pages.ts'

const mostAssignees = 10

export function listIssues(call: Call): Answer {
  const { query, view } = call
  const state = query.get('state') ?? 'open'
  const since = query.get('since')
  const creator = query.get('creator')?.toLowerCase()
  const labels = query.get('labels')?.split(',') ?? []
  const found = issuesOf(call).issues.filter(
    (issue) =>
      isVisible(call.world, issue) &&
      (state === 'all' || issue.state === state) &&
      (creator === undefined || issue.user.login.toLowerCase() === creator) &&
      (since === null || issue.updatedAt >= new Date(since)) &&
      labels.every((label) => issue.labels.has(label)),
  )
  return listed(call, found.sort(order(query)), (issue) => issueShape(view, issue))
}

function order(query: URLSearchParams): (a: Issue, b: Issue) => number {
  const sign = query.get('direction') === 'asc' ? 1 : -1
  const sort = query.get('sort') ?? 'created'
  const key = (issue: Issue) => {
    if (sort === 'comments') return issue.comments.length
    return (sort === 'updated' ? issue.updatedAt : issue.createdAt).getTime()
  }
  return (a, b) => sign * (key(a) - key(b) || a.id - b.id)
}

export function createIssue(call: Call): Answer {
  const { act, body, token, view } = call
  const repository = issuesOf(call)
  writable(repository)
  const title = String(body['title'])
  checkTitle(title)
  checkBody('Issue', text(body['body']) ?? '')
  const pushes = token.canPush(repository)
  const assignees = pushes ? assigneesOf(call, names(body['assignees']) ?? []) : []
  const issue = repository.openIssue(act, { title, body: text(body['body']) ?? '' })
  if (pushes) for (const label of names(body['labels']) ?? []) issue.label(act, label)
  for (const assignee of assignees) issue.assign(act, assignee)
  return { status: 201, body: issueShape(view, issue), headers: { location: issueUrl(view, issue) } }
}

/** @throws Refusal when one of them cannot be assigned: then nothing is done at all */
function assigneesOf(call: Call, logins: readonly string[]): Account[] {
  const { collaborators } = issuesOf(call)
  return logins.slice(0, mostAssignees).map((login) => {
    const account = call.world.accounts.find(login)
    if (account === undefined || !collaborators.has(account)) {
      throw invalid('Issue', 'assignees', { value: login, code: 'invalid' })
    }
    return account
  })
}

export function getIssue(call: Call): Answer {
  return { status: 200, body: issueShape(call.view, issueOf(call, { leadsOn: true })) }
}

export function updateIssue(call: Call): Answer {
  const { act, body, view } = call
  const issue = issueOf(call, { leadsOn: true })
  checkAuthor(call, issue)
  const title = body['title'] === undefined || body['title'] === null ? undefined : String(body['title'])
  const content = body['body'] === null ? '' : text(body['body'])
  if (title !== undefined) checkTitle(title)
  checkBody('Issue', content ?? '')
  const assignees = names(body['assignees']) && assigneesOf(call, names(body['assignees']) ?? [])
  if (title !== undefined) issue.retitle(act, title)
  if (content !== undefined) issue.edit(act, content)
  if (body['state'] === 'closed') issue.close(act, (text(body['state_reason']) ?? 'completed') as StateReason)
  if (body['state'] === 'open') issue.reopen(act)
  relabel(call, issue)
  if (assignees !== undefined) issue.assignees.clear()
  for (const assignee of assignees ?? []) issue.assign(act, assignee)
  return { status: 200, body: issueShape(view, issue) }
}

function relabel({ act, body }: Call, issue: Issue): void {
  const labels = names(body['labels'])
  if (labels === undefined) return
  for (const label of [...issue.labels]) if (!labels.includes(label)) issue.unlabel(act, label)
  for (const label of labels) issue.label(act, label)
}

/** Who cannot be assigned is left out without a word. */
export function addAssignees(call: Call): Answer {
  const { act, body, token, view, world } = call
  const issue = issueOf(call)
  writable(issue.repository)
  for (const login of token.canPush(issue.repository) ? (names(body['assignees']) ?? []) : []) {
    const account = world.accounts.find(login)
    const assignable = account !== undefined && issue.repository.collaborators.has(account)
    if (assignable && issue.assignees.size < mostAssignees) issue.assign(act, account)
  }
  return { status: 201, body: issueShape(view, issue) }
}
