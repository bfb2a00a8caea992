import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { expect, test } from 'vitest'
import { describeWithTools } from '../with-tools.ts'
import { startCluster } from './cluster.ts'

const clusterModule = path.join(import.meta.dirname, 'cluster.ts')

/** A process with a cluster of its own, and the address of that. */
async function startElsewhere(command: string, folder: string): Promise<{ child: ChildProcess; server: string }> {
  const script = [
    `import { startCluster } from ${JSON.stringify(clusterModule)}`,
    `const { cluster } = await startCluster(${JSON.stringify(command)})`,
    'console.log(cluster.connection.server)',
  ]
  const child = spawn(process.execPath, ['--input-type=module', '-e', script.join('\n')], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [server] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { child, server }
}

async function answers(server: string): Promise<boolean> {
  try {
    await fetch(server)
    return true
  } catch (error) {
    // Its certificate is of an authority that fetch does not know.
    return !String((error as Error).cause).includes('ECONNREFUSED')
  }
}

test('a cluster that does not start says why, and leaves nothing', async () => {
  const before = readdirSync(tmpdir())
  // Node takes the name of a program for that of a script.
  await expect(startCluster(process.execPath)).rejects.toThrow(/ended:\n.*Cannot find module/s)
  await expect(startCluster('/no/such/command')).rejects.toThrow('ENOENT')
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('cluster-') && !before.includes(name))).toEqual([])
})

describeWithTools('a cluster', ['cluster'], ({ cluster: command }) => {
  test('is gone without a trace when it is stopped', async () => {
    const { cluster, errors, stop } = await startCluster(command)
    const { server, folder } = cluster.connection
    expect(await answers(server)).toBe(true)
    await stop()
    expect(await answers(server)).toBe(false)
    expect(existsSync(folder)).toBe(false)
    expect(errors).toEqual([])
  })

  test.for(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('ends with whoever started it, on %s', async (signal) => {
    const { path: folder, remove } = temporaryFolder('elsewhere')
    const { child, server } = await startElsewhere(command, folder)
    expect(await answers(server)).toBe(true)
    const closed = once(child, 'close')
    child.kill(signal)
    await closed
    await expect.poll(() => answers(server)).toBe(false)
    // After a SIGKILL nobody is left to remove the files.
    if (signal !== 'SIGKILL') expect(readdirSync(folder)).toEqual([])
    remove()
  })
})
