import type { Account } from '../account.ts'
import type { IssueComment } from '../comment.ts'
import type { Content, Edit } from '../content.ts'
import type { Issue } from '../issue.ts'
import { associationOf } from '../rest/call.ts'
import { timestamp, timestampOf } from '../view.ts'
import { connect } from './connection.ts'
import type { Arguments, Context } from './context.ts'

type Written = (Issue | IssueComment) & Content

const largestInt = 2 ** 31 - 1

/** `databaseId` has 32 bits; what is beyond has only `fullDatabaseId`, a text. */
export function databaseId({ id }: { readonly id: number }): number | null {
  return id > largestInt ? null : id
}

/** What issues and comments have in common. */
export const contentFields = {
  id: ({ nodeId }: Written) => nodeId,
  databaseId,
  fullDatabaseId: ({ id }: Written) => String(id),
  author: ({ user }: Written): Account => user,
  authorAssociation: (content: Written) => associationOf(content.user, repositoryOf(content)),
  body: ({ text }: Written) => text,
  bodyText: ({ text }: Written) => text,
  createdAt: ({ createdAt }: Written) => timestamp(createdAt),
  createdViaEmail: (content: Written) => 'viaEmail' in content && content.viaEmail,
  editor: ({ editor }: Written) => editor ?? null,
  includesCreatedEdit: ({ edits }: Written) => edits.length > 0,
  lastEditedAt: ({ editedAt }: Written) => timestampOf(editedAt),
  publishedAt: ({ createdAt }: Written) => timestamp(createdAt),
  updatedAt: ({ updatedAt }: Written) => timestamp(updatedAt),
  userContentEdits: ({ edits }: Written, args: Arguments) =>
    connect({ name: 'userContentEdits', args }, edits, (edit) => edit.nodeId),
  viewerDidAuthor: ({ user }: Written, _: Arguments, { token }: Context) => user === token.identity,
}

function repositoryOf(content: Written) {
  return 'issue' in content ? content.issue.repository : content.repository
}

export const editFields = {
  id: ({ nodeId }: Edit) => nodeId,
  createdAt: ({ at }: Edit) => timestamp(at),
  updatedAt: ({ at }: Edit) => timestamp(at),
  editedAt: ({ at }: Edit) => timestamp(at),
  editor: ({ editor }: Edit): Account => editor,
  diff: ({ text, deletion }: Edit) => (deletion === undefined ? text : null),
  deletedAt: ({ deletion }: Edit) => timestampOf(deletion?.at),
  deletedBy: ({ deletion }: Edit) => deletion?.actor ?? null,
}
