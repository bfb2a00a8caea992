import fc from 'fast-check'
import { expect, it } from 'vitest'
import { latencyChart } from '../src/chart.ts'

it('needs ten responses', () => {
  expect(latencyChart(Array(9).fill(5), undefined)).toBeUndefined()
  expect(latencyChart(Array(10).fill(5), undefined)).toContain('line "each response" [5, 5, 5, 5, 5, 5, 5, 5, 5, 5]')
})

it('keeps the peaks when there are too many responses to draw', () => {
  const latencies = Array.from({ length: 1_000 }, (_, index) => (index === 437 ? 900 : 10))
  const chart = latencyChart(latencies, undefined) ?? ''
  const [, line = ''] = /^ {2}line "each response" \[(.*)\]$/m.exec(chart) ?? []
  expect(line.split(', ')).toHaveLength(100)
  expect(line).toContain('900')
  expect(chart).toContain('x-axis "response" 1 --> 1000')
  expect(chart).toContain('title "Latency in ms: each response (blue), p95 10 ms (red)"')
})

it('draws max-p95 as a limit, unless it is far above', () => {
  const latencies = Array.from({ length: 20 }, (_, index) => (index % 4 === 0 ? 130 : 80))
  expect(latencyChart(latencies, 90)).toContain(', p95 130 ms (red), max-p95 90 ms (grey, dashed)"')
  expect(latencyChart(latencies, 2_000)).not.toContain('max-p95')
})

it('is one well-formed block, whatever the latencies', () => {
  const latencies = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 10, maxLength: 300 })
  fc.assert(
    fc.property(latencies, (values) => {
      const lines = (latencyChart(values, undefined) ?? '').split('\n')
      expect(lines).toHaveLength(9)
      expect([lines[0], lines[2], lines[8]]).toEqual(['```mermaid', 'xychart-beta', '```'])
      expect(lines[6]).toMatch(/^ {2}line "each response" \[\d+(\.\d)?(, \d+(\.\d)?)*\]$/)
    }),
  )
})
