const token =
  /\/\*.*?\*\/|\/\/[^\n]*|(?<=[=(,:[!&|?{};>]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`/gs

/** The texts in a TypeScript source, in order. An expression within a template is `{}`, and its own texts follow. */
export function stringLiterals(source: string): string[] {
  const found: string[] = []
  token.lastIndex = 0
  for (let match = token.exec(source); match !== null; match = token.exec(source)) {
    const [text] = match
    if (text === '`') {
      const template = readTemplate(source, token.lastIndex)
      found.push(template.text, ...template.expressions.flatMap(stringLiterals))
      token.lastIndex = template.end
    } else if (/^['"]/.test(text)) {
      found.push(unescaped(text.slice(1, -1)))
    }
  }
  return found
}

/** From behind the backtick that opens it to behind the one that closes it. */
function readTemplate(source: string, start: number): { text: string; expressions: string[]; end: number } {
  const expressions: string[] = []
  let text = ''
  let at = start
  while (at < source.length && source[at] !== '`') {
    if (source[at] === '\\') {
      text += source.slice(at, at + 2)
      at += 2
    } else if (source.startsWith('${', at)) {
      const end = endOfExpression(source, at + 2)
      expressions.push(source.slice(at + 2, end))
      text += '{}'
      at = end + 1
    } else {
      text += source[at]
      at += 1
    }
  }
  return { text: unescaped(text), expressions, end: at + 1 }
}

function endOfExpression(source: string, start: number): number {
  let depth = 0
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === '`') at = readTemplate(source, at + 1).end - 1
    else if (source[at] === '{') depth += 1
    else if (source[at] === '}' && depth === 0) return at
    else if (source[at] === '}') depth -= 1
  }
  return source.length
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}
