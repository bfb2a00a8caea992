const secretName =
  '[\\w.-]*(?:token|secret|passw(?:or)?d|api[-_]?key|authorization|credential|private[-_]?key|session)[\\w.-]*'
const jsonField = new RegExp(`("${secretName}"\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*"?|[^\\s,}\\]]+)`, 'gi')
const assignment = new RegExp(`(\\b${secretName}\\s*[=:]\\s*)(?!["{[])([^\\s&;,"'<>]+)`, 'gi')
const bearer = /\b(bearer|basic)\s+[A-Za-z0-9+/._~=-]{8,}/gi
const jwt = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g

/** Takes what looks like a secret, and every one of the known secrets, out of a text that is shown to people. */
export function redact(text: string, knownSecrets: readonly string[] = []): string {
  const known = knownSecrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
  return known.replace(jsonField, '$1"***"').replace(assignment, '$1***').replace(bearer, '$1 ***').replace(jwt, '***')
}
