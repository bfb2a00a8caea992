export interface LineChart {
  /** May hold anything, and so may the names of the lines. */
  readonly title: string
  readonly xAxis: { readonly title: string; readonly from: number; readonly to: number }
  readonly yTitle: string
  readonly lines: readonly Line[]
}

export interface Line {
  readonly name: string
  /** In every chart p50 is blue, p95 red, and a limit grey and dashed. */
  readonly colour: keyof typeof colours
  /** As many as the other lines have. */
  readonly values: readonly number[]
}

// The first colour of Mermaid's default theme can hardly be seen.
const colours = { blue: '#0969da', red: '#cf222e', 'grey, dashed': '#6e7781' } as const

/**
 * A Mermaid chart of lines over one axis, from zero on. The title says which line has which colour: Mermaid draws a legend
 * of the names only in its newest versions.
 */
export function lineChart({ title, xAxis, yTitle, lines }: LineChart): string {
  const shown = lines.map(({ values }) => values.map(rounded))
  const highest = Math.max(...shown.flat())
  const legend = lines.map(({ name, colour }) => `${plain(name)} (${colour})`).join(', ')
  return [
    '```mermaid',
    `%%{init: ${JSON.stringify(settingsOf(lines))}}%%`,
    'xychart-beta',
    `  title "${plain(title)}: ${legend}"`,
    `  x-axis "${plain(xAxis.title)}" ${xAxis.from} --> ${Math.max(xAxis.from + 1, xAxis.to)}`,
    `  y-axis "${plain(yTitle)}" 0 --> ${Math.max(1, Math.ceil(highest * 1.1))}`,
    ...lines.map(({ name }, index) => `  line "${plain(name)}" [${shown[index]?.join(', ')}]`),
    '```',
  ].join('\n')
}

function settingsOf(lines: readonly Line[]) {
  const dashed = lines.flatMap(({ colour }, index) =>
    colour === 'grey, dashed' ? [`.line-plot-${index} path { stroke-dasharray: 6 4 }`] : [],
  )
  return {
    // A chart has no other way to dash a line.
    ...(dashed.length === 0 ? {} : { themeCSS: dashed.join(' ') }),
    themeVariables: { xyChart: { plotColorPalette: lines.map(({ colour }) => colours[colour]).join(', ') } },
    xyChart: { titleFontSize: 16 },
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

/** Letters, digits and what cannot end a text in quotes or a code block. */
function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N} ./:=?&_,()-]/gu, '').slice(0, 120)
}
