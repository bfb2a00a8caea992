import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Answer, startLoadTarget } from '../../load-target.ts'
import type { ActOptions } from '../act.ts'
import type { RunExample } from './example.ts'

const script = readFileSync(path.resolve(import.meta.dirname, '../../../examples/load-test.js'), 'utf8')
const iterations = 600

/** @param k6 the path of the real k6 */
export function shardedLoadTest(run: RunExample, k6: string): void {
  const load = async (answerTo: (count: number) => Answer, options: Partial<ActOptions> = {}) => {
    await using target = await startLoadTarget(answerTo)
    const { exitCode, jobs } = await run({
      event: { name: 'workflow_dispatch', payload: {} },
      files: { 'load-test.js': script },
      commands: { k6: `exec '${k6}' "$@"` },
      vars: { LOAD_TEST_URL: target.url, LOAD_TEST_USERS: '12', LOAD_TEST_ITERATIONS: String(iterations) },
      ...options,
    })
    const legs = Object.entries(jobs).filter(([name]) => name.startsWith('shard ('))
    return { exitCode, legs: legs.map(([, leg]) => leg), limits: jobs.judge?.steps.limits, target }
  }

  test('judges all shards as one run', async () => {
    const { exitCode, legs, limits, target } = await load(() => ({ delayMs: 10 }))
    expect(exitCode).toBe(0)
    expect(legs.map(({ steps }) => steps.part?.outputs.samples)).toEqual(['400', '400', '400'])
    expect(limits?.outputs).toMatchObject({ outcome: 'passed', samples: '1200', 'error-rate': '0' })
    expect(target.served.requests).toBe(2 * iterations)
  })

  test('fails where the whole is too slow, although every shard reports and goes on', async () => {
    const { exitCode, legs, limits } = await load((count) => ({ delayMs: count % 10 === 0 ? 700 : 0 }))
    expect(exitCode).toBe(1)
    expect(legs.map(({ result }) => result)).toEqual(['success', 'success', 'success'])
    expect(limits?.outputs).toMatchObject({ outcome: 'failed', 'reason-code': 'threshold-exceeded', samples: '1200' })
    expect(JSON.parse(limits?.outputs['failed-thresholds'] ?? '')).toContain('p95 < 500ms')
  })

  test('judges nothing when a shard made no load', async () => {
    const commands = { k6: `case "$*" in *2/3:1*) exit 107 ;; esac\nexec '${k6}' "$@"` }
    const { exitCode, legs } = await load(() => ({}), { commands, skipped: ['judge'] })
    expect(exitCode).toBe(1)
    expect(legs.map(({ result }) => result)).toContain('failure')
  })
}
