import type { Answer } from '../http.ts'
import type { Permission } from '../token.ts'
import { getRepository, getUser, listTeamMembers } from './accounts.ts'
import type { Call } from './call.ts'
import * as comments from './comments.ts'
import { compareCommits, getCommit, getRef } from './commits.ts'
import * as issues from './issues.ts'
import { getAttempt, getRun } from './runs.ts'
import { listTimeline } from './timeline.ts'

export interface Operation {
  readonly permission: Permission
  readonly access: 'read' | 'write'
  readonly answer: (call: Call) => Answer
}

function needs(permission: Permission, access: 'read' | 'write', answer: (call: Call) => Answer): Operation {
  return { permission, access, answer }
}

/** By their id in GitHub's description. */
export const operations: Readonly<Record<string, Operation>> = {
  'actions/get-workflow-run': needs('actions', 'read', getRun),
  'actions/get-workflow-run-attempt': needs('actions', 'read', getAttempt),
  'git/get-ref': needs('contents', 'read', getRef),
  'repos/compare-commits-with-basehead': needs('contents', 'read', compareCommits),
  'repos/get': needs('metadata', 'read', getRepository),
  'repos/get-commit': needs('contents', 'read', getCommit),
  'teams/list-members-in-org': needs('members', 'read', listTeamMembers),
  'users/get-by-username': needs('metadata', 'read', getUser),
  'issues/list-for-repo': needs('issues', 'read', issues.listIssues),
  'issues/create': needs('issues', 'write', issues.createIssue),
  'issues/get': needs('issues', 'read', issues.getIssue),
  'issues/update': needs('issues', 'write', issues.updateIssue),
  'issues/add-assignees': needs('issues', 'write', issues.addAssignees),
  'issues/list-comments': needs('issues', 'read', comments.listComments),
  'issues/create-comment': needs('issues', 'write', comments.createComment),
  'issues/get-comment': needs('issues', 'read', comments.getComment),
  'issues/update-comment': needs('issues', 'write', comments.updateComment),
  'issues/delete-comment': needs('issues', 'write', comments.deleteComment),
  'issues/list-events-for-timeline': needs('issues', 'read', listTimeline),
  'reactions/create-for-issue-comment': needs('issues', 'write', comments.createReaction),
}
