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

/** Takes what looks like a secret, and every one of the known secrets, out of a text that is shown to people. */
export function redact(text: string, knownSecrets: readonly string[] = []): string {
  const longestFirst = knownSecrets.filter((secret) => secret !== '').sort((one, other) => other.length - one.length)
  return longestFirst
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
    .replace(
      named,
      (_, name: string, found: string) => `${name}${/^["[{]/.test(found) || name.includes('"') ? '"***"' : '***'}`,
    )
    .replace(scheme, '$1 ***')
    .replace(userInfo, '$1***@')
    .replace(jwt, '***')
}
