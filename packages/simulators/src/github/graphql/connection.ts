import { type Arguments, FieldError } from './context.ts'

const mostItems = 100

export interface Connection<Item> {
  readonly nodes: readonly Item[]
  readonly totalCount: number
  readonly pageInfo: Readonly<Record<string, unknown>>
}

/** What tells the items of a list apart: a text, or a number that grows from one to the next. */
type Key<Item> = (item: Item) => string | number

export interface Field {
  /** As it is called in the schema, for what GitHub says of wrong limits. */
  readonly name: string
  readonly args: Arguments
}

/** A page of a list. */
export function connect<Item>({ name, args }: Field, items: readonly Item[], key: Key<Item>): Connection<Item> {
  const { first, last } = limits(name, args)
  const keys = items.map(key)
  const start = typeof args['after'] === 'string' ? position(keys, args['after'], 1) : 0
  const end = typeof args['before'] === 'string' ? position(keys, args['before'], 0) : items.length
  const from = first === undefined && last !== undefined ? Math.max(start, end - last) : start
  const to = first === undefined ? end : Math.min(end, start + first)
  const cursors = keys.slice(from, to).map((one) => Buffer.from(JSON.stringify(one)).toString('base64'))
  const ends = { startCursor: cursors[0] ?? null, endCursor: cursors.at(-1) ?? null }
  const pageInfo = { ...ends, hasPreviousPage: from > 0, hasNextPage: to < items.length }
  return { nodes: items.slice(from, to), totalCount: items.length, pageInfo }
}

/** A page begins at the right place even when the item that the cursor stands for is gone by now. */
function position(keys: readonly (string | number)[], cursor: string, offset: 0 | 1): number {
  const key: unknown = parsed(Buffer.from(cursor, 'base64').toString())
  const index = typeof key === 'string' || typeof key === 'number' ? keys.indexOf(key) : -1
  if (index >= 0) return index + offset
  if (typeof key === 'number') return keys.filter((one) => Number(one) < key).length
  throw new FieldError('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
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
