import { type DocumentNode, type Kind, parse, print, type TypeNode, visit } from 'graphql'

const node = 'id'
const connection = 'nodes pageInfo totalCount'
const event = 'id actor createdAt'
const content =
  'author authorAssociation body bodyText createdAt createdViaEmail editor fullDatabaseId includesCreatedEdit'
const edits = 'lastEditedAt publishedAt updatedAt url userContentEdits databaseId viewerDidAuthor'

/** What the simulator answers of each type: a field or type that is not here does not exist in the cut schema. */
const kept: Readonly<Record<string, string>> = {
  Query: 'id node nodes rateLimit repository user viewer',
  RateLimit: 'cost limit remaining resetAt used',
  Node: node,
  Actor: 'login url',
  User: `${node} databaseId login url`,
  Bot: `${node} databaseId login url`,
  Mannequin: `${node} databaseId login url`,
  Organization: `${node} databaseId login url`,
  Repository: `${node} assignableUsers databaseId hasIssuesEnabled isArchived isDisabled isPrivate issue issues name nameWithOwner url viewerPermission`,
  Issue: `${node} ${content} ${edits} assignees closed closedAt comments labels locked number repository state stateReason timelineItems title`,
  IssueComment: `${node} ${content} ${edits} isMinimized issue`,
  Comment: `${node} ${content} lastEditedAt publishedAt updatedAt userContentEdits viewerDidAuthor`,
  Label: `${node} name`,
  UserContentEdit: `${node} createdAt deletedAt deletedBy diff editedAt editor updatedAt`,
  PageInfo: 'endCursor hasNextPage hasPreviousPage startCursor',
  UserConnection: connection,
  IssueConnection: connection,
  IssueCommentConnection: connection,
  LabelConnection: connection,
  UserContentEditConnection: connection,
  IssueTimelineItemsConnection: `${connection} filteredCount pageCount updatedAt`,
  AssignedEvent: event,
  ClosedEvent: `${event} stateReason`,
  CommentDeletedEvent: `${event} databaseId deletedCommentAuthor`,
  ConvertedToDiscussionEvent: event,
  LabeledEvent: `${event} label`,
  LockedEvent: `${event} lockReason`,
  RenamedTitleEvent: `${event} currentTitle previousTitle`,
  ReopenedEvent: `${event} stateReason`,
  TransferredEvent: `${event} fromRepository issue`,
  UnlabeledEvent: `${event} label`,
  UnlockedEvent: event,
  UserBlockedEvent: `${event} blockDuration subject`,
}

/** The schema with only the types and fields above, and the unions, inputs, enums and scalars that they use. */
export function cutGraphql(source: string): string {
  const whole = parse(source, { noLocation: true })
  const composite = new Map(Object.entries(kept).map(([type, fields]) => [type, new Set(fields.split(' '))]))
  const bare: DocumentNode = visit(whole, {
    enter: (one) => ('description' in one && one.description ? { ...one, description: undefined } : undefined),
  })
  const pruned: DocumentNode = visit(bare, {
    ObjectTypeDefinition: { leave: (one) => keep(one, composite) },
    InterfaceTypeDefinition: { leave: (one) => keep(one, composite) },
    UnionTypeDefinition: {
      leave: (one) => ({ ...one, types: one.types?.filter(({ name }) => composite.has(name.value)) }),
    },
  })
  return print(reachable(pruned))
}

interface Composite {
  readonly name: { readonly value: string }
  readonly fields?: readonly { readonly name: { readonly value: string } }[] | undefined
  readonly interfaces?: readonly { readonly name: { readonly value: string } }[] | undefined
}

function keep<Type extends Composite>(type: Type, composite: ReadonlyMap<string, ReadonlySet<string>>): Type | null {
  const fields = composite.get(type.name.value)
  if (fields === undefined) return null
  return {
    ...type,
    fields: type.fields?.filter(({ name }) => fields.has(name.value)),
    interfaces: type.interfaces?.filter(({ name }) => composite.has(name.value)),
  }
}

function reachable(document: DocumentNode): DocumentNode {
  const byName = new Map(document.definitions.map((one) => ['name' in one ? one.name?.value : undefined, one]))
  const reached = new Set<string>(Object.keys(kept))
  for (const name of reached) {
    const definition = byName.get(name)
    if (definition === undefined) continue
    visit(definition, {
      NamedType: (type: TypeNode & { readonly kind: typeof Kind.NAMED_TYPE }) => void reached.add(type.name.value),
    })
  }
  const definitions = document.definitions.filter((one) => 'name' in one && reached.has(one.name?.value ?? ''))
  return { ...document, definitions }
}
