import { isCommit, isSameCommit, withoutV } from './version-match.ts'

// What surrounds a version that stands by itself: no letter or digit, and no sign with one behind it, which would make
// another version of it. The ending of a file does not: index-3f9c1e7.js.
const sign = '[.+~_-]'
const character = '[\\p{L}\\p{N}]'
const fileEnding = '\\.(?:(?:min|chunk|bundle)\\.)?(?:js|mjs|css|map|json|html|wasm|jar|war|zip|tar|tgz|gz)(?![\\w-])'
const nothingBehind = `(?!${character})(?:(?=${fileEnding})|(?!${sign}${character}))`
// The 2.0.0 of shop-2.0.0 stands by itself, that of 1.2.0.0 and the 1 of 2.0.0-rc.1 do not.
const nothingBefore = `(?<!${character})(?<!\\d[\\w.+~-]{0,100})`
const build = '(?:\\+[0-9a-zA-Z](?:[0-9a-zA-Z.-]{0,99}[0-9a-zA-Z])?)?'

const commits = new RegExp(`(?<=(?:^|[^\\p{L}\\p{N}])v?|[-+.]g)(?<!\\d\\.)[0-9a-f]{7,}${nothingBehind}`, 'giu')

/** The expected version as a text has it, where it stands by itself. */
export function findInText(text: string, expected: string): string | undefined {
  const bare = withoutV(expected.trim())
  if (bare === '') return undefined
  if (isCommit(bare)) return text.match(commits)?.find((commit) => isSameCommit(bare, commit))
  const literal = bare.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const before = /^[\p{L}\p{N}]/u.test(bare) ? `${nothingBefore}(?:[vV](?=\\d))?` : ''
  return new RegExp(`${before}${literal}${bare.includes('+') ? '' : build}${nothingBehind}`, 'u').exec(text)?.[0]
}

// Of a longer text the beginning tells enough about what is not the expected version.
const guessLimit = 64 * 1_024

/** What a text seems to say instead: the first word that looks like a version, or the only one. */
export function guessInText(text: string): string | undefined {
  if (!/\d/.test(text)) return undefined
  const words = text.slice(0, guessLimit).match(/[\p{L}\p{N}_]+(?:[.+~-][\p{L}\p{N}_]+)*/gu) ?? []
  const version = words.find((word) => /^v?\d+(\.\d+)+|^(?=.*\d)[0-9a-f]{7,40}$/i.test(word))
  return version ?? (words.length === 1 ? words[0] : undefined)
}
