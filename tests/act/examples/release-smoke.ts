import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { hostileText } from '@deploy-safety/simulators/hostile-text'
import { type Service, startService } from '@deploy-safety/simulators/service'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { CommandReader } from '@deploy-safety/simulators/workflow-commands'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { runChild } from '../../../tools/child.ts'
import type { ActOptions } from '../act.ts'
import type { JobRun } from '../log.ts'
import type { RunExample } from './example.ts'

export function releaseSmoke(run: RunExample): void {
  const version = '2.0.0'
  const release: ActOptions['event'] = { name: 'release', payload: { release: { tag_name: `v${version}` } } }
  const byHand: ActOptions['event'] = { name: 'workflow_dispatch', payload: { inputs: { version } } }
  const smoke = async (service: Service, vars: Record<string, string> = {}, event = release) => {
    const { exitCode, jobs } = await run({
      event,
      vars: {
        ...{ API_URL: `${service.url}/health`, WEB_URL: service.url, DOCS_URL: service.url },
        ...{ MAIL_URL: `tcp://127.0.0.1:${service.port}`, SMOKE_INTERVAL: '50ms', ...vars },
      },
    })
    return { exitCode, job: jobs.smoke }
  }
  const expectFailure = ({ exitCode, job }: Awaited<ReturnType<typeof smoke>>, reason: string, failed: string[]) => {
    expect(exitCode).toBe(1)
    const outputs = { outcome: 'unhealthy', 'reason-code': reason, 'failed-targets': failed.join(',') }
    expect(job).toMatchObject({ result: 'failure', steps: { smoke: { result: 'failure', outputs } } })
    expect(printedVerdicts(job)).toMatchObject(Object.fromEntries(failed.map((name) => [name, 'unhealthy'])))
  }

  test.for([release, byHand])('is green after a $name when every part answers in its own way', async (event) => {
    await using service = await startService({ version })
    const { exitCode, job } = await smoke(service, {}, event)
    expect(exitCode).toBe(0)
    expect(job?.steps.smoke?.outputs).toMatchObject({ outcome: 'healthy', 'observed-version': version })
    expect(printedVerdicts(job)).toEqual({ api: 'healthy', web: 'healthy', docs: 'healthy', mail: 'healthy' })
  })

  test('stays green when what is not required fails, and says so', async () => {
    await using service = await startService({ version })
    const { exitCode, job } = await smoke(service, { DOCS_URL: `${service.url}/nothing` })
    expect(exitCode).toBe(0)
    expect(job?.steps.smoke?.outputs).toMatchObject({ outcome: 'healthy', 'failed-targets': '' })
    expect(job?.steps.smoke?.summary).toMatch(/docs.*http-status/)
    expect(printedVerdicts(job)).toMatchObject({ api: 'healthy', docs: 'unhealthy' })
  })

  test('fails when the API and the page are broken', async () => {
    await using service = await startService({ version, state: 'broken' })
    expectFailure(await smoke(service), 'http-status', ['api', 'web'])
  })

  test('fails when the API still has the old version', async () => {
    await using service = await startService({ version, formerVersion: '1.0.0', state: 'old' })
    expectFailure(await smoke(service), 'wrong-version', ['api'])
  })

  test('fails when another page answers', async () => {
    await using service = await startService({ version })
    expectFailure(await smoke(service, { WEB_URL: `${service.url}/health` }), 'body-mismatch', ['web'])
  })

  test('fails when a port is closed', async () => {
    await using service = await startService({ version })
    expectFailure(await smoke(service, { MAIL_URL: 'tcp://127.0.0.1:1' }), 'connect-refused', ['mail'])
  })

  // act passes over what the real runner obeys in the middle of a line, so the simulated one has to read it.
  test('prints no response in a way that the runner would obey', async () => {
    const folder = temporaryFolder('report')
    const report = path.join(folder.path, 'report.json')
    await writeFile(
      report,
      `${JSON.stringify({ targets: [{ lastResponse: { excerpt: hostileText } }] }, undefined, 2)}\n`,
    )
    const args = ['-e', '-c', await scriptOf('report')]
    const printed = await runChild({ command: 'bash', args, env: { REPORT: report } })
    folder.remove()
    const reader = new CommandReader()
    const obeyed = printed.split('\n').flatMap((line) => reader.read(line, 'stdout')?.name ?? [])
    expect(obeyed).toEqual(['stop-commands'])
    expect(reader.read('::notice::later', 'stdout')?.name).toBe('notice')
  })
}

function printedVerdicts(job: JobRun | undefined): Record<string, string> {
  const [text = ''] = /^\{$.*^\}$/ms.exec(job?.steps.report?.log ?? '') ?? []
  const report: { targets: { name: string; verdict: string }[] } = JSON.parse(text)
  return Object.fromEntries(report.targets.map(({ name, verdict }) => [name, verdict]))
}

/** What a step of the example runs in the shell. */
async function scriptOf(stepId: string): Promise<string> {
  const file = path.resolve(import.meta.dirname, '..', '..', '..', 'examples', 'release-smoke.yml')
  const { jobs }: Workflow = parse(await readFile(file, 'utf8'))
  const step = Object.values(jobs).flatMap(({ steps }) => steps.filter(({ id }) => id === stepId))[0]
  return step?.run ?? expect.fail(`${file} has no step ${stepId} with a script`)
}

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly id?: string; readonly run?: string }[] }>
  >
}
