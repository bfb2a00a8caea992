import { describe, expect, test } from 'vitest'
import { startAction } from '../src/runner.ts'
import { fixture, runScript, startScript } from './support/scripted.ts'

/** A script that says which signals reach it, ends on one of them, and runs for a minute otherwise. */
function until(signal: string): string {
  return `for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => {
    console.log(name)
    if (name === '${signal}') { fs.appendFileSync(env.GITHUB_OUTPUT, 'outcome=cancelled'); process.exit(7) }
  })
  console.log('ready')
  await sleep(60_000)`
}

// Windows has no signals: Node ends the process at once, which is all there is to see.
const windows = process.platform === 'win32'

describe.concurrent('an action', () => {
  test.skipIf(windows)('cancelled gets SIGINT, and may end on it', async () => {
    const action = startScript(until('SIGINT'))
    await action.printed('ready')
    action.cancel()
    await using run = await action.done
    expect(run).toMatchObject({ exitCode: 7, log: 'ready\nSIGINT\n', outputs: { outcome: 'cancelled' } })
  })

  test.skipIf(windows)('cancelled gets SIGTERM when it does not', async () => {
    const action = startScript(until('SIGTERM'), { ladder: { sigtermAfterMs: 100, sigkillAfterMs: 10_000 } })
    await action.printed('ready')
    action.cancel()
    action.cancel()
    await using run = await action.done
    expect(run).toMatchObject({ exitCode: 7, log: 'ready\nSIGINT\nSIGTERM\n' })
    expect(run.elapsedMs).toBeGreaterThan(100)
  })

  test.skipIf(windows)('cancelled is killed in the end', async () => {
    const action = startScript(until('nothing'), { ladder: { sigtermAfterMs: 100, sigkillAfterMs: 100 } })
    await action.printed('ready')
    action.cancel()
    await using run = await action.done
    expect(run).toMatchObject({ exitCode: null, signal: 'SIGKILL', outputs: {} })
    expect(run.elapsedMs).toBeGreaterThan(200)
  })

  test.skipIf(windows)('cancelled dies at once when it does not care', async () => {
    const action = startScript(`console.log('ready'); await sleep(60_000)`)
    await action.printed('ready')
    action.cancel()
    await using run = await action.done
    expect(run).toMatchObject({ exitCode: null, signal: 'SIGINT' })
  })

  test.skipIf(windows)('cancelled as a step in the background gets SIGTERM alone', async () => {
    const action = startScript(until('SIGTERM'))
    await action.printed('ready')
    action.kill('SIGTERM')
    await using run = await action.done
    expect(run).toMatchObject({ exitCode: 7, log: 'ready\nSIGTERM\n' })
  })

  test.skipIf(windows)('cancelled still has its post step', async () => {
    const inputs = { script: until('SIGINT'), 'post-script': `console.log('cleaned up')` }
    const action = startAction({ folder: fixture('scripted-with-post'), inputs })
    await action.printed('ready')
    action.cancel()
    await using run = await action.done
    expect(run.post).toMatchObject({ exitCode: 0, log: 'cleaned up\n' })
    expect(action.log()).toBe('ready\nSIGINT\ncleaned up\n')
  })

  test.skipIf(windows)('cancelled does not take the processes with it that it has started', async () => {
    // It ends when its parent lets go of it, and not before a signal would have arrived.
    const child = `process.on('SIGINT', () => console.log('child hit')); console.log('ready')
    process.stdin.resume().on('end', () => setTimeout(() => {}, 200))`
    const script = `const { spawn } = await import('node:child_process')
    const child = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: ['pipe', 'inherit', 'inherit'] })
    process.on('SIGINT', () => { console.log('parent hit'); child.stdin.end() })
    await new Promise((resolve) => child.on('exit', resolve))`
    const action = startScript(script)
    await action.printed('ready')
    action.cancel()
    await using run = await action.done
    expect(run.log).toBe('ready\nparent hit\n')
  })

  test('that takes too long is killed, and its log shown', async () => {
    const run = runScript('await sleep(60_000)', { timeoutMs: 300 })
    await expect(run).rejects.toThrow(/was killed after 300 ms. Its log:/)
  })

  test('that has ended cannot be cancelled', async () => {
    const action = startScript('')
    await using run = await action.done
    action.cancel()
    expect(run.exitCode).toBe(0)
  })

  test('that ends without printing what is waited for', async () => {
    const action = startScript(`console.log('something else')`)
    await expect(action.printed('ready')).rejects.toThrow(/without printing "ready".*something else/s)
    await (await action.done)[Symbol.asyncDispose]()
  })
})
