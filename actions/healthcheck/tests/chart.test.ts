import fc from 'fast-check'
import { expect, it } from 'vitest'
import { latencyChart } from '../src/chart.ts'

it('needs ten responses', () => {
  expect(latencyChart('api', Array(9).fill(5))).toBeUndefined()
  expect(latencyChart('api', Array(10).fill(5))).toContain('line [5, 5, 5, 5, 5, 5, 5, 5, 5, 5]')
})

it('keeps the peaks when there are too many responses to draw', () => {
  const latencies = Array.from({ length: 1_000 }, (_, index) => (index === 437 ? 900 : 10))
  const chart = latencyChart('api', latencies) ?? ''
  const [, line = ''] = /^ {2}line \[(.*)\]$/m.exec(chart) ?? []
  expect(line.split(', ')).toHaveLength(100)
  expect(line).toContain('900')
  expect(chart).toContain('x-axis "response" 1 --> 1000')
  expect(chart).toContain('p95: 10"')
})

it('is one well-formed block, whatever the name and the latencies', () => {
  const latencies = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 10, maxLength: 300 })
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), latencies, (name, values) => {
      const lines = (latencyChart(name, values) ?? '').split('\n')
      expect(lines).toHaveLength(9)
      expect([lines[0], lines[2], lines[8]]).toEqual(['```mermaid', 'xychart-beta', '```'])
      expect(lines[3]).toMatch(/^ {2}title "[^"`]*"$/)
      expect(lines[6]).toMatch(/^ {2}line \[\d+(\.\d)?(, \d+(\.\d)?)*\]$/)
    }),
  )
})
