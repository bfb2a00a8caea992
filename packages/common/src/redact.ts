// Begins at the word that tells, not at the name it ends: a search for the beginning of a name would not be linear.
const telling =
  '(?:token|secret|passw(?:or)?d|api[-_]?key|authorization|credential|private[-_]?key|session|access[-_]?key)'
const value = [
  '"(?:[^"\\\\]|\\\\.)*"?',
  "'[^']*'?",
  '\\[[^\\]]*\\]?',
  '\\{[^{}]*\\}?',
  '(?:(?:bearer|basic|digest|token)\\s{1,4})?[^\\s&;,"\'<>{}\\[\\]]+',
].join('|')
const named = new RegExp(`(${telling}[\\w.-]{0,40}["']?\\s{0,4}[:=]\\s{0,4})(${value})`, 'gi')
const scheme = /\b(bearer|basic)\s{1,4}(?=[\w+/.~=-]*[\d=+/])[\w+/.~=-]{8,}/gi
const userInfo = /(\b[a-z][a-z+.-]{1,20}:\/\/)[^\s/@"']{1,300}@/gi
const jwt = /\beyJ[\w-]{8,2000}\.[\w-]{8,2000}\.[\w-]*/g

// A shorter beginning tells little, and is the beginning of many a word.
const leastBeginning = 4

/**
 * Takes what looks like a secret, and every one of the known secrets, out of a text that is shown to people. Of a text
 * that was cut (`…`), a known secret that lies across the cut too.
 */
export function redact(text: string, knownSecrets: readonly string[] = []): string {
  const longestFirst = knownSecrets.filter((secret) => secret !== '').sort((one, other) => other.length - one.length)
  return longestFirst
    .reduce((rest, secret) => withoutBeginning(rest.replaceAll(secret, '***'), secret), text)
    .replace(
      named,
      (_, name: string, found: string) => `${name}${/^["[{]/.test(found) || name.includes('"') ? '"***"' : '***'}`,
    )
    .replace(scheme, '$1 ***')
    .replace(userInfo, '$1***@')
    .replace(jwt, '***')
}

/** Takes the beginning of a secret out of a text in front of each place where that was cut. */
function withoutBeginning(text: string, secret: string): string {
  const parts = text.split('…')
  const last = parts.pop() ?? ''
  const cleaned = parts.map((part) => {
    for (let length = Math.min(secret.length - 1, part.length); length >= leastBeginning; length -= 1) {
      if (part.endsWith(secret.slice(0, length))) return `${part.slice(0, -length)}***`
    }
    return part
  })
  return [...cleaned, last].join('…')
}
