/** Shows what the actions do: starts the sample service on loopback and runs the built bundles against its states. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type ActionRun, runAction } from '@deploy-safety/simulators/runner'
import { type ServiceState, startService } from '@deploy-safety/simulators/service'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { autocannon } from '../tools/autocannon.ts'
import { actionFolder } from './workspace.ts'

interface Scene {
  readonly title: string
  readonly state: ServiceState
  readonly inputs?: Readonly<Record<string, string>>
  /** What the action has to say, else the demo fails. */
  readonly reasonCode: string
}

type Check = (inputs: Readonly<Record<string, string>>) => Promise<ActionRun>

const healthScenes: readonly Scene[] = [
  { title: 'the new version is up', state: 'healthy', reasonCode: 'ok' },
  {
    title: 'it still starts, then is up',
    state: 'starting',
    inputs: { attempts: '', deadline: '20s' },
    reasonCode: 'ok',
  },
  { title: 'it answers 500', state: 'broken', reasonCode: 'http-status' },
  { title: 'the old version still answers', state: 'old', reasonCode: 'wrong-version' },
  { title: 'it is too slow', state: 'slow', reasonCode: 'too-slow' },
]

// autocannon prints no p95: the threshold is decided by the percentiles around it.
const loadScenes: readonly Scene[] = [
  { title: 'it is fast under load', state: 'healthy', reasonCode: 'ok' },
  { title: 'it is slow under load', state: 'slow', reasonCode: 'threshold-exceeded' },
]

await using service = await startService({
  version: '2.0.0',
  formerVersion: '1.9.0',
  slowMs: 400,
  becomesHealthyAfterMs: 1_500,
})
console.log(`A sample service listens at ${service.url}. Version 2.0.0 was deployed; healthcheck is asked about it.\n`)
const checks: ActionRun[] = []
for (const scene of healthScenes) checks.push(await play(scene, checkHealth))
console.log('\nNow autocannon puts load on it, and perf-threshold is asked whether p95 < 300ms.\n')
const loads: ActionRun[] = []
for (const scene of loadScenes) loads.push(await play(scene, checkLoad))

const [shown, load] = [checks.at(-2), loads.at(-1)]
console.log(`\nThe summary of the fourth health check, as Markdown:\n\n${indent(shown?.summary ?? '')}`)
console.log(`Its report:\n\n${indent(JSON.stringify(shown?.report, undefined, 2))}`)
console.log(`\nThe summary of the second load test:\n\n${indent(load?.summary ?? '')}`)

async function play({ title, state, reasonCode, inputs }: Scene, check: Check): Promise<ActionRun> {
  service.state = state
  const run = await check(inputs ?? {})
  const asExpected = run.outputs['reason-code'] === reasonCode && run.exitCode === (reasonCode === 'ok' ? 0 : 1)
  const result = `${run.outputs['outcome']} (${run.outputs['reason-code']})`
  console.log(
    `${asExpected ? '✓' : '✗'} ${title.padEnd(30)} → ${result.padEnd(28)} exit ${run.exitCode}, ${detailsOf(run)}`,
  )
  if (asExpected) return run
  throw new Error(`Expected ${reasonCode}. The log of the action:\n${run.log}`)
}

function checkHealth(inputs: Readonly<Record<string, string>>): Promise<ActionRun> {
  const limits = { 'max-latency': '200ms', attempts: '2', interval: '300ms' }
  return runAction({
    folder: actionFolder('healthcheck'),
    inputs: { url: `shop = ${service.url}/health`, 'expect-version': '2.0.0', ...limits, ...inputs },
  })
}

async function checkLoad(inputs: Readonly<Record<string, string>>): Promise<ActionRun> {
  const folder = temporaryFolder('demo')
  try {
    const results = path.join(folder.path, 'autocannon.json')
    writeFileSync(results, await autocannon({ url: `${service.url}/health`, amount: 400, connections: 40 }))
    const given = { results, thresholds: 'p95 < 300ms\nerror_rate < 1%' }
    return await runAction({ folder: actionFolder('perf-threshold'), inputs: { ...given, ...inputs } })
  } finally {
    folder.remove()
  }
}

function detailsOf({ outputs }: ActionRun): string {
  if (outputs['samples'] !== undefined)
    return `${outputs['samples']} requests, p99 ${outputs['p99-ms'] || 'unknown'} ms`
  return `${outputs['attempts']} attempts, ${outputs['elapsed-ms']} ms`
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ')
}
