import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type ActionRun, runAction } from '@deploy-safety/simulators/runner'
import { type TemporaryFolder, temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { actionFolder } from '../../scripts/workspace.ts'
import { runChild } from '../../tools/child.ts'
import { type Answer, type LoadTarget, startLoadTarget } from '../load-target.ts'
import { describeWithTools } from '../with-tools.ts'

let folder: TemporaryFolder
beforeEach(() => {
  folder = temporaryFolder('load')
})
afterEach(() => folder.remove())
const file = (name: string) => path.join(folder.path, name)

function gate(results: string, thresholds: string, inputs: Readonly<Record<string, string>> = {}): Promise<ActionRun> {
  const all = { results, thresholds, ...inputs }
  return runAction({ folder: actionFolder('perf-threshold'), cwd: folder.path, inputs: all })
}

/** Puts load on a service that answers like this; what it served, once the load has ended. */
async function underLoad(
  answerTo: (count: number) => Answer,
  load: (url: string) => Promise<unknown>,
): Promise<LoadTarget['served']> {
  await using target = await startLoadTarget(answerTo)
  await load(target.url)
  return { ...target.served }
}

function failedOf({ outputs }: ActionRun): string[] {
  return JSON.parse(outputs['failed-thresholds'] ?? '')
}

describeWithTools('k6', ['k6'], ({ k6 }) => {
  const run = (scenario: object, ...outputs: string[]) => {
    const script = [
      "import http from 'k6/http'",
      `export const options = ${JSON.stringify({ scenarios: { load: scenario } })}`,
      `export default () => { http.get(__ENV.TARGET, { tags: { name: 'page' } }) }`,
    ]
    writeFileSync(file('script.js'), script.join('\n'))
    const args = ['run', '--quiet', '--no-usage-report', ...outputs]
    return (url: string) => runChild({ command: k6, args: [...args, '--env', `TARGET=${url}`, file('script.js')] })
  }
  const iterations = 500
  const fixed = { executor: 'shared-iterations', vus: 10, iterations }
  const outputs = () => [
    ...['--out', `json=${file('run.json')}`, '--out', `json=${file('run.json.gz')}`, '--out', `csv=${file('run.csv')}`],
    ...['--summary-export', file('summary.json')],
  ]

  test('a fast service passes, and every file says how many requests there were', async () => {
    const served = await underLoad(() => ({}), run(fixed, ...outputs()))
    expect(served).toMatchObject({ requests: iterations, failed: 0 })
    for (const name of ['run.json', 'run.json.gz', 'run.csv', 'summary.json']) {
      const { outputs: said } = await gate(name, 'p95 < 1s\nerrors == 0')
      expect(said, name).toMatchObject({ outcome: 'passed', samples: String(served.requests), 'error-rate': '0' })
    }
  })

  test('a slow service fails, whatever file says so', async () => {
    await underLoad(() => ({ delayMs: 100 }), run(fixed, ...outputs()))
    for (const name of ['run.json', 'run.csv', 'summary.json']) {
      const slow = await gate(name, 'p95 < 90ms\np95 of "page" < 10s')
      expect(slow.outputs, name).toMatchObject({ outcome: 'failed', 'reason-code': 'threshold-exceeded' })
      expect(failedOf(slow), name).toEqual(['p95 < 90ms'])
      expect(Number(slow.outputs['p50-ms']), name).toBeGreaterThanOrEqual(99)
    }
  })

  test('failed requests are counted as the service did', async () => {
    const served = await underLoad((count) => ({ status: count % 20 === 0 ? 500 : 200 }), run(fixed, ...outputs()))
    for (const name of ['run.json', 'run.csv', 'summary.json']) {
      const failing = await gate(name, 'error_rate < 1%\nerror_rate <= 5%')
      expect(failedOf(failing), name).toEqual(['error_rate < 1%'])
      expect(failing.outputs['error-rate'], name).toBe(String(served.failed / served.requests))
    }
  })

  /** A ramp, and a load that is held: closed loops, so that a slow service gets fewer requests. */
  const sustained = {
    ...{ executor: 'ramping-vus', startVUs: 1, gracefulStop: '5s', gracefulRampDown: '5s' },
    stages: [...[{ duration: '2s', target: 24 }], { duration: '7s', target: 24 }],
  }
  const limits = 'p95 < 500ms\np95 < 600ms for every 1s\nerror_rate < 1% for every 1s'

  test('a sustained load that holds all the time passes', async () => {
    await underLoad(() => ({ delayMs: 20 }), run(sustained, '--out', `json=${file('run.json')}`))
    expect((await gate('run.json', limits, { 'warm-up': '2s' })).outputs).toMatchObject({ outcome: 'passed' })
  })

  // All 24 users wait four times: longer than two stretches, so that one of them is slow as a whole.
  test('a slow window is seen by no threshold on the whole run, and fails the one on every window', async () => {
    const isSlow = (count: number) => count > 1_000 && count <= 1_096
    const answers = (count: number) => ({ delayMs: isSlow(count) ? 700 : 5 })
    const served = await underLoad(answers, run(sustained, '--out', `json=${file('run.json')}`))
    // With fewer, 96 would be near five of a hundred, and this shows nothing.
    expect(served.requests).toBeGreaterThan(2_400)
    const slow = await gate('run.json', limits)
    expect(failedOf(slow)).toEqual(['p95 < 600ms for every 1s'])
    expect(slow.outputs).toMatchObject({ outcome: 'failed', 'reason-code': 'threshold-exceeded' })
    expect(slow.summary).toMatch(
      /❌\s*failed \| p95 &#60; 600ms for every 1s .* from \d+ s to \d+ s (\(\d+ of \d+ windows over the limit\) )?\|/,
    )
  })
})

describeWithTools('Locust', ['locust'], ({ locust }) => {
  const users = 10
  const run = (url: string) => {
    const script = [
      'from locust import FastHttpUser, constant, task',
      'class Visitor(FastHttpUser):',
      '    wait_time = constant(0.01)',
      '    @task',
      '    def page(self):',
      '        self.client.get("/page")',
    ]
    writeFileSync(file('visitor.py'), script.join('\n'))
    const load = ['--users', String(users), '--spawn-rate', String(users), '--run-time', '4s', '--stop-timeout', '10']
    const results = ['--csv', file('run'), '--json-file', file('run'), '--exit-code-on-error', '0']
    const args = [
      '--locustfile',
      file('visitor.py'),
      '--headless',
      '--only-summary',
      '--host',
      url,
      ...load,
      ...results,
    ]
    return runChild({ command: locust, args })
  }

  test('a fast service passes, and its counts agree', async () => {
    const served = await underLoad(() => ({}), run)
    const stats = await gate('run_stats.csv', 'p95 < 1s\nerrors == 0')
    const json = await gate('run.json', 'p95 < 1s\nerrors == 0')
    expect(stats.outputs).toMatchObject({ outcome: 'passed', 'error-rate': '0' })
    expect(json.outputs).toMatchObject({ outcome: 'passed', 'error-rate': '0' })
    // At the end, each user may have a request that the service has answered and Locust no longer counts.
    expect(Number(json.outputs.samples)).toBeLessThanOrEqual(served.requests)
    expect(Number(json.outputs.samples)).toBeGreaterThanOrEqual(served.requests - users)
    // It is written once a second, so that it may lack the end of the run, and never has more.
    expect(Number(stats.outputs.samples)).toBeLessThanOrEqual(Number(json.outputs.samples))
    const lacks = stats.outputs.samples !== json.outputs.samples
    expect(stats.summary.includes('the end of the run is missing')).toBe(lacks)
  })

  test('a slow service fails', async () => {
    await underLoad(() => ({ delayMs: 200 }), run)
    for (const name of ['run_stats.csv', 'run.json']) {
      const slow = await gate(name, 'p95 < 150ms\np50 >= 100ms')
      expect(slow.outputs, name).toMatchObject({ outcome: 'failed', 'reason-code': 'threshold-exceeded' })
      expect(failedOf(slow), name).toEqual(['p95 < 150ms'])
    }
  })

  test('failed requests are counted as the service did', async () => {
    const served = await underLoad((count) => ({ status: count % 5 === 0 ? 500 : 200 }), run)
    const failing = await gate('run.json', 'error_rate < 1%\np95 < 1s')
    expect(failedOf(failing)).toEqual(['error_rate < 1%'])
    const { samples, 'error-rate': share } = failing.outputs
    const errors = Math.round(Number(samples) * Number(share))
    expect(errors).toBeLessThanOrEqual(served.failed)
    expect(errors).toBeGreaterThanOrEqual(served.failed - users)
  })
})
