/**
 * Foreign text (bodies, headers, names, branch names, child output) on its way out: one function per target.
 * The runner obeys `::command::` at the start of a line and `##[command]` anywhere in one, and a lone CR starts a line.
 */

// C0 and C1 controls, DEL, line and paragraph separators, and the bidirectional and invisible characters that make
// a text look different from what it is.
const unprintable = /[\p{Cc}\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/** One printable line: controls become visible escapes, `::command::` and `##[` lose their meaning. */
export function forLog(text: string): string {
  return visible(text)
    .replaceAll('##[', '# #[')
    .replace(/::(?=[a-z][a-z-]*(?:\s|::))/gi, ': :')
}

/** The message of an annotation: lines are kept, the runner cuts it at 4096 characters and so do we, visibly. */
export function forAnnotation(text: string): string {
  const message = text.split('\n').map(forLog).join('\n')
  return cut(message, 4_000)
}

/** Inline Markdown, also inside a table cell: nothing in it can start markup, a link, an image, a mention or a cell. */
export function forMarkdown(text: string): string {
  return visible(text)
    .replace(/[&<>`|*_~[\]#!@\\:$]/g, (character) => `&#${character.codePointAt(0)};`)
    .replace(/\bwww\./gi, (prefix) => prefix.replace('.', '&#46;'))
}

/** A fenced code block; the fence is longer than any run of backticks in the text. */
export function forCodeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const lines = text.split(/\r\n|\n|\r/).map(visible)
  return [`${fence}text`, ...lines, fence].join('\n')
}

/** At most `length` characters, with an ellipsis where something is missing; never half a surrogate pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(unprintable, (character) =>
      character === '\n' ? '\\n' : character === '\r' ? '\\r' : character === '\t' ? ' ' : escaped(character),
    )
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return `\\u${code.toString(16).padStart(4, '0')}`
}
