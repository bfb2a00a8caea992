import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'

const sources = pathToFileURL(join(import.meta.dirname, '..', 'src'))

/** Runs code in a process of its own, which prints one line and then gets what is sent to it. */
async function run(
  code: string,
  signal?: NodeJS.Signals,
): Promise<{ line: string; exitCode: number | null; ended: string | null }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  if (signal !== undefined) child.kill(signal)
  const [exitCode, ended] = await once(child, 'exit')
  return { line: String(line).trim(), exitCode, ended }
}

const makeFolder = `const { temporaryFolder } = await import('${sources}/temporary-folder.ts')
console.log(temporaryFolder('left-behind').path)`

describe.concurrent('when a process ends', () => {
  test('a temporary folder that nobody removes goes with its process', async () => {
    const { line, exitCode } = await run(`${makeFolder}; process.exitCode = 5`)
    expect(exitCode).toBe(5)
    expect(existsSync(line)).toBe(false)
  })

  test.skipIf(process.platform === 'win32')(
    'also when SIGTERM ends it, as a test runner does with its workers',
    async () => {
      const { line, ended } = await run(`${makeFolder}; setInterval(() => {}, 1000)`, 'SIGTERM')
      expect(ended).toBe('SIGTERM')
      expect(existsSync(line)).toBe(false)
    },
  )

  test.skipIf(process.platform === 'win32')('not on a signal that the program has its own plans for', async () => {
    const code = `const { existsSync } = await import('node:fs')
  const { temporaryFolder } = await import('${sources}/temporary-folder.ts')
  const { path } = temporaryFolder('left-behind')
  process.on('SIGTERM', () => process.exit(existsSync(path) ? 3 : 4))
  console.log(path); setInterval(() => {}, 1000)`
    const { line, exitCode } = await run(code, 'SIGTERM')
    expect(exitCode).toBe(3)
    expect(existsSync(line)).toBe(false)
  })

  test('what was begun last ends first, on request before the end, and once', async () => {
    const code = `const { atExit, cleanUp } = await import('${sources}/at-exit.ts')
  const said = []
  const release = atExit(() => said.push('released'))
  for (const name of ['folder', 'child']) atExit(() => said.push(name))
  atExit(() => { throw new Error('no cleanup') })
  release(); cleanUp(); said.push(process.listenerCount('SIGTERM')); atExit(() => console.log(said.join()))`
    expect((await run(code)).line).toBe('child,folder,0')
  })

  test.skipIf(process.platform === 'win32')('an action goes with the process that has started it', async () => {
    const server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const script = `const net = await import('node:net')
  net.connect(${port}, '127.0.0.1', () => console.log('ready')); await sleep(60_000)`
    const code = `const { startAction } = await import('${sources}/runner.ts')
  const folder = ${JSON.stringify(join(import.meta.dirname, 'fixtures', 'scripted'))}
  const action = startAction({ folder, inputs: { script: ${JSON.stringify(script)} } })
  await action.printed('ready'); console.log('ready')`
    const gone = new Promise((resolve) => {
      server.on('connection', (socket) => socket.on('error', resolve).on('close', resolve).resume())
    })
    await run(code, 'SIGTERM')
    await gone
    server.close()
  })
})
