import { Agent } from 'node:http'
import { expect, test } from 'vitest'
import { startFault } from '../src/fault-server.ts'
import { faults } from '../src/faults.ts'
import { redirectTo, respond, sequence } from '../src/responder.ts'
import { get } from './support/client.ts'

test('an answer has the status, the headers and the body it is given', async () => {
  await using server = await startFault(
    respond({ status: 207, reason: 'Mixed', headers: { 'X-Version': '1' }, body: 'é' }),
  )
  expect(await get(server.url)).toEqual({
    status: 207,
    reason: 'Mixed',
    headers: { 'x-version': '1', 'content-length': '2' },
    body: 'é',
  })
})

test('a redirect leads where it should', async () => {
  await using server = await startFault(redirectTo('http://example.com/', 308))
  expect(await get(server.url)).toMatchObject({ status: 308, headers: { location: 'http://example.com/' } })
})

test('a sequence answers in turn and stays with its last', async () => {
  const versions = ['1', '1', '2'].map((body) => respond({ status: 200, body }))
  await using server = await startFault(sequence(versions))
  const agent = new Agent({ keepAlive: true })
  const bodies: string[] = []
  for (const choice of [agent, agent, false, false] as const) bodies.push((await get(server.url, choice)).body)
  agent.destroy()
  expect(bodies).toEqual(['1', '1', '2', '2'])
  expect(server.connections()).toBe(3)
})

test('a sequence may hold faults that wait for no request', async () => {
  const ok = respond({ status: 200, body: 'ok' })
  await using server = await startFault(sequence([ok, faults.resetAtOnce, faults.notHttp, faults.closeMidBody, ok]))
  const lost = expect.stringMatching(/^(ECONNRESET|ECONNABORTED|EPIPE)$/)
  const results: unknown[] = []
  for (let tries = 0; tries < 6; tries += 1) {
    results.push(
      await get(server.url).then(
        ({ body }) => body,
        (error: NodeJS.ErrnoException) => error.code,
      ),
    )
  }
  expect(results).toEqual(['ok', lost, expect.stringMatching(/^HPE_/), lost, 'ok', 'ok'])
})
