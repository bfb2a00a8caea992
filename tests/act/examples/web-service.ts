import { type Fault, startFault } from '@deploy-safety/simulators/fault-server'
import { wireFormat } from '@deploy-safety/simulators/responder'
import { type Service, type ServiceState, startService } from '@deploy-safety/simulators/service'
import { expect, test } from 'vitest'
import type { JobRun } from '../log.ts'
import { type Endpoint, inTurn, type RunExample } from './example.ts'

export function webService(run: RunExample): void {
  const deploy = async (service: Service, hook?: Endpoint, url = `${service.url}/health`) => {
    const vars = { HEALTH_URL: url, HEALTH_START_PERIOD: '300ms', HEALTH_INTERVAL: '50ms' }
    const secrets = hook === undefined ? {} : { DEPLOY_HOOK: `${hook.url}/deploy?key=of-the-service` }
    const { exitCode, jobs } = await run({ vars, secrets })
    return { exitCode, job: jobs.deploy }
  }

  test('is green once the commit that the hook deploys has started', async () => {
    await using service = await startService({ version: 'before', becomesHealthyAfterMs: 500 })
    await using hook = await startFault(deployHook(service, 'starting'))
    const { exitCode, job } = await deploy(service, hook)
    expect(exitCode).toBe(0)
    expect(service.version).toMatch(/^[0-9a-f]{40}$/)
    expect(job).toMatchObject({
      result: 'success',
      steps: { health: { result: 'success', outputs: { outcome: 'healthy', 'observed-version': service.version } } },
    })
    expect(reactions(job)).toEqual([])
  })

  test('rolls a broken commit back, and fails', async () => {
    await using service = await startService({ version: 'before' })
    await using hook = await startFault(deployHook(service, 'broken'))
    const { exitCode, job } = await deploy(service, hook)
    expect(exitCode).toBe(1)
    expect(job).toMatchObject({
      result: 'failure',
      steps: {
        health: { outputs: { outcome: 'unhealthy', 'reason-code': 'http-status', attempts: '5' } },
        rollback: { result: 'success', log: expect.stringContaining('http-status') },
      },
    })
    expect(reactions(job)).toEqual(['rollback', 'verdict'])
  })

  test('takes a commit that the hook does not deploy for the old version that it is', async () => {
    await using service = await startService({ version: '1.0.0' })
    await using hook = await startFault(inTurn(() => ({ status: 200 })))
    const { exitCode, job } = await deploy(service, hook)
    expect(exitCode).toBe(1)
    expect(job?.steps.health?.outputs).toMatchObject({
      ...{ outcome: 'unhealthy', 'reason-code': 'wrong-version', 'observed-version': '1.0.0' },
    })
    expect(reactions(job)).toEqual(['rollback', 'verdict'])
  })

  test('rolls nothing back when nothing can be said, and fails', async () => {
    await using service = await startService({ version: 'before' })
    await using hook = await startFault(deployHook(service, 'healthy'))
    const { exitCode, job } = await deploy(service, hook, `${service.url}/login`)
    expect(exitCode).toBe(1)
    expect(job).toMatchObject({
      result: 'failure',
      steps: {
        health: { outputs: { outcome: 'unverifiable', 'reason-code': 'blocked-by-edge' } },
        report: { result: 'success', log: expect.stringContaining('blocked-by-edge') },
      },
    })
    expect(job?.steps.health?.summary).toMatch(/^### ⚠️ healthcheck: unverifiable/)
    expect(reactions(job)).toEqual(['report', 'verdict'])
  })

  test('fails without its hook, before it checks anything', async () => {
    await using service = await startService({ version: 'before' })
    const { exitCode, job } = await deploy(service)
    expect(exitCode).toBe(1)
    expect(job?.steps).not.toHaveProperty('health')
    expect(service.requestCount).toBe(0)
  })

  test('does not check when the hook refuses', async () => {
    await using service = await startService({ version: 'before' })
    await using hook = await startFault(inTurn(() => ({ status: 404 })))
    const { exitCode, job } = await deploy(service, hook)
    expect(exitCode).toBe(1)
    expect(job?.steps).not.toHaveProperty('health')
    expect(service.requestCount).toBe(0)
  })
}

/** Which of the steps that react to an outcome have run. */
function reactions(job: JobRun | undefined): string[] {
  return ['rollback', 'report', 'verdict'].filter((id) => job?.steps[id] !== undefined)
}

/** Deploys the commit that it is called with, as the hook of a platform does. */
function deployHook(service: Service, state: ServiceState): Fault {
  return {
    request: (socket, head) => {
      service.version = /[?&]ref=(\w+)/.exec(head)?.[1] ?? 'none'
      service.state = state
      socket.write(wireFormat({ status: 200 }))
    },
  }
}
