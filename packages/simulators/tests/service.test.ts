import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type ServiceOptions, startService } from '../src/service.ts'
import { get } from './support/client.ts'

async function health(options: Partial<ServiceOptions>) {
  await using service = await startService({ version: '1.2.3', ...options })
  const { status, headers, body } = await get(`${service.url}/health`)
  return { status, headers, body: JSON.parse(body) }
}

test('a healthy service says its version, and how its parts are', async () => {
  const { status, headers, body } = await health({ commit: 'abc1234' })
  expect(status).toBe(200)
  expect(headers).toMatchObject({ 'x-version': '1.2.3', 'content-type': 'application/json' })
  expect(body).toEqual({
    status: 'UP',
    version: '1.2.3',
    commit: 'abc1234',
    uptime_ms: expect.any(Number),
    checks: [{ name: 'db', status: 'UP', latency_ms: 3 }],
  })
})

test('a broken one answers 500 with an error', async () => {
  const { status, body } = await health({ state: 'broken' })
  expect(status).toBe(500)
  expect(body).toMatchObject({ status: 'DOWN', checks: [{ status: 'DOWN', error: 'Connection refused' }] })
})

test('an old one is healthy, with the former version', async () => {
  const { status, headers, body } = await health({ state: 'old', formerVersion: '1.2.2' })
  expect([status, headers['x-version'], body.version]).toEqual([200, '1.2.2', '1.2.2'])
})

test('a slow one answers well, but late', async () => {
  const start = performance.now()
  const { status } = await health({ state: 'slow', slowMs: 60 })
  expect(status).toBe(200)
  expect(performance.now() - start).toBeGreaterThanOrEqual(59)
})

test('a starting one answers 503 until its time has come', async () => {
  const now = performance.now.bind(performance)
  let laterMs = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now() + laterMs)
  onTestFinished(() => void vi.restoreAllMocks())
  await using service = await startService({ version: '1', state: 'starting', becomesHealthyAfterMs: 60_000 })
  const first = await get(`${service.url}/health`)
  expect([first.status, first.headers['retry-after'], service.state]).toEqual([503, '1', 'starting'])
  laterMs = 60_000
  expect((await get(`${service.url}/health`)).status).toBe(200)
  expect(service.state).toBe('healthy')
  service.state = 'starting'
  expect((await get(`${service.url}/health`)).status).toBe(503)
})

test('a deployment makes the version the former one', async () => {
  await using service = await startService({ version: '1.0.0' })
  service.version = '2.0.0'
  expect((await get(`${service.url}/health`)).headers['x-version']).toBe('2.0.0')
  service.state = 'old'
  expect((await get(`${service.url}/health`)).headers['x-version']).toBe('1.0.0')
})

test('other paths', async () => {
  await using service = await startService({ version: '1.2.3' })
  const page = await get(`${service.url}/?query`)
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.body).toContain('<h1>Sample service 1.2.3</h1>')
  expect((await get(`${service.url}/login`)).status).toBe(401)
  expect((await get(`${service.url}/nothing`)).status).toBe(404)
  service.state = 'broken'
  expect((await get(service.url)).status).toBe(503)
})

test('remembers who asked for what, and on which connection', async () => {
  await using service = await startService({ version: '1' })
  const agent = new Agent({ keepAlive: true })
  await get(`${service.url}/a`, agent)
  await get(`${service.url}/b`, agent)
  await get(`${service.url}/c`)
  agent.destroy()
  expect(service.requests.map(({ method, path, socketId }) => `${method} ${path} ${socketId}`)).toEqual([
    'GET /a 1',
    'GET /b 1',
    'GET /c 2',
  ])
  expect(service.requests[2]?.headers).toMatchObject({ connection: 'close' })
  expect([service.requestCount, service.socketCount]).toEqual([3, 2])
})

test('closes at once, with connections open and answers under way', async () => {
  const service = await startService({ version: '1', state: 'slow', slowMs: 60_000 })
  const idle = connect(service.port, '127.0.0.1')
  await once(idle, 'connect')
  const waiting = get(`${service.url}/health`).catch((error: unknown) => error)
  await expect.poll(() => service.requestCount).toBe(1)
  const start = performance.now()
  await service.close()
  expect(performance.now() - start).toBeLessThan(4_000)
  expect(await waiting).toBeInstanceOf(Error)
  idle.destroy()
})

test('listens on the address it is given', async () => {
  const port = (
    await startService({ version: '1' }).then(async (service) => [service, await service.close()] as const)
  )[0].port
  await using service = await startService({ version: '1', host: 'localhost', port })
  expect(service.port).toBe(port)
  await expect(startService({ version: '1', host: 'localhost', port })).rejects.toThrow('EADDRINUSE')
})

test('runs by itself, prints its URL, ends on SIGTERM', async () => {
  const script = join(import.meta.dirname, '..', 'src', 'service.ts')
  const args = [script, '--port', '0', '--state', 'old', '--version', '1.2.3']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  const { status, headers } = await get(`${String(line).trim()}/health`)
  expect([status, headers['x-version']]).toEqual([200, '0.0.0'])
  child.kill('SIGTERM')
  const [exitCode] = await once(child, 'exit')
  if (process.platform !== 'win32') expect(exitCode).toBe(0)
})
