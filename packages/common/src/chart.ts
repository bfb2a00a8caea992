export interface LineChart {
  /** May hold anything. */
  readonly title: string
  readonly xAxis: { readonly title: string; readonly from: number; readonly to: number }
  readonly yTitle: string
  /** Each as long as the others. */
  readonly lines: readonly (readonly number[])[]
}

/** A Mermaid chart of lines over one axis, the first blue, the second red and the third grey, from zero on. */
export function lineChart({ title, xAxis, yTitle, lines }: LineChart): string {
  const shown = lines.map((line) => line.map(rounded))
  const highest = Math.max(...shown.flat())
  return [
    '```mermaid',
    // The first colour of the default theme can hardly be seen.
    '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#0969da, #cf222e, #6e7781"}}}}%%',
    'xychart-beta',
    `  title "${plain(title)}"`,
    `  x-axis "${plain(xAxis.title)}" ${xAxis.from} --> ${Math.max(xAxis.from + 1, xAxis.to)}`,
    `  y-axis "${plain(yTitle)}" 0 --> ${Math.max(1, Math.ceil(highest * 1.1))}`,
    ...shown.map((line) => `  line [${line.join(', ')}]`),
    '```',
  ].join('\n')
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

/** Letters, digits and what cannot end a text in quotes or a code block. */
function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N} ./:=?&_,()-]/gu, '').slice(0, 120)
}
