import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const sources = pathToFileURL(join(import.meta.dirname, '..', 'src'))

/** Starts everything that listens, has a request under way at each, closes it, and has nothing left to do. */
const script = `
import { connect } from 'node:net'
import { drainingBalancer } from '${sources}/balancer.ts'
import { createAuthority } from '${sources}/certificates.ts'
import { startFault } from '${sources}/fault-server.ts'
import { faults } from '${sources}/faults.ts'
import { startService, startTlsService } from '${sources}/service.ts'

const servers = [
  ...(await Promise.all(Object.values(faults).map((fault) => startFault(fault)))),
  await startService({ version: '1', state: 'slow', slowMs: 60_000 }),
  await startTlsService({ version: '1', identity: createAuthority().issue({ names: ['127.0.0.1'] }) }),
  await drainingBalancer({ oldVersion: '1', newVersion: '2', switchAfterMs: 60_000 }),
]
const clients = servers.map(({ port }) => connect({ port, host: '127.0.0.1' }))
for (const client of clients) client.on('error', () => {}).write('GET /health HTTP/1.1\\r\\nhost: test\\r\\n\\r\\n')
await new Promise((resolve) => setTimeout(resolve, 200))
const closed = clients.map((client) => client.destroyed || new Promise((resolve) => client.resume().on('close', resolve)))
await Promise.all(servers.map((server) => server.close()))
await Promise.all(closed)
console.log('all closed')`

test('nothing keeps a process alive once it is closed', async () => {
  const args = ['--input-type=module', '-e', script]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 18_000 })
  expect(stdout).toBe('all closed\n')
})
