const shortestCommit = 7

/** Whether an expected version is a commit: hexadecimal, as long as git abbreviates it at least. */
export function isCommit(expected: string): boolean {
  return /^[0-9a-f]{7,}$/i.test(expected)
}

/**
 * Whether what a service says names the expected version. A leading `v` does not matter, nor does the name in
 * `name@1.2.3`. The build metadata of `1.4.0+3f9c1e7` matters only where it is expected; a commit may be the end of a
 * longer text.
 */
export function matchesVersion(expected: string, observed: string): boolean {
  const bareExpected = withoutV(expected.trim())
  const named = observed.trim()
  const bareObserved = withoutV(bareExpected.includes('@') ? named : named.replace(/^.*@(?=.)/s, ''))
  if (bareExpected === '') return false
  if (bareExpected === bareObserved) return true
  if (isCommit(bareExpected)) return isSameCommit(bareExpected, commitAtEnd(bareObserved))
  const [version, build] = withoutBuild(bareExpected)
  const [observedVersion, observedBuild] = withoutBuild(bareObserved)
  return version === observedVersion && (build === '' || isSameCommit(build, observedBuild))
}

/** Whether both are commits, or both are versions: another kind in the place of a version is no older version. */
export function isOfKind(expected: string, observed: string): boolean {
  return isCommit(withoutV(expected.trim())) === /(?:^|[^0-9a-z])g?[0-9a-f]{7,}(?:$|[^0-9a-z])/i.test(observed)
}

/** What every text that names the expected version contains, in lower case. */
export function commonPart(expected: string): string {
  const bare = withoutV(expected.trim())
  return (isCommit(bare) ? bare.slice(0, shortestCommit) : withoutBuild(bare)[0]).toLowerCase()
}

/** Whether one is the beginning of the other, which takes 7 characters. */
export function isSameCommit(one: string, other: string): boolean {
  const [short = '', long = ''] = [one.toLowerCase(), other.toLowerCase()].sort((a, b) => a.length - b.length)
  if (!isCommit(short) || !isCommit(long)) return false
  // Without a letter, and shorter than a whole commit, it is a build number or a date, of which a beginning is another one.
  const isNumber = /^\d{1,39}$/.test(long)
  return isNumber ? short === long : long.startsWith(short)
}

/**
 * `3f9c1e7` of `1.4.0-12-g3f9c1e7`, `main-3f9c1e7`, `sha-3f9c1e7`, `1.4.0+12.g3f9c1e7`; what stands behind it, such as
 * `-dirty`, makes another build. So is that of an image or a branch, `shop:3f9c1e7`, and that of `1.4.0 (3f9c1e7)`.
 */
function commitAtEnd(text: string): string {
  const [, commit, inParentheses = ''] = /(?:^|[-+:/]g?|\+.*\.g?)([0-9a-f]{7,})$|\(([0-9a-f]{7,})\)$/i.exec(text) ?? []
  return commit ?? inParentheses
}

/** A version without the `v` that some write before its number. */
export function withoutV(text: string): string {
  return text.replace(/^v(?=\d|[0-9a-f]{7,}$)/i, '')
}

/** The version and its build metadata. */
function withoutBuild(text: string): [version: string, build: string] {
  const [, version = text, build = ''] = /^([^+]+)\+([0-9a-z.-]+)$/i.exec(text) ?? []
  return [version, build]
}
