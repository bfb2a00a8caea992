import { Agent } from 'node:http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { drainingBalancer, roundRobin } from '../src/balancer.ts'
import { startService } from '../src/service.ts'
import { get } from './support/client.ts'

const versions = { oldVersion: '1.0.0', newVersion: '2.0.0' }

test('a kept-alive client stays on the old version, a fresh connection gets the new one', async () => {
  await using balancer = await drainingBalancer(versions)
  const agent = new Agent({ keepAlive: true })
  const versionBy = async (choice: Agent | false) => (await get(`${balancer.url}/health`, choice)).headers['x-version']
  expect(await versionBy(agent)).toBe('1.0.0')
  balancer.switchOver()
  expect(await versionBy(agent)).toBe('1.0.0')
  expect(await versionBy(false)).toBe('2.0.0')
  expect(await versionBy(agent)).toBe('1.0.0')
  agent.destroy()
  expect([balancer.connections(), balancer.old.requestCount, balancer.new.requestCount]).toEqual([2, 3, 1])
})

test('switches over by itself', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  await using balancer = await drainingBalancer({ ...versions, switchAfterMs: 60_000 })
  const version = async () => (await get(`${balancer.url}/health`)).headers['x-version']
  expect(await version()).toBe('1.0.0')
  vi.advanceTimersByTime(59_000)
  expect(await version()).toBe('1.0.0')
  vi.advanceTimersByTime(1_000)
  expect(await version()).toBe('2.0.0')
})

test('gives connections to several in turn, also to one that is gone', async () => {
  await using one = await startService({ version: '1.0.0' })
  await using two = await startService({ version: '2.0.0' })
  const gone = await startService({ version: '3.0.0' })
  await gone.close()
  await using balancer = await roundRobin([one.port, two.port, gone.port])
  const version = () =>
    get(`${balancer.url}/health`).then(
      ({ headers }) => headers['x-version'],
      () => 'nobody',
    )
  const seen = [await version(), await version(), await version(), await version()]
  expect([seen, balancer.connections()]).toEqual([['1.0.0', '2.0.0', 'nobody', '1.0.0'], 4])
})
