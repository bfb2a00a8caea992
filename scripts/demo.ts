/** Shows what the actions do: runs the built bundles against a sample service and a simulated GitHub, on loopback. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { formatDuration } from '@deploy-safety/common/duration'
import { type ActionRun, runAction } from '@deploy-safety/simulators/runner'
import { type ServiceState, startService } from '@deploy-safety/simulators/service'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { autocannon } from '../tools/autocannon.ts'
import { askForApproval, type Comments } from './demo-approval.ts'
import { hasColours, painter } from './terminal.ts'
import { actionFolder } from './workspace.ts'

interface Scene {
  readonly title: string
  readonly state: ServiceState
  readonly inputs?: Readonly<Record<string, string>>
  /** What the action has to say, else the demo fails. */
  readonly reasonCode: string
}

interface ApprovalScene extends Pick<Scene, 'title' | 'reasonCode'> {
  readonly comments: Comments
}

type Check = (inputs: Readonly<Record<string, string>>) => Promise<ActionRun>

const healthScenes: readonly Scene[] = [
  { title: 'the new version is up', state: 'healthy', reasonCode: 'ok' },
  { title: 'it is still starting', state: 'starting', inputs: { attempts: '', deadline: '20s' }, reasonCode: 'ok' },
  { title: 'it responds with HTTP 500', state: 'broken', reasonCode: 'http-status' },
  { title: 'the old version responds', state: 'old', reasonCode: 'wrong-version' },
  { title: 'it is too slow', state: 'slow', reasonCode: 'too-slow' },
]

// autocannon prints no p95: the threshold is decided by the percentiles around it.
const loadScenes: readonly Scene[] = [
  { title: 'it is fast under load', state: 'healthy', reasonCode: 'ok' },
  { title: 'it is slow under load', state: 'slow', reasonCode: 'threshold-exceeded' },
]

const approvalScenes: readonly ApprovalScene[] = [
  {
    title: 'alice and bob approve',
    comments: [
      ['alice', '/approve'],
      ['bob', '/approve rehearsed on staging'],
    ],
    reasonCode: 'ok',
  },
  {
    title: 'dave approves his own',
    comments: [
      ['dave', '/approve'],
      ['alice', '/approve'],
      ['carol', '/deny who has looked at it?'],
    ],
    reasonCode: 'denied-by-vote',
  },
]

const isVerbose = process.argv.includes('--verbose')
const paint = painter(hasColours(process.stdout))

await using service = await startService({
  version: '2.0.0',
  formerVersion: '1.9.0',
  slowMs: 400,
  becomesHealthyAfterMs: 1_500,
})
console.log(`\nVersion 2.0.0 of a sample service was deployed at ${service.url}.`)
console.log(`\n${paint('bold', 'healthcheck')}: is it up, is it 2.0.0, does it respond within 200 ms?`)
for (const scene of healthScenes) await play(scene, checkHealth)
console.log(`\n${paint('bold', 'perf-threshold')}: autocannon sends 400 requests; p95 < 300ms?`)
for (const scene of loadScenes) await play(scene, checkLoad)
console.log(`\n${paint('bold', 'deploy-approval')}: dave deploys 2.0.0; do two others approve, on a simulated GitHub?`)
for (const scene of approvalScenes) show(scene, await askForApproval(scene.comments))
const more = isVerbose ? '' : ' Summaries and reports: npm run demo -- --verbose'
console.log(`\n${paint('green', 'Every outcome is the expected one.')}${more}`)

async function play(scene: Scene, check: Check): Promise<void> {
  service.state = scene.state
  show(scene, await check(scene.inputs ?? {}))
}

/** @throws Error when the outcome is another than the expected one */
function show({ title, reasonCode }: Pick<Scene, 'title' | 'reasonCode'>, run: ActionRun): void {
  const { outcome = '', 'reason-code': observed } = run.outputs
  const isGood = reasonCode === 'ok'
  if (observed !== reasonCode || run.exitCode !== (isGood ? 0 : 1))
    throw new Error(`${title}: expected ${reasonCode}, observed ${observed}. The log of the action:\n${run.log}`)
  const result = isGood ? paint('green', `✅ ${outcome}`) : `${paint('red', `❌ ${outcome}`)} (${reasonCode})`
  const mark = isGood ? '' : ', as expected'
  console.log(`  ${title.padEnd(28)}${result}${mark}${paint('dim', `, ${detailsOf(run)}`)}`)
  if (isVerbose) console.log(indent(`${run.summary}\n${JSON.stringify(run.report, undefined, 2)}\n`))
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
  const time = (name: string) => (outputs[name] ? formatDuration(Number(outputs[name])) : 'unknown')
  if (outputs['api-requests'] !== undefined) return `${outputs['api-requests']} requests`
  if (outputs['samples'] !== undefined) return `p99 ${time('p99-ms')}`
  const { attempts = '' } = outputs
  return `${attempts} ${attempts === '1' ? 'attempt' : 'attempts'}, ${time('elapsed-ms')}`
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ')
}
