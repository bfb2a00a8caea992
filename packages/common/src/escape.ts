/**
 * Foreign text (bodies, headers, names, branch names, child output) on its way out: one function per target.
 * The runner obeys `::command::` at the start of a line and `##[command]` anywhere in one, and a lone CR starts a line.
 */

// Controls, line and paragraph separators, and whatever is invisible or turns the direction: it makes a text look
// different from what it is, and some comparisons pass over it.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu
const invisible = /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

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
  const runs = text.match(/`+/g) ?? []
  const fence = '`'.repeat(runs.reduce((longest, { length }) => Math.max(longest, length), 2) + 1)
  const lines = text.split(/\r\n|\n|\r/).map(visible)
  return [`${fence}text`, ...lines, fence].join('\n')
}

/** JSON that says the same and can be printed: reports are, and the runner obeys `##[command]` in them too. */
export function forPrintedJson(json: string): string {
  return json.replace(invisible, inHex).replaceAll('##[', '#\\u0023[')
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
      character === '\n' ? '\\n' : character === '\r' ? '\\r' : character === '\t' ? ' ' : inHex(character),
    )
}

/** As JSON and JavaScript write it: a character beyond the first 65,536 has two parts. */
function inHex(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
