import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type TemporaryFolder, temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Answer, startLoadTarget } from '../../load-target.ts'
import type { RunExample } from './example.ts'

const locustfile = readFileSync(path.resolve(import.meta.dirname, '../../../examples/locustfile.py'), 'utf8')

/** @param locust the path of the real Locust */
export function loadTest(run: RunExample, locust: string): void {
  let caches: TemporaryFolder
  beforeEach(() => {
    caches = temporaryFolder('caches')
  })
  afterEach(() => caches.remove())

  const load = async (answerTo: (count: number) => Answer, event: 'push' | 'schedule' = 'push') => {
    await using target = await startLoadTarget(answerTo)
    const { exitCode, jobs } = await run({
      ...{ event: { name: event, payload: {} }, skipped: [event === 'push' ? 'long' : 'short'], caches: caches.path },
      files: { 'locustfile.py': locustfile },
      commands: { locust: `exec '${locust}' "$@"`, pipx: 'echo "pipx $*"' },
      vars: {
        ...{ LOAD_TEST_URL: target.url, LOAD_TEST_USERS: '24', LOAD_TEST_TIME: '6s', LOAD_TEST_LONG_TIME: '12s' },
        ...{ LOAD_TEST_RAMP: '24', LOAD_TEST_WARM_UP: '1s', LOAD_TEST_WINDOW: '1s' },
      },
    })
    const job = event === 'push' ? jobs.short : jobs.long
    return { exitCode, job, limits: job?.steps.limits, target }
  }
  const failedOf = (outputs: Readonly<Record<string, string>> = {}) => JSON.parse(outputs['failed-thresholds'] ?? '')

  test('is green when the limits hold, and becomes the baseline of the next run, which is then compared', async () => {
    const first = await load(() => ({ delayMs: 100 }))
    expect(first).toMatchObject({ exitCode: 0, job: { steps: { keep: { result: 'success' } } } })
    expect(first.limits?.outputs).toMatchObject({ outcome: 'passed', 'failed-thresholds': '[]' })
    expect(first.limits?.summary).toMatch(/skipped \| p95 &#60;= baseline/)
    const next = await load(() => ({ delayMs: 100 }))
    expect(next).toMatchObject({ exitCode: 0, limits: { outputs: { outcome: 'passed' } } })
    expect(next.limits?.summary).toMatch(/passed \| p95 &#60;= baseline/)
    // Fast enough for what was promised, and far slower than before.
    const slower = await load(() => ({ delayMs: 350 }))
    expect(slower).toMatchObject({ exitCode: 1, limits: { outputs: { 'reason-code': 'threshold-exceeded' } } })
    expect(failedOf(slower.limits?.outputs)).toEqual(['p95 <= baseline + 20% + 50ms'])
    expect(slower.job?.steps).not.toHaveProperty('keep')
  })

  test('fails when the service is too slow', async () => {
    const { exitCode, job, limits } = await load(() => ({ delayMs: 700 }))
    expect(exitCode).toBe(1)
    expect(failedOf(limits?.outputs)).toEqual(['p95 < 500ms'])
    expect(limits?.summary).toMatch(/^### ❌ perf-threshold: .*failed/)
    expect(job?.steps).not.toHaveProperty('keep')
  })

  test('fails when requests fail, however fast', async () => {
    const { exitCode, limits } = await load((count) => ({ status: count % 10 === 0 ? 500 : 200 }))
    expect(exitCode).toBe(1)
    expect(failedOf(limits?.outputs)).toEqual(['error_rate < 1%'])
  })

  test('is green at night when every window of the run holds', async () => {
    const { exitCode, limits } = await load(() => ({ delayMs: 20 }), 'schedule')
    expect({ exitCode, outcome: limits?.outputs.outcome }).toEqual({ exitCode: 0, outcome: 'passed' })
  })

  test('fails at night for a slow window that is nothing in the whole', async () => {
    const { exitCode, limits, target } = await load((count) => ({ delayMs: isSlow(count) ? 700 : 5 }), 'schedule')
    expect(exitCode).toBe(1)
    // A hundred of more than two thousand: the p95 of the whole run does not see them.
    expect(Number(limits?.outputs.samples)).toBeGreaterThan(2_000)
    expect(target.served.requests).toBeGreaterThan(2_000)
    expect(failedOf(limits?.outputs)).toEqual(['p95 < 600ms for every 1s'])
  })
}

/** All 24 users wait four times: longer than two stretches, so that one of them is slow as a whole. */
function isSlow(count: number): boolean {
  return count > 1_000 && count <= 1_096
}
