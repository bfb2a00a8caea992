import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { secondLook } from '../../src/judging/second-look.ts'
import type { SampledLoad } from '../../src/results/load.ts'
import { loadTestOf } from '../../src/results/looking.ts'
import type { Results } from '../../src/results/results.ts'
import { readSamples } from '../../src/samples/read.ts'
import { wholeRun } from '../support/judging/made.ts'
import { filesOf, judgementOf } from '../support/results/reading.ts'

const workerUrl = new URL('../../src/worker.ts', import.meta.url)
const question = { reading: wholeRun, workerUrl }

/** Of k6, whose latencies have digits enough to lie within one bucket: 100.001 ms to 100.500 ms, and as many far above. */
function fileOf(latencies: readonly number[]): string {
  const lines = latencies.map(
    (ms, index) =>
      `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T09:00:${String(index % 60).padStart(2, '0')}.5Z","value":${ms},"tags":{"expected_response":"true","group":"","method":"GET","name":"home","status":"200"}}}`,
  )
  return join(filesOf({ 'run.json': `${lines.join('\n')}\n` }), 'run.json')
}

/** Read as a file is that has more requests than are kept one by one. */
async function countedIn(file: string): Promise<Results> {
  const samples = await readSamples('k6-json', [file], { workerUrl, columnBytes: 0 })
  expect(samples.requests.kind).toBe('cells')
  const load: SampledLoad = {
    kind: 'sampled',
    format: 'k6-json',
    samples,
    rawFiles: [file],
  }
  const test = loadTestOf(load, wholeRun)
  if ('missing' in test) throw new Error(test.detail)
  return { format: 'k6-json', files: [file], test, load, damage: undefined, notes: [], warnings: [] }
}

// The 475th and 476th of 500 decide p95: 100.00475 and the next, all within one bucket that is 0.016 ms wide.
const near = Array.from({ length: 500 }, (_, index) => 100 + index / 100_000)

describe('a limit within a bucket', () => {
  it.each([
    ['p95 < 100.0047ms', 'failed'],
    ['p95 < 100.0048ms', 'passed'],
    ['p95 of "home" < 100.0048ms', 'passed'],
  ])('is decided by the requests in it: %s', async (gate, verdict) => {
    const results = await countedIn(fileOf(near))
    const open = judgementOf(gate, results)
    expect(open.finding).toBe('rounded-too-coarsely')
    const decided = await secondLook(open, results, question)
    expect(decided.verdict).toBe(verdict)
    expect(decided.value?.value).toBeCloseTo(100.0047405, 9)
    expect(decided.value?.fidelity).toEqual({ kind: 'exact' })
    expect(decided.count).toBe(500)
  })

  it('stays open when the files are not what they were', async () => {
    const results = await countedIn(fileOf(near))
    const load = { ...results.load, rawFiles: [fileOf(near.slice(1))] } as SampledLoad
    const open = judgementOf('p95 < 100.0047ms', results)
    expect(await secondLook(open, { ...results, load }, question)).toBe(open)
  })

  it.each(['p95 of each < 100.0047ms', 'p95 < 100.0047ms for every 60s'])('stays open for %s', async (gate) => {
    const results = await countedIn(fileOf(near))
    const open = judgementOf(gate, results)
    expect(await secondLook(open, results, question)).toBe(open)
  })
})

it('leaves alone what is decided', async () => {
  const results = await countedIn(fileOf(near))
  const passed = judgementOf('p95 < 200ms', results)
  expect(await secondLook(passed, results, question)).toBe(passed)
})
