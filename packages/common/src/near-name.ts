import leven from 'leven'

const mostSlips = 2
/** Of a shorter name, two letters are half of it. */
const leastLetters = 4

/**
 * The known name that was meant most likely: one that differs in case, `-`, `_` and blanks alone, or, from four letters
 * on, in one or two letters added, left out or changed.
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const plain = plainOf(given)
  const most = plain.length < leastLetters ? 0 : mostSlips
  const [nearest] = known
    .map((name) => ({ name, slips: leven(plain, plainOf(name)) }))
    .filter(({ slips }) => slips <= most)
    .sort((one, other) => one.slips - other.slips)
  return nearest?.name
}

function plainOf(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/g, '')
}
