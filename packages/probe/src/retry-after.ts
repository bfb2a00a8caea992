/**
 * How long a Retry-After header asks to wait, in milliseconds: seconds, or an HTTP date (RFC 9110 10.2.3).
 * Undefined for garbage and for what is past.
 * @param now the wall clock the date is compared with
 */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim() ?? ''
  const ms = /^\d+$/.test(text)
    ? Number(text) * 1_000
    : /^[A-Z][a-z]+,? /.test(text)
      ? Date.parse(text) - now.getTime()
      : 0
  return ms > 0 ? ms : undefined
}
