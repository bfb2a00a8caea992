import { forMarkdown } from './escape.ts'

/** Markdown made by us, as opposed to text, which is escaped when it goes in. */
export interface Markup {
  readonly markdown: string
}

export function markup(markdown: string): Markup {
  return { markdown }
}

export type Cell = string | number | Markup | undefined

/**
 * A table; cells are text and are escaped, unless they are `markup`. An absent cell is shown as a dash.
 * @param numbers the headers of the columns of numbers: they stand at the right, and a unit stays with its number
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  { numbers = [] }: { readonly numbers?: readonly string[] } = {},
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const isNumber = header.map((title) => numbers.includes(title))
  const render = (cell: Cell, index: number) =>
    isNumber[index] ? renderCell(cell).replaceAll(' ', '\u00a0') : renderCell(cell)
  const rule = isNumber.map((right) => (right ? '---:' : '---'))
  return [line(header), line(rule), ...rows.map((row) => line(row.map(render)))].join('\n')
}

/** Blocks under a fold, closed until somebody looks. */
export function fold(title: string, blocks: readonly string[]): string {
  return ['<details>', `<summary>${forMarkdown(title)}</summary>`, '', blocks.join('\n\n'), '', '</details>'].join('\n')
}

function renderCell(cell: Cell): string {
  if (cell === undefined || cell === '') return '–'
  return typeof cell === 'object' ? cell.markdown : forMarkdown(String(cell))
}
