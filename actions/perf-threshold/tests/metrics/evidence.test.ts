import { describe, expect, it } from 'vitest'
import type { Metrics } from '../../src/inputs.ts'
import { askMetrics } from '../../src/metrics/evidence.ts'
import { parseServer } from '../../src/metrics/server.ts'
import { edgesOf, matrix, stub } from '../support/metrics/stub.ts'

const run = { startMs: Date.parse('2026-11-21T09:00:00.137Z'), endMs: Date.parse('2026-11-21T09:00:02.137Z') }
const ofTheTest = 'Prometheus was queried from 2026-11-21T09:00:00Z to 2026-11-21T09:00:02Z (the time of the load test)'

async function answers(answer: () => { body: unknown }, range: typeof run | undefined, more: Partial<Metrics> = {}) {
  const server = await stub(answer)
  const metrics: Metrics = {
    prometheus: parseServer(server.url),
    queries: [
      { name: 'a', promql: 'a' },
      { name: 'b', promql: 'b' },
    ],
    windowMs: 2_000,
    alerts: undefined,
    hasResults: range !== undefined,
    ...more,
  }
  const { queries } = await askMetrics(metrics, range, edgesOf())
  return { ...server, a: queries.get('a'), b: queries.get('b') }
}

const three = () => matrix([{}, ['1', '2', '3']])

describe('the time that Prometheus was asked over', () => {
  it('is that of the load test, and a note of every query', async () => {
    const { a, b, asked } = await answers(three, run)
    expect(a).toMatchObject({ notes: [`${ofTheTest}.`], warnings: [] })
    expect(b).toMatchObject({ notes: [`${ofTheTest}.`], warnings: [] })
    expect(asked[0]?.form).toMatchObject({ start: '1795251600.137', end: '1795251602.137' })
  })

  it('is the last window without results, and a note', async () => {
    const { a } = await answers(three, undefined)
    const note = expect.stringMatching(
      /^Prometheus was queried from \S+Z to \S+Z \(the last 2 s\), since no results are set\.$/,
    )
    expect(a).toMatchObject({ notes: [note], warnings: [] })
  })

  it('is the last window where the result has no times, and a warning', async () => {
    const { a } = await answers(three, undefined, { hasResults: true })
    const warning = expect.stringMatching(/ \(the last 2 s\), not the time of the load test.*prometheus-window/)
    expect(a).toMatchObject({ notes: [], warnings: [warning] })
  })

  it('is said where nothing was found', async () => {
    const { a } = await answers(() => matrix(), run)
    expect(a).toEqual({ missing: 'metrics-empty', detail: `the query returned no data in the window. ${ofTheTest}` })
  })

  it('may be none of the calendar', async () => {
    const { a } = await answers(three, { startMs: 9e17, endMs: 9e17 })
    expect(a).toMatchObject({ notes: [expect.stringContaining('from 900000000000000 s to 900000000000000 s')] })
  })
})

it('the notes and warnings of an answer say which query they are about', async () => {
  const rest = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'NaN']
  const long = { startMs: 1_000_000, endMs: 1_009_000 }
  const body = { ...matrix([{}, rest]).body, warnings: ['partial'] }
  const { b } = await answers(() => ({ body }), long)
  expect(b).toMatchObject({
    notes: [expect.stringMatching(/^prometheus\.b: \{\} is NaN at 1 of 10/), expect.anything()],
    warnings: ['prometheus.b: Prometheus warns: "partial"'],
  })
})
