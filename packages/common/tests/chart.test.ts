import { anyText } from '@deploy-safety/simulators/any-text'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lineChart } from '../src/chart.ts'

const xAxis = { title: 's', from: 0, to: 60 }

it('says in its title and in the names of its lines which is which, and dashes the limit', () => {
  const chart = lineChart({
    title: 'Latency over the run in ms',
    xAxis,
    yTitle: 'ms',
    lines: [
      { name: 'p50', colour: 'blue', values: [1, 2] },
      { name: 'p95', colour: 'red', values: [3, 4.06] },
      { name: 'limit 5 ms', colour: 'grey, dashed', values: [5, 5] },
    ],
  })
  expect(chart.split('\n')).toEqual([
    '```mermaid',
    '%%{init: {"themeCSS":".line-plot-2 path { stroke-dasharray: 6 4 }","themeVariables":{"xyChart":{"plotColorPalette":"#0969da, #cf222e, #6e7781"}},"xyChart":{"titleFontSize":16}}}%%',
    'xychart-beta',
    '  title "Latency over the run in ms: p50 (blue), p95 (red), limit 5 ms (grey, dashed)"',
    '  x-axis "s" 0 --> 60',
    '  y-axis "ms" 0 --> 6',
    '  line "p50" [1, 2]',
    '  line "p95" [3, 4.1]',
    '  line "limit 5 ms" [5, 5]',
    '```',
  ])
})

it('dashes nothing without a limit', () => {
  const lines = [{ name: 'p95', colour: 'red', values: [1] } as const]
  expect(lineChart({ title: 't', xAxis, yTitle: 'ms', lines })).not.toContain('themeCSS')
})

it('is one well-formed block whatever its texts are', () => {
  fc.assert(
    fc.property(anyText(), anyText(), (title, name) => {
      const lines = lineChart({ title, xAxis, yTitle: 'ms', lines: [{ name, colour: 'red', values: [1] }] }).split('\n')
      expect(lines).toHaveLength(8)
      expect(lines[3]).toMatch(/^ {2}title "[^"`]*"$/)
      expect(lines[6]).toMatch(/^ {2}line "[^"`]*" \[1\]$/)
    }),
  )
})
