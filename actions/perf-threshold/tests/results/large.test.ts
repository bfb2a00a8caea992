import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { LoadTest } from '../../src/load-test/load-test.ts'
import { isMissing, type Known } from '../../src/quantity.ts'
import { filesOf, judgementOf, verdictOf, whole } from '../support/results/reading.ts'

// More requests than are kept one by one, in 820 s; from 700 s on every answer takes 900 ms, of every tenth request.
const count = 820_000
const startMs = 1_795_251_600_137
const slowFrom = 700_000

function rowOf(index: number): string {
  return `${startMs + index},${index >= slowFrom && index % 10 === 0 ? 900 : 20 + (index % 50)},l${index % 10},true\n`
}

const path = join(filesOf({}), 'run.jtl')

beforeAll(() => {
  writeFileSync(
    path,
    `timeStamp,elapsed,label,success\n${Array.from({ length: count }, (_, at) => rowOf(at)).join('')}`,
  )
})

const numberOf = (known: Known) => (isMissing(known) ? known.missing : known.value)
const fidelityOf = (known: Known) => (isMissing(known) ? known.missing : known.fidelity.kind)
const exactCount = ({ all: { count: known } }: LoadTest) => [numberOf(known), fidelityOf(known)]

describe('a run of more requests than are kept one by one', () => {
  it('is cut at both ends as exactly as any other', async () => {
    const warm = await whole(path, { warmUpMs: slowFrom + 1_001 })
    expect(exactCount(warm.test)).toEqual([count - slowFrom - 1_001, 'exact'])
    expect(verdictOf('p95 < 500ms', warm)).toBe('failed threshold-exceeded')
    const cool = await whole(path, { warmUpMs: 17, coolDownMs: count - 1 - slowFrom + 1 })
    expect(exactCount(cool.test)).toEqual([slowFrom - 17, 'exact'])
    expect(verdictOf('max < 70ms', cool)).toBe('passed')
    // The report goes on to have all of it.
    expect(cool.load.kind === 'sampled' && cool.load.samples.requests.length).toBe(count)
  })

  it('is known by its times to the last digit', async () => {
    const { test } = await whole(path)
    expect([test.durationMs, test.range]).toEqual([count - 1, { startMs, endMs: startMs + count - 1 }])
    expect(test.all.throughput).toMatchObject({ value: (count / (count - 1)) * 1_000, fidelity: { kind: 'exact' } })
  })

  it('can be judged by short windows, all endpoints as one and each for itself', async () => {
    const results = await whole(path)
    for (const gate of ['p95 < 500ms for every 20s', 'p95 of l0 < 500ms for every 30s']) {
      const judgement = judgementOf(gate, results)
      expect([judgement.verdict, judgement.finding], gate).toEqual(['failed', 'threshold-exceeded'])
    }
    for (const gate of [
      'p50 < 500ms for every 20s',
      'p95 of l1 < 500ms for every 30s',
      'p95 of each < 950ms for every 60s',
    ])
      expect(judgementOf(gate, results).verdict, gate).toBe('passed')
    expect(verdictOf('drift(p97) < 20%', results)).toBe('failed threshold-exceeded')
  })
})

it('whether k6 judges a request is told by its own file', async () => {
  const line = (columns: string, rows: readonly string[]) => `${columns}\n${rows.join('\n')}\n`
  const folder = filesOf({
    'a.csv': line(
      'metric_name,timestamp,metric_value,expected_response,name,status',
      Array(300).fill('http_req_duration,1795253658,5,true,/,200'),
    ),
    'b.csv': line(
      'metric_name,timestamp,metric_value,name,status',
      Array(300).fill('http_req_duration,1795253659,5,/,500'),
    ),
  })
  const { test } = await whole(join(folder, '*.csv'))
  expect(test.all.errorRate).toMatchObject({ value: 0.5 })
})
