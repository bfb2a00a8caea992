import { existsSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runAction } from '../src/runner.ts'
import { temporaryFolder } from '../src/temporary-folder.ts'
import { fixture, runScript } from './support/scripted.ts'

const printEnvironment = `fs.writeFileSync(env.RUNNER_TEMP + '/env.json', JSON.stringify({ ...env, cwd: process.cwd() }))
fs.appendFileSync(env.GITHUB_OUTPUT, 'report=' + env.RUNNER_TEMP + '/env.json')`

describe.concurrent('inputs', () => {
  test('have their defaults, unless they are given, be it as an empty string', async () => {
    await using run = await runScript(printEnvironment, {
      inputs: { Greeting: '' },
      context: { github: { token: 't0ken' } },
    })
    expect(run.report).toMatchObject({
      INPUT_GREETING: '',
      INPUT_TWO_WORDS: '1.1',
      'INPUT_WITH-DASH': 'true',
      INPUT_NOTHING: '',
      INPUT_TOKEN: 't0ken',
      INPUT_WHERE: expect.stringMatching(/^on (Linux|macOS|Windows) at octo-org\/octo-app$/),
      'INPUT_UNKNOWN-CONTEXT': '<>',
    })
    expect(run.warnings).toEqual([])
  })

  test('that the action does not know, or no longer wants, are a warning and passed all the same', async () => {
    await using run = await runScript(printEnvironment, { inputs: { 'no-such': 'x', other: 'y', old: 'z' } })
    expect(run.report).toMatchObject({ 'INPUT_NO-SUCH': 'x', INPUT_OTHER: 'y', INPUT_OLD: 'z' })
    expect(run.warnings).toEqual([
      "Input 'old' has been deprecated with message: use greeting",
      expect.stringMatching(/^Unexpected input\(s\) 'no-such', 'other', valid inputs are \['script', 'greeting', /),
    ])
  })
})

describe.concurrent('the environment', () => {
  test('is that of a runner and nothing of ours', async () => {
    process.env.LEAKED_FROM_THE_PARENT = 'yes'
    await using run = await runScript(printEnvironment, { event: { number: 7 } })
    expect(run.report).toMatchObject({
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'octo-org/octo-app',
      GITHUB_WORKSPACE: run.workspace,
      GITHUB_ACTION_PATH: fixture('scripted'),
      RUNNER_TEMP: run.temp,
      cwd: run.workspace,
      PATH: process.env.PATH,
    })
    expect(run.report).not.toHaveProperty('LEAKED_FROM_THE_PARENT')
    expect(run.report).not.toHaveProperty('VITEST')
    const home = Object.entries(run.report as object).find(([name]) => name === 'HOME' || name === 'USERPROFILE')?.[1]
    expect(home).toContain(realpathSync(tmpdir()))
  })

  test('can be overridden, and variables taken away', async () => {
    const script = `${printEnvironment}; console.log(fs.readFileSync(env.GITHUB_EVENT_PATH, 'utf8'))`
    const env = { GITHUB_SHA: 'abc', GITHUB_STEP_SUMMARY: undefined, MORE: '1' }
    await using run = await runScript(script, { env, event: { number: 7 } })
    expect(run.report).toMatchObject({ GITHUB_SHA: 'abc', MORE: '1' })
    expect(run.report).not.toHaveProperty('GITHUB_STEP_SUMMARY')
    expect(run.log).toBe('{"number":7}\n')
  })

  test('has the folder given as its workspace, and leaves it alone', async () => {
    const workspace = temporaryFolder('workspace')
    const run = await runScript(`fs.writeFileSync('made', process.cwd())`, { cwd: workspace.path })
    expect(run.workspace).toBe(workspace.path)
    run.cleanup()
    expect(existsSync(join(workspace.path, 'made'))).toBe(true)
    expect(existsSync(run.temp)).toBe(false)
    workspace.remove()
  })

  test('has pipes, and nothing to read', async () => {
    const script = `process.stdin.resume(); await new Promise((end) => process.stdin.on('end', end))
    console.log(process.stdout.isTTY, process.stderr.isTTY)`
    await using run = await runScript(script)
    expect(run.log).toBe('undefined undefined\n')
  })
})

describe.concurrent('what the action leaves', () => {
  test('is read as @actions/core writes it', async () => {
    const script = `const core = await toolkit()
    core.setOutput('text', 'a\\nb=c<<d'); core.setOutput('object', { a: [1] }); core.setOutput('empty', '')
    core.saveState('state', 'kept'); core.exportVariable('EXPORTED', 'x y'); core.addPath('/opt/bin')
    core.setSecret('hunter2'); core.info('password hunter2'); core.error('oh: no%\\n!', { title: 'a, b: c' })
    await core.summary.addRaw('summary with hunter2').write(); core.setFailed('failed')`
    await using run = await runScript(script)
    expect(run.exitCode).toBe(1)
    expect(run.outputs).toEqual({ text: 'a\nb=c<<d', object: '{"a":[1]}', empty: '' })
    expect(run.state).toEqual({ state: 'kept' })
    expect(run.env).toEqual({ EXPORTED: 'x y' })
    expect(run.path).toEqual(['/opt/bin'])
    expect(run.summary).toBe('summary with ***')
    expect(run.masks).toEqual(['hunter2'])
    expect(run.log).toContain('password ***\n')
    expect(run.stdout).toContain('password hunter2')
    expect(run.annotations.map(({ kind, title, message }) => [kind, title, message])).toEqual([
      ['error', 'a, b: c', 'oh: no%\n!'],
      ['error', undefined, 'failed'],
    ])
    expect(run.problems).toEqual([])
    expect(run.post).toBeUndefined()
  })

  test('can be read right after, and is gone once disposed of', async () => {
    let temp: string
    {
      await using run = await runScript(printEnvironment)
      temp = run.temp
      expect(existsSync(run.outputs.report ?? '')).toBe(true)
    }
    expect(existsSync(temp)).toBe(false)
  })

  test('is no report when the output is missing or names no file', async () => {
    await using nothing = await runScript('')
    await using noFile = await runScript(`fs.appendFileSync(env.GITHUB_OUTPUT, 'report=/no/such/file.json')`)
    expect([nothing.report, noFile.report]).toEqual([undefined, undefined])
  })

  test('is taken from commands in the log too, but files have the last word', async () => {
    const script = `console.log('::set-output name=a::forged'); console.error('x ##[set-output name=b;]forged')
    fs.appendFileSync(env.GITHUB_OUTPUT, 'a=real')`
    await using run = await runScript(script)
    expect(run.outputs).toEqual({ a: 'real', b: 'forged' })
    expect(run.commands.map(({ stream, line }) => [stream, line]).toSorted()).toEqual([
      ['stderr', 'x ##[set-output name=b;]forged'],
      ['stdout', '::set-output name=a::forged'],
    ])
  })

  test('is no summary at all when it is too large', async () => {
    await using run = await runScript(`fs.writeFileSync(env.GITHUB_STEP_SUMMARY, 'x'.repeat(1024 * 1024 + 1))`)
    expect(run.summary).toBe('')
    expect(run.annotations).toMatchObject([
      { kind: 'error', message: expect.stringContaining('supports content up to') },
    ])
  })

  test('is no NODE_OPTIONS for later steps', async () => {
    await using run = await runScript(`fs.appendFileSync(env.GITHUB_ENV, 'NODE_OPTIONS=--inspect\\nA=1')`)
    expect(run.env).toEqual({ A: '1' })
    expect(run.annotations).toMatchObject([{ kind: 'error', message: expect.stringContaining('NODE_OPTIONS') }])
  })

  test('may be less than it was given', async () => {
    await using run = await runScript(`fs.rmSync(env.GITHUB_OUTPUT); fs.rmSync(env.GITHUB_PATH)`)
    expect(run.outputs).toEqual({})
  })

  test.each(['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV'])('is an error when %s is malformed', async (name) => {
    const run = runScript(`console.log('said'); fs.appendFileSync(env.${name}, 'no entry')`)
    await expect(run).rejects.toThrow(new RegExp(`${name}.*fails the step.*said`, 's'))
  })

  test('keeps secrets out of the log from the start', async () => {
    const options = { secrets: ['s3cret'], context: { github: { token: 't0ken' } } }
    await using run = await runScript(`console.log('s3cret t0ken', btoa('s3cret'))`, options)
    expect(run.log).toBe('*** *** ***\n')
    expect(run.masks).toEqual([])
  })
})

describe.concurrent('post', () => {
  test('gets the state and what main exported, whatever main ended with', async () => {
    const script = `fs.appendFileSync(env.GITHUB_STATE, 'Id=42'); fs.appendFileSync(env.GITHUB_ENV, 'EXPORTED=1')
    fs.appendFileSync(env.GITHUB_PATH, '/first\\n/second'); fs.writeFileSync('left', ''); process.exitCode = 3`
    const post = `console.log(env.STATE_Id, env.EXPORTED, env.PATH.split(/[:;]/).slice(0, 2).join(), fs.existsSync('left'))
    fs.appendFileSync(env.GITHUB_OUTPUT, 'late=1'); process.exitCode = 4`
    const folder = fixture('scripted-with-post')
    await using run = await runAction({ folder, inputs: { script, 'post-script': post } })
    expect(run.exitCode).toBe(3)
    expect(run.post).toMatchObject({ exitCode: 4, log: '42 1 /second,/first true\n', outputs: { late: '1' } })
    expect(run.outputs).toEqual({})
  })
})
