/** Cells of text; the first row is the header. */
export type Table = readonly (readonly string[])[]

/** In columns: the first to the left, figures to the right. */
export function renderTable(rows: Table): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return rows.map((row) => `  ${row.map(pad).join('   ').trimEnd()}`).join('\n')
}
