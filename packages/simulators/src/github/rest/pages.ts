import type { Answer } from '../http.ts'
import type { Call } from './call.ts'

const largestPage = 100

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly headers: Readonly<Record<string, string>>
}

/** One page of a list, with links to the others as GitHub gives them: none where there is nothing to go to. */
export function pageOf<Item>({ url, query }: Call, items: readonly Item[], defaultSize = 30): Page<Item> {
  const asked = query.get('per_page')
  const size = asked === null ? defaultSize : Math.min(Math.max(Number(asked), 1), largestPage)
  const page = Math.max(Number(query.get('page') ?? 1), 1)
  const last = Math.max(Math.ceil(items.length / size), 1)
  const link = (number: number, relation: string) => {
    const target = new URL(url)
    target.searchParams.set('page', String(number))
    return `<${target}>; rel="${relation}"`
  }
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ]
  const headers = links.length === 0 ? {} : { link: links.join(', ') }
  return { items: items.slice((page - 1) * size, page * size), headers }
}

export function listed<Item>(call: Call, items: readonly Item[], show: (item: Item) => unknown): Answer {
  const page = pageOf(call, items)
  return { status: 200, body: page.items.map(show), headers: page.headers }
}
