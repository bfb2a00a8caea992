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

// So many characters are no part of an everyday word. What is shorter is a secret only where it is a word.
const leastAnywhere = 8
// The runner takes a value out of all that the job prints, within words too, and keeps back the outputs that hold it:
// of three characters that would be half of the log, and they are no protection.
const leastMasked = 4

// A shorter beginning tells little, and is the beginning of many a word.
const leastBeginning = 4

/** Those of the secrets that the runner can be told to mask in the whole job, each once; `redact` knows all of them. */
export function worthMasking(secrets: readonly string[]): string[] {
  return [...new Set(secrets)].filter((secret) => secret.length >= leastMasked)
}

/**
 * Takes what looks like a secret, and every one of the known secrets, out of a text that is shown to people, also as they are
 * spelled in JSON and in a URL. Of a text that was cut (`…`), a known secret that lies across the cut too. Known secrets of less than eight characters are taken
 * out where they are a word.
 */
export function redact(text: string, knownSecrets: readonly string[] = []): string {
  return spellingsOf(knownSecrets)
    .reduce((rest, secret) => withoutBeginning(without(rest, secret), secret), text)
    .replace(
      named,
      (_, name: string, found: string) => `${name}${/^["[{]/.test(found) || name.includes('"') ? '"***"' : '***'}`,
    )
    .replace(scheme, '$1 ***')
    .replace(userInfo, '$1***@')
    .replace(jwt, '***')
}

/**
 * What was given as a URL, well-formed or not, as far as a message may show it: without what may be user and password,
 * and without query and fragment.
 */
export function withoutCredentials(url: string): string {
  const [scheme] = /^(?:[a-z]+:\/+)?/i.exec(url) ?? ['']
  const [end, at] = [url.search(/[?#]/), url.lastIndexOf('@')]
  // A "?" or "#" in front of an "@" may belong to a password, so that nothing behind it is safe.
  if (end >= 0 && end < at) return `${scheme}…`
  return (at < 0 ? url : `${scheme}…${url.slice(at)}`).replace(/[?#].*$/s, '?…')
}

/** What a service makes of a secret that it sends back: a host of a URL is in small letters. */
function spellOut(secret: string): string[] {
  const url = new URL('http://host')
  url.pathname = secret
  const encoded = [encodeURIComponent(secret.toWellFormed()), url.pathname.slice(1)]
  const smallHex = encoded.map((text) => text.replace(/%[\dA-F]{2}/g, (byte) => byte.toLowerCase()))
  return [secret, JSON.stringify(secret).slice(1, -1), ...encoded, ...smallHex, secret.toLowerCase()]
}

// For one list of secrets, the one of the step, there are many texts.
const spelled = new WeakMap<readonly string[], string[]>()

/** The secrets as they are, in JSON and in a URL, the longest first: one may begin with another. */
function spellingsOf(secrets: readonly string[]): string[] {
  const known = spelled.get(secrets)
  if (known !== undefined) return known
  const spellings = [...new Set(secrets.flatMap(spellOut))].filter((text) => text !== '')
  const longestFirst = spellings.sort((one, other) => other.length - one.length)
  spelled.set(secrets, longestFirst)
  return longestFirst
}

function without(text: string, secret: string): string {
  if (secret.length >= leastAnywhere) return text.replaceAll(secret, '***')
  // A word begins behind an escape too: that of a URL, or of JSON within a text.
  const word = `(?<=^|\\W|%[\\dA-Fa-f]{2}|\\\\[nrt])${secret.replace(/\W/g, '\\$&')}(?!\\w)`
  return text.replace(new RegExp(word, 'g'), '***')
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
