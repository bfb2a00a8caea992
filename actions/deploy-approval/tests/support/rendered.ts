import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

/** What GitHub makes of Markdown, before it takes out what is dangerous. */
export function rendered(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] })
}

/** The names of all elements, in their order. */
export function elements(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-z][a-z\d]*)\b[^>]*>/gi)].map(([, name = '']) => name)
}

/** Whom the text of a page mentions: outside of code, as GitHub looks for it. */
export function mentions(html: string): string[] {
  const text = html
    .replace(/<(code|pre)\b[^>]*>.*?<\/\1>/gs, ' ')
    .replace(/<!--.*?-->/gs, '')
    .replace(/<[^>]*>/g, '')
  return [...decoded(text).matchAll(/(?<![\w`])@([a-z\d][\w-]*(?:\/[\w.-]+)?)/gi)].map(([, name = '']) => name)
}

/** What people read. */
export function decoded(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, point) => String.fromCodePoint(Number(point)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
