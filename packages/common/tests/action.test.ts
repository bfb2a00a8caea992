import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseFileCommands } from '@deploy-safety/simulators/file-commands'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterAll, describe, expect, it } from 'vitest'
import { obeyedIn } from './support/obeyed.ts'

const compileCache = temporaryFolder('compile-cache')
afterAll(compileCache.remove)

const fixture = join(import.meta.dirname, 'fixtures/action.ts')

interface Run {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Record<string, string>
  readonly summary: string
  readonly reportPath: string
  readonly report: Record<string, unknown> | undefined
  /** From the signal to the end. */
  readonly afterSignalMs: number
}

interface Options {
  readonly inputs?: Record<string, string>
  readonly env?: Record<string, string | undefined>
  /** Sends the signal once the action has printed the text. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly after: string }
}

/** Runs the fixture as the runner would: inputs in the environment, empty files for outputs and summary. */
async function act(scenario: string, { inputs = {}, env = {}, signal }: Options = {}): Promise<Run> {
  const { path: folder, remove } = temporaryFolder('action')
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') }
  for (const path of Object.values(files)) writeFileSync(path, '')
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  let signalledMs = Number.NaN
  const child = spawn(process.execPath, ['--conditions=source', fixture], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      // The toolkit is compiled once, not for every process.
      NODE_COMPILE_CACHE: compileCache.path,
      RUNNER_TEMP: folder,
      SCENARIO: scenario,
      ...files,
      ...Object.fromEntries(given),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk
    if (signal === undefined || child.killed || !text.stdout.includes(signal.after)) return
    child.kill(signal.name)
    signalledMs = performance.now()
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk
  })
  const limit = setTimeout(() => child.kill('SIGKILL'), 15_000)
  try {
    const [exitCode, killedBy] = await once(child, 'close')
    const endedMs = performance.now()
    const outputs = parseFileCommands(readFileSync(files.GITHUB_OUTPUT, 'utf8'))
    const reportPath = outputs.report ?? ''
    const report = existsSync(reportPath) ? JSON.parse(readFileSync(reportPath, 'utf8')) : undefined
    const summary = readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8')
    const afterSignalMs = endedMs - signalledMs
    return { exitCode, signal: killedBy, ...text, outputs, summary, reportPath, report, afterSignalMs }
  } finally {
    clearTimeout(limit)
    remove()
  }
}

/** What every run leaves behind, however it ended. */
function expectPublished(run: Run, outcome: string, reasonCode: string): void {
  expect(run.outputs).toMatchObject({ outcome, 'reason-code': reasonCode, 'p95-ms': expect.any(String) })
  expect(run.report).toMatchObject({ schemaVersion: 1, action: 'tiny', outcome, reasonCode })
  expect(run.summary).toMatch(/^### (✅|❌|⚠️) tiny: /)
  expect(run.summary.split('\n')[0]).toContain(outcome)
}

describe.concurrent('an action that ends by itself', () => {
  it('succeeds, with outputs, report and summary', async () => {
    const run = await act('passes')
    expect(run).toMatchObject({ exitCode: 0, stderr: '' })
    expectPublished(run, 'passed', 'ok')
    expect(run.outputs).toEqual({ outcome: 'passed', 'reason-code': 'ok', report: run.reportPath, 'p95-ms': '12' })
    expect(run.report).toMatchObject({ message: 'it has passed', p95Ms: 12 })
    expect(run.report).not.toHaveProperty('nextStep')
    expect(Date.parse(String(run.report?.startedAt))).not.toBeNaN()
    expect(run.report?.elapsedMs).toSatisfy(Number.isInteger)
    expect(run.summary).toBe('### ✅ tiny: passed (1 of 1)\n\n| a |\n| --- |\n')
    expect(run.stdout).toContain('::warning title=a warning::be warned')
  })

  it('fails the step on a finding, after it has published it', async () => {
    const run = await act('finds')
    expect(run.exitCode).toBe(1)
    expectPublished(run, 'failed', 'too-slow')
    expect(run.report).toMatchObject({ nextStep: 'do something' })
    expect(run.summary).toMatch(
      /^### ❌ tiny: failed \(1 of 1\)\n\n\*\*it\*\* has failed\n\n\*\*Next:\*\* do something\n\n/,
    )
    expect(run.stdout).toContain('::error title=an error::it has failed')
  })

  it.each([
    ['is open', {}, 1],
    ['is open', { mode: 'ask' }, 0],
    ['is open', { 'fail-on': 'failed' }, 0],
    ['is open', { mode: 'ask', 'fail-on': 'open' }, 1],
    ['is lost', { 'fail-on': 'never' }, 1],
    ['is lost', { 'fail-on': 'failed' }, 1],
  ])('%s with %j: exit %d', async (scenario, inputs, exitCode) => {
    expect((await act(scenario, { inputs })).exitCode).toBe(exitCode)
  })

  it.each([
    ['passes', 'passed', 'The step fails: fail-on includes passed'],
    ['finds', 'never', 'The step passes: fail-on does not include failed'],
    ['finds', 'failed', 'failed (too-slow): it has failed'],
  ])('says in the last line what fail-on makes of an outcome: %s, %s', async (scenario, failOn, line) => {
    const { stdout } = await act(scenario, { inputs: { 'fail-on': failOn } })
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(line)
  })

  it.each([
    ['never', 0, 'warning'],
    ['  ', 1, 'error'],
  ])('with a finding and fail-on %j exits with %d, and shows it as %s', async (failOn, code, kind) => {
    const run = await act('finds', { inputs: { 'fail-on': failOn } })
    expect(run.exitCode).toBe(code)
    expectPublished(run, 'failed', 'too-slow')
    expect(run.stdout).toContain(`::${kind} title=an error::it has failed`)
  })

  it('ends although timers, a server and a connection are open', async () => {
    const run = await act('leaves things open')
    expect(run).toMatchObject({ exitCode: 0, signal: null })
    expectPublished(run, 'passed', 'ok')
  })

  it('ends only when all that it has printed is out', async () => {
    const run = await act('logs a lot')
    expect(run.exitCode).toBe(0)
    expect(run.stdout.match(/line of a log\n/g)).toHaveLength(20_000)
    expect(run.stderr.match(/line of a log\n/g)).toHaveLength(20_000)
    expect(run.stdout).toContain('passed: it has passed\n')
  })

  it('prints and summarises foreign text so that neither the runner nor Markdown obeys it, and passes it on as it is', async () => {
    const run = await act('has foreign text everywhere')
    expect(run.exitCode).toBe(1)
    const commands = obeyedIn(`${run.stdout}\n${run.stderr}`).map((line) => line.replace(/ .*/s, ''))
    expect(commands).toEqual(['::warning', '::error'])
    expect(run.outputs.foreign).toContain('::set-output name=evil::1')
    expect(run.report?.foreign).toBe(run.outputs.foreign)
    expect(run.summary.split('\n')[0]).toMatch(/^### ❌ tiny: x/)
    // Lines beyond the first stand in a block of code, whose fence is longer than any run of backticks in it.
    const outside = run.summary.replace(/^(`{3,})text\n(?:(?!\1).*\n)*\1$/gm, '')
    expect(outside).not.toMatch(/<b>|\[l\]|`/)
  })
})

describe.concurrent('an action that cannot do its work', () => {
  it('keeps the lines of a message, where the one below points at the one above', async () => {
    const run = await act('refuses with a caret')
    expect(run.stdout).toContain('Input "gates": line 1: odd\n    p95 ? 5\n        ^ here\n')
    expect(run.summary).toContain(' odd\n\n```text\n    p95 ? 5\n        ^ here\n```')
  })

  it('says which input is wrong, and fails although fail-on is never', async () => {
    const run = await act('refuses its inputs', { inputs: { 'fail-on': 'never' } })
    expect(run.exitCode).toBe(1)
    expectPublished(run, 'broken', 'invalid-input')
    expect(run.report).toMatchObject({ message: 'Input "url" is missing.', nextStep: 'Set "url".' })
    expect(run.stdout).toContain('::error title=tiny%3A invalid-input::Input "url" is missing.%0ASet "url".')
  })

  it('has the fields that its report owes also after a wrong input, and the step that its contract gives', async () => {
    const wrong = await act('refuses its inputs')
    expect(wrong.report).toMatchObject({ status: 'FAILED', nextStep: 'Set "url".' })
    const defect = await act('throws')
    expect(defect.report).toMatchObject({ status: 'FAILED', nextStep: 'Do not run it again.' })
    expect(defect.stdout).toContain('%0ADo not run it again.')
  })

  it('says what it had done by then', async () => {
    const run = await act('stops half-way')
    expect(run.exitCode).toBe(1)
    expectPublished(run, 'broken', 'internal-error')
    expect(run.outputs['p95-ms']).toBe('2')
    expect(run.report).not.toHaveProperty('status')
  })

  it.each([
    ['time-out', 'timeout'],
    ['TIME OUT', 'timeout'],
    ['timeouts', 'timeout'],
    ['tiemout', 'timeout'],
    ['fail_on', 'fail-on'],
    ['repot-path', 'report-path'],
  ])('refuses the input %s, which is not one but close to %s', async (name, meant) => {
    const run = await act('passes', { env: { [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]: 'secret-value' } })
    expect(run.exitCode).toBe(1)
    expectPublished(run, 'broken', 'invalid-input')
    expect(run.report?.message).toContain(`did you mean "${meant}"?`)
    expect(run.stdout + run.summary).not.toContain('secret-value')
  })

  it('warns about any other input that is not one, and does its work', async () => {
    const run = await act('passes', { env: { INPUT_COLOUR: 'red', 'INPUT_::error::X': '', INPUT_MOD: '' } })
    expect(run.exitCode).toBe(0)
    expect(run.stdout).toContain(
      '::warning title=tiny%3A unknown input::There is no input "colour", ": :error::x", "mod"; it was ignored.',
    )
  })

  it.each([
    ['fail-on', 'sometimes'],
    ['summary', 'maybe'],
  ])('refuses a wrong %s before it does anything', async (name, value) => {
    const run = await act('passes', { inputs: { [name]: value } })
    expect(run.exitCode).toBe(1)
    expectPublished(run, 'broken', 'invalid-input')
    expect(run.report?.message).toContain(`Input "${name}": "${value}"`)
  })

  it.each([
    ['throws what is no error', 'Object'],
    // Nothing is left that could wake it, so Node would end the process without a word.
    ['waits for what never comes', ''],
  ])('still reports when it %s', async (scenario, message) => {
    const run = await act(scenario, { inputs: { 'fail-on': 'never' } })
    expect(run.exitCode).toBe(1)
    expectPublished(run, 'broken', 'internal-error')
    expect(run.report?.message).toContain(message)
  })

  it.each([
    ['throws', 'cannot read properties of undefined'],
    ['throws from a handler', 'thrown in a handler'],
    ['throws from a handler while it reads its inputs', 'thrown in a handler'],
    ['rejects where nobody looks', 'nobody looks'],
    ['throws when it presents', 'present is broken'],
    ['stops, and then cannot say how', 'first defect'],
  ])('still reports when it %s', async (scenario, message) => {
    const run = await act(scenario, { inputs: { 'fail-on': 'never' } })
    expect(run.exitCode).toBe(1)
    expectPublished(run, 'broken', 'internal-error')
    expect(run.report?.message).toContain(message)
    // The stack is for debug logging.
    expect(run.stdout).toMatch(/^::debug::.*fixtures\/action\.ts/m)
  })
})

describe.concurrent('a job that is cancelled', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'gets the outcome that the action has for %s, published, and fails',
    async (name) => {
      const run = await act('waits for its cancellation', {
        inputs: { 'fail-on': 'never' },
        signal: { name, after: 'waiting\n' },
      })
      expect(run).toMatchObject({ exitCode: 1, signal: null })
      expectPublished(run, 'stopped', 'cancelled')
      expect(run.afterSignalMs).toBeLessThan(7_500)
    },
  )

  it('gets what was done by then', async () => {
    const run = await act('is cancelled half-way', { signal: { name: 'SIGINT', after: 'waiting\n' } })
    expect(run).toMatchObject({ exitCode: 1, signal: null })
    expectPublished(run, 'stopped', 'cancelled')
    expect(run.outputs['p95-ms']).toBe('2')
    expect(run.report).toMatchObject({ message: 'Cancelled before the outcome was known.' })
  })

  it('gets it also when it is cancelled while the action still starts', async () => {
    const run = await act('is cancelled while it starts')
    expect(run).toMatchObject({ exitCode: 1, signal: null })
    expectPublished(run, 'stopped', 'cancelled')
  })
})

describe.concurrent('the report', () => {
  it('goes where report-path says, from the workspace on, in a folder that is made', async () => {
    const run = await act('passes', { inputs: { 'report-path': 'out/deep/report.json' } })
    expect(run.exitCode).toBe(0)
    expect(run.reportPath).toMatch(/\/out\/deep\/report\.json$/)
    expectPublished(run, 'passed', 'ok')
  })

  it('goes to a fresh file, and the step fails, when nothing can be written where report-path says', async () => {
    // `output` is the file of the outputs, so nothing can be below it.
    const run = await act('passes', { inputs: { 'report-path': 'output/report.json', 'fail-on': 'never' } })
    expect(run.exitCode).toBe(1)
    expectPublished(run, 'broken', 'invalid-input')
    expect(run.report?.message).toContain('Input "report-path"')
    expect(run.reportPath).toMatch(/tiny-report-\d+-\w+\.json$/)
  })

  it('that cannot be written fails the step, but the outputs and the summary are there', async () => {
    const run = await act('reports what it cannot write')
    expect(run.exitCode).toBe(1)
    expect(run.outputs).toMatchObject({ outcome: 'passed', 'reason-code': 'ok', report: '', 'p95-ms': '12' })
    expect(run.summary).toContain('tiny: passed')
    expect(run.stdout).toContain('::error title=Not published::The report could not be written: ')
  })
})

describe.concurrent('outputs and summary', () => {
  it('that cannot be written: the step fails, the report is there', async () => {
    const run = await act('passes', {
      inputs: { 'report-path': 'report.json' },
      env: { GITHUB_OUTPUT: '/nowhere/output' },
    })
    expect(run.exitCode).toBe(1)
    expect(run.stdout).toContain('::error title=Not published::An output could not be written: ')
    expect(run.summary).toContain('tiny: passed')
  })

  it('no summary is written when it is turned off', async () => {
    const run = await act('passes', { inputs: { summary: 'false' } })
    expect(run).toMatchObject({ exitCode: 0, summary: '' })
  })

  it('only a warning is given when GITHUB_STEP_SUMMARY is missing', async () => {
    const run = await act('passes', { env: { GITHUB_STEP_SUMMARY: undefined } })
    expect(run.exitCode).toBe(0)
    expect(run.outputs.outcome).toBe('passed')
    expect(run.stdout).toContain('::warning title=No summary::The summary could not be written: ')
  })
})
