import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type ActionRun, runAction } from '@deploy-safety/simulators/runner'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterAll, describe, expect, it } from 'vitest'
import { actionFolder } from '../../../scripts/workspace.ts'
import { autocannon } from '../../../tools/autocannon.ts'
import { type Answer, type LoadTarget, startLoadTarget } from '../../load-target.ts'

const amount = 320
const connections = 20
const folder = temporaryFolder('autocannon')
afterAll(() => folder.remove())

/** Real load on a service that answers like this, and the gates on what autocannon says of it. */
async function gate(
  thresholds: string,
  answerTo: (count: number) => Answer,
): Promise<{ run: ActionRun; served: LoadTarget['served'] }> {
  await using target = await startLoadTarget(answerTo)
  const results = `${new URL(target.url).port}.json`
  writeFileSync(path.join(folder.path, results), await autocannon({ url: target.url, amount, connections }))
  const inputs = { results, thresholds }
  const run = await runAction({ folder: actionFolder('perf-threshold'), cwd: folder.path, inputs })
  return { run, served: { ...target.served } }
}

describe.concurrent('autocannon, which prints no p95', () => {
  it('passes a fast service, by the percentiles around it', async () => {
    const { run, served } = await gate('p95 < 5s\nerrors == 0', () => ({}))
    expect(run.outputs).toMatchObject({ outcome: 'passed', 'p95-ms': '', samples: String(amount) })
    expect(served.requests).toBe(amount)
    expect(run.summary).toContain('bracketed &#91;p90, p97.5&#93;')
  })

  it('fails a slow one', async () => {
    const { run } = await gate('p95 < 50ms', () => ({ delayMs: 100 }))
    expect(run.outputs).toMatchObject({ outcome: 'failed', 'reason-code': 'threshold-exceeded' })
    expect(run.exitCode).toBe(1)
  })

  // One in sixteen, the first on each connection: more than 2.5 % and less than 10 %, so that p90 is fast, p97.5 is slow,
  // and p95 may be either.
  it('leaves open what lies between them', async () => {
    const { run, served } = await gate('p95 < 1500ms', (count) => ({ delayMs: count <= connections ? 2_500 : 0 }))
    expect(served.requests).toBe(amount)
    expect(run.outputs).toMatchObject({ outcome: 'inconclusive', 'reason-code': 'rounded-too-coarsely' })
    expect(run.exitCode).toBe(1)
  })

  it('counts failed requests as the service did', async () => {
    const { run, served } = await gate('error_rate < 5%', (count) => ({ status: count % 10 === 0 ? 503 : 200 }))
    expect(run.outputs['error-rate']).toBe(String(served.failed / served.requests))
    expect(run.outputs['failed-thresholds']).toBe('["error_rate < 5%"]')
  })
})
