/** A call of histogram_quantile in a query. */
export interface HistogramCall {
  /** The call itself, a query of its own. */
  readonly text: string
  /** Its second argument: the buckets that it looks at. */
  readonly buckets: string
}

/** The calls of histogram_quantile in a query, outermost first. Those that cannot be taken apart are left out. */
export function histogramCalls(promql: string): HistogramCall[] {
  const plain = blanked(promql)
  return Array.from(plain.matchAll(/(?<![\w:.])histogram_quantile\s*\(/g)).flatMap(({ index, 0: opening }) => {
    const start = index + opening.length
    const { commas, end } = argumentsFrom(plain, start)
    const [comma] = commas
    if (end === undefined || comma === undefined || commas.length > 1) return []
    return [{ text: promql.slice(index, end + 1), buckets: promql.slice(comma + 1, end).trim() }]
  })
}

/** Whether a query is one call of histogram_quantile and nothing else. */
export function isWhole(call: HistogramCall, promql: string): boolean {
  return call.text === promql.trim()
}

// What stands in texts and comments is no code; in backticks nothing is escaped. See the lexer of Prometheus' parser.
const noCode = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*/g

/** The same query, of the same length, with underscores for whatever is no code. */
function blanked(promql: string): string {
  return promql.replace(noCode, (text) => '_'.repeat(text.length))
}

const opening = '([{'
const closing = ')]}'

/** The commas between the arguments of a call, and its closing bracket, from behind the opening one. */
function argumentsFrom(plain: string, start: number): { commas: number[]; end: number | undefined } {
  const commas: number[] = []
  let depth = 0
  for (let index = start; index < plain.length; index += 1) {
    const character = plain.charAt(index)
    if (opening.includes(character)) depth += 1
    else if (character === ',' && depth === 0) commas.push(index)
    else if (closing.includes(character)) {
      if (depth === 0) return { commas, end: index }
      depth -= 1
    }
  }
  return { commas, end: undefined }
}
