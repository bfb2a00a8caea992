import { createHash } from 'node:crypto'

const mostLength = 2_000
const hashLength = 16

/** A name as it is kept and shown: the beginning of a long one, and what tells it from others that begin alike. */
export function boundedName(name: string): string {
  if (name.length <= mostLength) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, hashLength)
  // Not within a pair of surrogates.
  const start = name.slice(0, mostLength - hashLength - 1).replace(/[\ud800-\udbff]$/, '')
  return `${start}…${hash}`
}
