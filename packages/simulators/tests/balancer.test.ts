import { Agent } from 'node:http'
import { expect, test } from 'vitest'
import { drainingBalancer } from '../src/balancer.ts'
import { get } from './client.ts'

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
  await using balancer = await drainingBalancer({ ...versions, switchAfterMs: 300 })
  const version = async () => (await get(`${balancer.url}/health`)).headers['x-version']
  expect(await version()).toBe('1.0.0')
  await expect.poll(version, { interval: 10 }).toBe('2.0.0')
})
