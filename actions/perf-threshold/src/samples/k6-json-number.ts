const [plus, minus, point, zero, nine, lowerE] = [43, 45, 46, 48, 57, 101] as const

/** Where a number ends that begins at `start`, as JSON writes numbers; -1 when there is none. */
export function skipNumber(bytes: Uint8Array, start: number): number {
  const first = bytes[start] === minus ? start + 1 : start
  let at = skipDigits(bytes, first)
  if (at === -1 || (bytes[first] === zero && at > first + 1)) return -1
  if (bytes[at] === point) at = skipDigits(bytes, at + 1)
  return at !== -1 && ((bytes[at] ?? 0) | 32) === lowerE ? skipExponent(bytes, at + 1) : at
}

function skipExponent(bytes: Uint8Array, start: number): number {
  return skipDigits(bytes, bytes[start] === plus || bytes[start] === minus ? start + 1 : start)
}

/** At least one. */
function skipDigits(bytes: Uint8Array, start: number): number {
  let at = start
  for (; ; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte < zero || byte > nine) break
  }
  return at === start ? -1 : at
}
