import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runnerLadder, startStepProcess } from '../src/step-process.ts'
import { temporaryFolder } from '../src/temporary-folder.ts'

test('what a script leaves running is not waited for', async () => {
  const folder = temporaryFolder('step')
  const script = join(folder.path, 'main.mjs')
  const child = 'setTimeout(() => {}, 30_000)'
  writeFileSync(
    script,
    `import { spawn } from 'node:child_process'
    const child = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit', detached: true })
    child.unref(); console.log(child.pid)`,
  )
  let output = ''
  const options = { script, cwd: folder.path, env: process.env, ladder: runnerLadder, timeoutMs: 20_000, drainMs: 100 }
  const { done } = startStepProcess({ ...options, onOutput: (_, bytes) => (output += bytes.toString()) })
  expect(await done).toMatchObject({ exitCode: 0, timedOut: false })
  process.kill(Number(output), 'SIGKILL')
  folder.remove()
})

test('a process that cannot be started is an error', async () => {
  const { done } = startStepProcess({
    ...{ script: 'main.mjs', cwd: '/no/such/folder', env: {}, ladder: runnerLadder, timeoutMs: 1_000 },
    onOutput: () => {},
  })
  await expect(done).rejects.toThrow('ENOENT')
})
