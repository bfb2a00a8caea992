import type { IssueEvent } from '../issue-event.ts'
import { visibleActor } from '../rest/timeline.ts'
import { timestamp } from '../view.ts'
import { databaseId } from './content-fields.ts'
import type { Arguments, Context } from './context.ts'

type Of<Name extends IssueEvent['event']> = Extract<IssueEvent, { event: Name }>

const common = {
  id: ({ nodeId }: IssueEvent) => nodeId,
  actor: (event: IssueEvent, _: Arguments, { token }: Context) => visibleActor(event, token),
  createdAt: ({ createdAt }: IssueEvent) => timestamp(createdAt),
}

const label = ({ label: name }: Of<'labeled' | 'unlabeled'>) => ({ id: `LA_${name}`, name })

export const eventFields = {
  AssignedEvent: common,
  ClosedEvent: { ...common, stateReason: ({ stateReason }: Of<'closed'>) => stateReason.toUpperCase() },
  CommentDeletedEvent: {
    ...common,
    databaseId,
    deletedCommentAuthor: ({ author }: Of<'comment_deleted'>) => author,
  },
  ConvertedToDiscussionEvent: common,
  LabeledEvent: { ...common, label },
  LockedEvent: {
    ...common,
    lockReason: ({ lockReason }: Of<'locked'>) => lockReason?.toUpperCase().replace(/\W/g, '_') ?? null,
  },
  RenamedTitleEvent: {
    ...common,
    currentTitle: ({ to }: Of<'renamed'>) => to,
    previousTitle: ({ from }: Of<'renamed'>) => from,
  },
  ReopenedEvent: { ...common, stateReason: () => null },
  TransferredEvent: { ...common, fromRepository: ({ from }: Of<'transferred'>) => from },
  UnlabeledEvent: { ...common, label },
  UnlockedEvent: common,
  UserBlockedEvent: { ...common, blockDuration: () => 'PERMANENT' },
}

const types = {
  assigned: 'AssignedEvent',
  closed: 'ClosedEvent',
  comment_deleted: 'CommentDeletedEvent',
  converted_to_discussion: 'ConvertedToDiscussionEvent',
  labeled: 'LabeledEvent',
  locked: 'LockedEvent',
  renamed: 'RenamedTitleEvent',
  reopened: 'ReopenedEvent',
  transferred: 'TransferredEvent',
  unlabeled: 'UnlabeledEvent',
  unlocked: 'UnlockedEvent',
  user_blocked: 'UserBlockedEvent',
} as const satisfies Readonly<Record<IssueEvent['event'], keyof typeof eventFields>>

export function eventType({ event }: IssueEvent): string {
  return types[event]
}
