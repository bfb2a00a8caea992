import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithTools } from '../with-tools.ts'
import { runWorkflow } from './act.ts'
import { committedReleaseTree, type ReleaseTree } from './release-tree.ts'

const workflow = path.join(import.meta.dirname, 'workflows', 'healthcheck.yml')

describeWithTools('healthcheck in a workflow', ['act'], ({ act }) => {
  let releaseTree: ReleaseTree
  let service: Server
  let vars: Record<string, string>

  beforeAll(async () => {
    releaseTree = await committedReleaseTree()
    service = createServer((request, response) => {
      response.writeHead(request.url === '/health' ? 200 : 500, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ status: request.url === '/health' ? 'UP' : 'DOWN', version: '1.2.3' }))
    }).listen(0, '127.0.0.1')
    await once(service, 'listening')
    const { port } = service.address() as AddressInfo
    vars = { GOOD_URL: `http://127.0.0.1:${port}/health`, BROKEN_URL: `http://127.0.0.1:${port}/broken` }
  })
  afterAll(async () => {
    service.close()
    await releaseTree.remove()
  })

  const run = (job: string, skipped: string[] = []) =>
    runWorkflow({ act, workflow, job, skipped, vars, releaseTree: releaseTree.path })

  test('lets the next job see that the new version is healthy', async () => {
    const { exitCode, jobs } = await run('announce')
    expect(exitCode).toBe(0)
    expect(jobs).toMatchObject({
      verify: {
        result: 'success',
        steps: { health: { result: 'success', outputs: { outcome: 'healthy', 'reason-code': 'ok' } } },
      },
      announce: { result: 'success', steps: { announce: { result: 'success', log: 'ANNOUNCED\n' } } },
    })
    expect(jobs.verify?.steps.health?.summary).toMatch(/^### ✅ healthcheck: healthy/)
  })

  test('lets later steps and jobs react to an unhealthy version', async () => {
    const { exitCode, jobs } = await run('rollback')
    expect(exitCode).toBe(0)
    expect(jobs).toMatchObject({
      'verify-broken': {
        result: 'success',
        steps: {
          health: { result: 'failure', outputs: { outcome: 'unhealthy', 'reason-code': 'http-status' } },
          react: { result: 'success', log: 'REACTED\n' },
        },
      },
      rollback: { result: 'success', steps: { rollback: { log: 'ROLLED BACK because of http-status\n' } } },
    })
    expect(jobs['verify-broken']?.steps).not.toHaveProperty('proceed')
  })

  test('fails the job, and keeps what comes after it from running, when nobody reacts', async () => {
    const { exitCode, jobs } = await run('deploy', ['deploy'])
    expect(exitCode).toBe(1)
    expect(jobs).toMatchObject({ gate: { result: 'failure', steps: { health: { result: 'failure' } } } })
    expect(jobs.gate?.steps).not.toHaveProperty('proceed')
    expect(jobs.gate?.steps.health?.summary).toMatch(/^### ❌ healthcheck: unhealthy/)
  })
})
