import { type Arguments, FieldError } from './context.ts'

const mostItems = 100

export interface Connection<Item> {
  readonly nodes: readonly Item[]
  readonly totalCount: number
  readonly pageInfo: Readonly<Record<string, unknown>>
}

/** A page of a list whose items are told apart by a key; `name` is the field's, for what GitHub says of wrong limits. */
export function connect<Item>(
  name: string,
  items: readonly Item[],
  key: (item: Item) => string,
  args: Arguments,
): Connection<Item> {
  const { first, last } = limits(name, args)
  const cursors = items.map((item) => Buffer.from(`cursor:${key(item)}`).toString('base64'))
  const start = typeof args['after'] === 'string' ? indexOf(cursors, args['after']) + 1 : 0
  const end = typeof args['before'] === 'string' ? indexOf(cursors, args['before']) : items.length
  const from = first === undefined && last !== undefined ? Math.max(start, end - last) : start
  const to = first === undefined ? end : Math.min(end, start + first)
  const edges = { startCursor: cursors.slice(from, to)[0] ?? null, endCursor: cursors.slice(from, to).at(-1) ?? null }
  const pageInfo = { ...edges, hasPreviousPage: from > 0, hasNextPage: to < items.length }
  return { nodes: items.slice(from, to), totalCount: items.length, pageInfo }
}

function indexOf(cursors: readonly string[], cursor: string): number {
  const index = cursors.indexOf(cursor)
  if (index < 0) throw new FieldError('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`)
  return index
}

function limits(
  name: string,
  args: Arguments,
): { readonly first: number | undefined; readonly last: number | undefined } {
  const first = typeof args['first'] === 'number' ? args['first'] : undefined
  const last = typeof args['last'] === 'number' ? args['last'] : undefined
  if (first === undefined && last === undefined) {
    const advice = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`
    throw new FieldError('MISSING_PAGINATION_BOUNDARIES', advice)
  }
  const most = Math.max(first ?? 0, last ?? 0)
  if (most > mostItems) {
    const limit = `exceeds the \`first\` limit of ${mostItems} records.`
    throw new FieldError('EXCESSIVE_PAGINATION', `Requesting ${most} records on the \`${name}\` connection ${limit}`)
  }
  return { first, last }
}
