/** Replaces secrets by `***` as the runner does, in the spellings it thinks of (`HostContext.cs`, `ValueEncoders.cs`). */
export class SecretMasker {
  readonly #spellings = new Set<string>()

  /** Masks a value and, if it has several lines, each of them, however short. */
  add(value: string): void {
    const lines = value.split(/[\r\n]/).map((line) => line.trim())
    for (const secret of [value, ...lines]) {
      if (secret === '') continue
      for (const spelling of [secret, ...encoders.map((encode) => encode(secret))]) {
        if (spelling !== '') this.#spellings.add(spelling)
      }
    }
  }

  mask(text: string): string {
    const hits = [...this.#spellings].flatMap((spelling) => positions(text, spelling)).sort((a, b) => a.start - b.start)
    let masked = ''
    let end = 0
    for (const hit of hits) {
      // Secrets that overlap or touch become one.
      if (masked === '' || hit.start > end) masked += `${text.slice(end, hit.start)}***`
      end = Math.max(end, hit.end)
    }
    return masked + text.slice(end)
  }
}

interface Span {
  readonly start: number
  readonly end: number
}

function positions(text: string, secret: string): Span[] {
  const found: Span[] = []
  for (let start = text.indexOf(secret); start >= 0; start = text.indexOf(secret, start + 1)) {
    found.push({ start, end: start + secret.length })
  }
  return found
}

const xmlEntities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '&': '&amp;',
}

const encoders: readonly ((secret: string) => string)[] = [
  // Text in front of a secret moves its bytes within the groups of three that base64 encodes.
  (secret) => base64(secret, 0),
  (secret) => base64(secret, 1),
  (secret) => base64(secret, 2),
  (secret) => secret.replaceAll('"', '\\"'),
  (secret) => secret.replaceAll("'", "''"),
  (secret) => JSON.stringify(secret).slice(1, -1),
  (secret) => uriEscape(secret),
  (secret) => secret.replace(/[<>"'&]/g, (character) => xmlEntities[character] ?? ''),
  (secret) => (secret.length > 8 && /^".*"$/s.test(secret) ? secret.slice(1, -1) : ''),
  (secret) => longEnough(secret.slice(0, ampersand(secret).end)),
  (secret) => longEnough(ampersand(secret).end === 0 ? '' : secret.slice(ampersand(secret).resume)),
]

function base64(secret: string, shift: number): string {
  const bytes = Buffer.from(secret)
  return bytes.subarray(bytes.length > shift ? shift : 0).toString('base64')
}

function uriEscape(secret: string): string {
  const escaped = encodeURIComponent(secret.toWellFormed())
  return escaped.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** PowerShell prints a command that failed in two parts, split at an ampersand, the second of `&+` without its first letter. */
function ampersand(secret: string): { end: number; resume: number } {
  const plus = secret.indexOf('&+')
  if (plus >= 0) return { end: plus + 2, resume: plus + 3 }
  const end = secret.lastIndexOf('&') + 1
  return { end, resume: end }
}

function longEnough(part: string): string {
  return part.length >= 6 ? part : ''
}
