import type { Account } from '../account.ts'
import type { IssueComment } from '../comment.ts'
import type { Json } from '../complete.ts'
import type { Answer } from '../http.ts'
import type { IssueEvent } from '../issue-event.ts'
import type { Token } from '../token.ts'
import { timestamp, type View } from '../view.ts'
import type { Call } from './call.ts'
import { issueOf } from './issue-access.ts'
import { commentShape } from './issue-shapes.ts'
import { listed } from './pages.ts'

/** Comments and events in the order in which they came. */
export function listTimeline(call: Call): Answer {
  const { comments, events } = issueOf(call)
  const entries = [...comments, ...events].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.id - b.id)
  return listed(call, entries, (entry) => {
    return 'event' in entry ? eventShape(call, entry) : commentEntry(call.view, entry)
  })
}

/**
 * Who reads sees that a comment was deleted, but only who may write sees by whom; for all others the owner of the
 * repository did it.
 */
export function visibleActor({ event, actor, issue }: IssueEvent, token: Token): Account {
  return event === 'comment_deleted' && !token.may('issues', 'write') ? issue.repository.owner : actor
}

function commentEntry(view: View, comment: IssueComment): Json {
  const actor = view.user(comment.user)
  return { ...commentShape(view, comment, 'timeline-comment-event'), event: 'commented', actor }
}

function eventShape({ view, token }: Call, event: IssueEvent): Json {
  return {
    id: event.id,
    node_id: event.nodeId,
    url: `${view.repositoryUrl(event.issue.repository)}/issues/events/${event.id}`,
    actor: view.user(visibleActor(event, token)),
    event: event.event,
    commit_id: null,
    commit_url: null,
    created_at: timestamp(event.createdAt),
    performed_via_github_app: null,
    ...details(view, event),
  }
}

function details(view: View, event: IssueEvent): Json {
  switch (event.event) {
    case 'closed':
      return { state_reason: event.stateReason === 'completed' ? null : event.stateReason }
    case 'renamed':
      return { rename: { from: event.from, to: event.to } }
    case 'labeled':
    case 'unlabeled':
      return { label: { name: event.label, color: 'ededed' } }
    case 'assigned':
      return { assignee: view.user(event.assignee) }
    case 'locked':
      return { lock_reason: event.lockReason }
    default:
      return {}
  }
}
