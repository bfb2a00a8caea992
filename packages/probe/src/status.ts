import { Malformed, quote } from '@deploy-safety/common/inputs'

/** Which statuses are good; `source` is how the user wrote it. */
export interface StatusSet {
  readonly source: string
  readonly ranges: readonly (readonly [from: number, to: number])[]
}

const accepted = 'Write codes, classes or ranges from 200 to 599: 200,204 or 2xx or 200-399.'

/** Reads a list of codes, classes and ranges: `200,204`, `2xx`, `200-399`. @throws Malformed */
export function parseStatusSet(text: string): StatusSet {
  const items = text.split(/[\s,]+/).filter(Boolean)
  if (items.length === 0) throw new Malformed(`${quote(text)} names no status`, accepted)
  return { source: text, ranges: items.map(parseRange) }
}

export function includesStatus(set: StatusSet, status: number): boolean {
  return set.ranges.some(([from, to]) => status >= from && status <= to)
}

function parseRange(item: string): readonly [number, number] {
  const refuse = (problem: string) => new Malformed(`${quote(item)} ${problem}`, accepted)
  const parts = /^(?:([1-5])xx|(\d{3})(?:-(\d{3}))?)$/i.exec(item)
  if (parts === null) throw refuse('is not a status')
  const [, level, first, last] = parts
  const from = level === undefined ? Number(first) : Number(level) * 100
  const to = level === undefined ? Number(last ?? first) : from + 99
  if (from > to) throw refuse('ends before it begins')
  if (from < 200 || to > 599) throw refuse('is never the status of a final response')
  return [from, to]
}
