import type { Table } from './table.ts'

/** One question that a benchmark answers. */
export interface Section {
  readonly title: string
  /** How it is measured, in a sentence or two. */
  readonly method: string
  /** @throws Error (rejects) when something did not run; a missed bar is a figure like any other */
  readonly measure: (options: { readonly rounds: number }) => Promise<Table>
}
