import type { IssueComment, ReactionContent } from '../comment.ts'
import { type Answer, Refusal } from '../http.ts'
import type { Issue } from '../issue.ts'
import type { World } from '../world.ts'
import { type Call, text } from './call.ts'
import { checkAuthor, checkBody, commentOf, issueOf, writable } from './issue-access.ts'
import { commentShape, reactionShape } from './issue-shapes.ts'
import { listed } from './pages.ts'

/** Whether lists show it: a replica learns of something new later. */
export function isVisible(world: World, { createdAt }: Issue | IssueComment): boolean {
  return createdAt.getTime() + world.readLagMs <= world.now().getTime()
}

export function visibleComments(world: World, issue: Issue): IssueComment[] {
  return issue.comments.filter((comment) => isVisible(world, comment))
}

export function listComments(call: Call): Answer {
  const since = call.query.get('since')
  const comments = visibleComments(call.world, issueOf(call))
  const found = comments.filter((comment) => since === null || comment.updatedAt >= new Date(since))
  return listed(call, found, (comment) => commentShape(call.view, comment))
}

export function createComment(call: Call): Answer {
  const { act, body, token, view } = call
  const issue = issueOf(call)
  writable(issue.repository)
  const content = text(body['body']) ?? ''
  checkBody('IssueComment', content)
  if (issue.locked && !token.canPush(issue.repository)) {
    throw new Refusal(403, 'Unable to create comment because issue is locked.')
  }
  const comment = commentShape(view, issue.comment(act, content))
  return { status: 201, body: comment, headers: { location: String(comment['url']) } }
}

export function getComment(call: Call): Answer {
  return { status: 200, body: commentShape(call.view, commentOf(call)) }
}

export function updateComment(call: Call): Answer {
  const comment = commentOf(call)
  checkAuthor(call, comment)
  const content = text(call.body['body']) ?? ''
  checkBody('IssueComment', content)
  comment.edit(call.act, content)
  return { status: 200, body: commentShape(call.view, comment) }
}

export function deleteComment(call: Call): Answer {
  const comment = commentOf(call)
  checkAuthor(call, comment)
  comment.issue.deleteComment(call.act, comment)
  return { status: 204 }
}

export function createReaction(call: Call): Answer {
  const comment = commentOf(call)
  const { reaction, created } = comment.react(call.act, call.body['content'] as ReactionContent)
  return { status: created ? 201 : 200, body: reactionShape(call.view, reaction) }
}
