/** Shows what the actions do: starts the sample service on loopback and runs the built bundles against its states. */
import { type ActionRun, runAction } from '@deploy-safety/simulators/runner'
import { type Service, type ServiceState, startService } from '@deploy-safety/simulators/service'
import { actionFolder } from './workspace.ts'

interface Scene {
  readonly title: string
  readonly state: ServiceState
  readonly inputs?: Readonly<Record<string, string>>
  /** What the action has to say, else the demo fails. */
  readonly reason: string
}

const scenes: readonly Scene[] = [
  { title: 'the new version is up', state: 'healthy', reason: 'ok' },
  { title: 'it still starts, then is up', state: 'starting', inputs: { attempts: '', deadline: '20s' }, reason: 'ok' },
  { title: 'it answers 500', state: 'broken', reason: 'http-status' },
  { title: 'the old version still answers', state: 'old', reason: 'wrong-version' },
  { title: 'it is too slow', state: 'slow', reason: 'too-slow' },
]

const service = await startService({
  version: '2.0.0',
  formerVersion: '1.9.0',
  slowMs: 400,
  becomesHealthyAfterMs: 1_500,
})
console.log(`A sample service listens at ${service.url}. Version 2.0.0 was deployed; healthcheck is asked about it.\n`)
const runs: ActionRun[] = []
try {
  for (const scene of scenes) runs.push(await play(scene, service))
} finally {
  await service.close()
}
const shown = runs.at(-2)
console.log(`\nThe summary of the fourth run, as Markdown:\n\n${indent(shown?.summary ?? '')}`)
console.log(`Its report:\n\n${indent(JSON.stringify(shown?.report, undefined, 2))}`)

async function play({ title, state, inputs, reason }: Scene, { url }: Service): Promise<ActionRun> {
  service.state = state
  const run = await runAction({
    folder: actionFolder('healthcheck'),
    inputs: {
      url: `shop = ${url}/health`,
      'expect-version': '2.0.0',
      'max-latency': '200ms',
      attempts: '2',
      interval: '300ms',
      ...inputs,
    },
  })
  const asExpected = run.outputs['reason-code'] === reason && run.exitCode === (reason === 'ok' ? 0 : 1)
  const verdict = `${run.outputs['outcome']} (${run.outputs['reason-code']})`
  console.log(
    `${asExpected ? '✓' : '✗'} ${title.padEnd(30)} → ${verdict.padEnd(26)} exit ${run.exitCode}, ${run.outputs['attempts']} attempts, ${run.outputs['elapsed-ms']} ms`,
  )
  if (asExpected) return run
  throw new Error(`Expected ${reason}. The log of the action:\n${run.log}`)
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ')
}
