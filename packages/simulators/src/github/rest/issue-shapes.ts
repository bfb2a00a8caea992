import type { IssueComment, Reaction } from '../comment.ts'
import type { Json } from '../complete.ts'
import type { Issue } from '../issue.ts'
import { timestamp, timestampOf, type View } from '../view.ts'
import { associationOf } from './call.ts'

export function issueUrl(view: View, issue: Issue): string {
  return `${view.repositoryUrl(issue.repository)}/issues/${issue.number}`
}

export function issuePage(view: View, { repository, number, pullRequest }: Issue): string {
  return `${view.web}/${repository.fullName}/${pullRequest ? 'pull' : 'issues'}/${number}`
}

export function issueShape(view: View, issue: Issue): Json {
  const url = issueUrl(view, issue)
  const assignees = [...issue.assignees].map((account) => view.user(account))
  return view.complete('issue', {
    id: issue.id,
    node_id: issue.nodeId,
    url,
    html_url: issuePage(view, issue),
    repository_url: view.repositoryUrl(issue.repository),
    number: issue.number,
    title: issue.title,
    body: issue.text === '' ? null : issue.text,
    user: view.user(issue.user),
    labels: [...issue.labels].map((name) => labelShape(view, issue, name)),
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    state: issue.state,
    state_reason: issue.stateReason ?? null,
    locked: issue.locked,
    active_lock_reason: issue.lockReason,
    comments: issue.comments.length,
    created_at: timestamp(issue.createdAt),
    updated_at: timestamp(issue.updatedAt),
    closed_at: timestampOf(issue.closedAt),
    closed_by: issue.closedBy === undefined ? null : view.user(issue.closedBy),
    author_association: associationOf(issue.user, issue.repository),
    performed_via_github_app: null,
    ...(issue.pullRequest && { pull_request: pullRequestLinks(issuePage(view, issue), url) }),
  })
}

function pullRequestLinks(page: string, url: string): Json {
  const links = { diff_url: `${page}.diff`, patch_url: `${page}.patch`, html_url: page }
  return { ...links, url: url.replace('/issues/', '/pulls/'), merged_at: null }
}

function labelShape(view: View, { repository }: Issue, name: string): Json {
  const url = `${view.repositoryUrl(repository)}/labels/${encodeURIComponent(name)}`
  return { id: 1, node_id: `LA_${name}`, url, name, description: null, color: 'ededed', default: false }
}

export function commentShape(view: View, comment: IssueComment, schema = 'issue-comment'): Json {
  return view.complete(schema, {
    id: comment.id,
    node_id: comment.nodeId,
    url: `${view.repositoryUrl(comment.issue.repository)}/issues/comments/${comment.id}`,
    html_url: `${issuePage(view, comment.issue)}#issuecomment-${comment.id}`,
    issue_url: issueUrl(view, comment.issue),
    user: view.user(comment.user),
    body: comment.text,
    created_at: timestamp(comment.createdAt),
    updated_at: timestamp(comment.updatedAt),
    author_association: associationOf(comment.user, comment.issue.repository),
    performed_via_github_app: appShape(view, comment),
  })
}

function appShape(view: View, { viaApp, issue }: IssueComment): Json | null {
  if (viaApp === undefined) return null
  const page = `${view.web}/apps/${viaApp.slug}`
  return {
    id: viaApp.id,
    slug: viaApp.slug,
    node_id: `A_${viaApp.id}`,
    name: viaApp.slug,
    owner: view.user(issue.repository.owner),
    description: null,
    external_url: page,
    html_url: page,
    created_at: timestamp(new Date(0)),
    updated_at: timestamp(new Date(0)),
    permissions: {},
    events: [],
  }
}

export function reactionShape(view: View, { id, user, content, createdAt }: Reaction): Json {
  return { id, node_id: `REA_${id}`, user: view.user(user), content, created_at: timestamp(createdAt) }
}
