const zeroWidthSpace = '\u200b'

/** What only turns the direction of a text, or is a control, but for line breaks and tabs. */
const hidden = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Markdown of somebody else's as a quotation, out of which nothing can break. Raw HTML, images, mentions and whatever
 * could become one of them are shown as they are written: an invisible character after their first one keeps them apart.
 */
export function quotedMarkdown(text: string): string {
  const harmless = text
    .toWellFormed()
    .replaceAll('\t', '    ')
    .split(/\r\n|\n|\r/)
    .map((line) =>
      line
        .replace(hidden, '')
        .replace(/<(?=[a-z/!?])|!(?=\[)|\[(?=\^)|@(?=\w)|&(?=[#a-z\d])/gi, `$&${zeroWidthSpace}`)
        .trimEnd(),
    )
  return harmless.map((line) => (line === '' ? '>' : `> ${line}`)).join('\n')
}
