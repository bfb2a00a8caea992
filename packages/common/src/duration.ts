import { Malformed, quote } from './inputs.ts'

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const
const duration = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/

// Longer than any job may run, and the longest a Node timer can be set to is not far above.
const longestMs = 20 * 24 * unitMs.h

/**
 * Reads a duration: `500ms`, `20s`, `1.5s`, `5m`, `1h30m`.
 * A bare number is refused, since nobody can tell seconds from milliseconds in it.
 * @returns milliseconds
 * @throws Malformed
 */
export function parseDuration(text: string): number {
  const parts = duration.exec(text)
  if (text === '' || parts === null) {
    const bare = /^\d+(\.\d+)?$/.test(text)
    throw new Malformed(
      `${quote(text)} is ${bare ? 'a number without a unit' : 'not a duration'}`,
      `Write it with a unit${bare ? `, ${text}s or ${text}ms` : ''}: 500ms, 20s, 5m, 1h30m.`,
    )
  }
  const [, hours = '0', minutes = '0', seconds = '0', milliseconds = '0'] = parts
  const ms = Math.round(
    Number(hours) * unitMs.h + Number(minutes) * unitMs.m + Number(seconds) * unitMs.s + Number(milliseconds),
  )
  if (ms > longestMs) throw new Malformed(`${quote(text)} is too long`, 'Give at most 480h.')
  return ms
}

/** Writes a time for people: `0.4 ms`, `130 ms`, `1.12 s`; from a minute on as an input is written: `5m`, `1h30m`. */
export function formatDuration(ms: number): string {
  return inDigits(ms, 3)
}

/** A measured time and its limit, with as many digits as tell one from the other. */
export function formatAgainst(ms: number, limitMs: number): { readonly value: string; readonly limit: string } {
  const digits = [3, 4, 6, 9].find((count) => inDigits(ms, count) !== inDigits(limitMs, count)) ?? 15
  return { value: inDigits(ms, digits), limit: inDigits(limitMs, 9) }
}

function inDigits(ms: number, digits: number): string {
  const rounded = Number((digits > 3 ? ms : Math.round(ms * 100) / 100).toPrecision(digits))
  if (rounded < 1_000) return `${rounded} ms`
  if (rounded < 60_000) return `${Number((rounded / 1_000).toPrecision(digits))} s`
  const seconds = Math.round(ms / 1_000)
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'm'],
    [seconds % 60, 's'],
  ] as const
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join('')
}
