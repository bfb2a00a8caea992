import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { startService } from '@deploy-safety/simulators/service'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterAll, describe, expect, it } from 'vitest'
import { helpOf, parseArguments } from '../../scripts/action-arguments.ts'
import { hasColours, logReader, painter, summaryText } from '../../scripts/terminal.ts'
import { readMetadata, root } from '../../scripts/workspace.ts'

const folder = temporaryFolder('action-script')
afterAll(folder.remove)

describe('the arguments', () => {
  const names = ['healthcheck', 'perf-threshold']
  it.each<[string[], object]>([
    [[], { kind: 'help', name: undefined }],
    [['--help'], { kind: 'help', name: undefined }],
    [['healthcheck', '--help'], { kind: 'help', name: 'healthcheck' }],
    [['healthcheck', '--url', 'x', '-h'], { kind: 'help', name: 'healthcheck' }],
    [['healthcheck'], { kind: 'run', name: 'healthcheck', inputs: {} }],
    [['healthcheck', '--url', 'a b', '--soak=1m'], { kind: 'run', inputs: { url: 'a b', soak: '1m' } }],
    [['healthcheck', '--targets', '- url: x\n  name: y'], { kind: 'run', inputs: { targets: '- url: x\n  name: y' } }],
    [['healthcheck', '--body=--x=y'], { kind: 'run', inputs: { body: '--x=y' } }],
    [['healthcheck', '--expect-version', ''], { kind: 'run', inputs: { 'expect-version': '' } }],
    [['healthchek'], { kind: 'wrong', problem: 'There is no action "healthchek"; did you mean healthcheck?' }],
    [['deploy'], { kind: 'wrong', problem: 'There is no action "deploy"; there are: healthcheck, perf-threshold' }],
    [['healthcheck', 'http://x'], { kind: 'wrong', problem: expect.stringContaining('"http://x" is not an input') }],
    [['healthcheck', '--insecure'], { kind: 'wrong', problem: expect.stringContaining('--insecure has no value') }],
    [
      ['healthcheck', '--insecure', '--url', 'x'],
      { kind: 'wrong', problem: expect.stringContaining('--insecure has') },
    ],
  ])('%j', (args, expected) => {
    expect(parseArguments(args, names)).toMatchObject(expected)
  })

  it('are explained by action.yml, in lines that fit', () => {
    const help = helpOf('healthcheck', readMetadata('healthcheck'))
    for (const name of Object.keys(readMetadata('healthcheck').inputs)) expect(help).toContain(`\n  --${name} `)
    expect(Math.max(...help.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100)
    expect(help).toMatch(/--timeout .*Default: 10s/s)
  })
})

describe('what is shown to a person', () => {
  it('has annotations as text, and nothing that is for the runner alone', () => {
    const read = logReader(painter(false))
    const lines = [
      'plain',
      '::error title=a%3A b::one%0Atwo 100%25',
      '::warning::careful',
      '::add-mask::secret',
      '::debug::x',
    ]
    expect(lines.map(read)).toEqual(['plain', 'error: a: b: one\n  two 100%', 'warning: careful', undefined, undefined])
    expect(logReader(painter(true))('::error::x')).toBe('\u001b[31merror: x\u001b[0m')
  })

  it('has no entities and no markup in the summary', () => {
    const chart = '```mermaid\nxychart-beta\n  title "p95 over time"\n  line [1]\n```'
    const markdown = `### ❌ a: b\n\n**web** p95 &#60; 5\n\n${chart}\n\n<details>\n<summary>More</summary>\n\n| x |\n\n</details>`
    expect(summaryText(markdown)).toBe('❌ a: b\n\nweb p95 < 5\n\n[chart: p95 over time]\n\n▸ More\n\n| x |')
  })

  it.each([
    [true, {}, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
    [false, { FORCE_COLOR: '1' }, true],
  ])('on a terminal (%s) with %j has colours: %s', (isTTY, env, expected) => {
    expect(hasColours({ isTTY }, env)).toBe(expected)
  })
})

/** The script as `npm run action` starts it: npm says in INIT_CWD where the user stands. */
async function action(...args: string[]) {
  const script = join(root, 'scripts/action.ts')
  const child = spawn(process.execPath, ['--conditions=source', script, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, INIT_CWD: folder.path, TMPDIR: process.env.TMPDIR },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [output, errors, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { output, errors, exitCode }
}

describe.concurrent('npm run action', () => {
  it('runs an action where the user stands, and keeps its report there', async () => {
    await using service = await startService({ version: '2.0.0' })
    const targets = `- url: ${service.url}/health\n  expect-version: 2.0.0`
    const { output, exitCode } = await action('healthcheck', '--targets', targets, '--report-path', 'deep/report.json')
    expect(exitCode).toBe(0)
    expect(output).toMatch(/Summary\n✅ healthcheck: healthy/)
    const report = join(folder.path, 'deep/report.json')
    expect(output).toContain(`report: ${report}`)
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ outcome: 'healthy' })
  })

  it('fails as the action does, in words for a person', async () => {
    writeFileSync(join(folder.path, 'hey.csv'), 'nothing of it\n')
    const { output, exitCode } = await action('perf-threshold', '--results', 'hey.csv', '--thresholds', 'p95 < 5ms')
    expect(exitCode).toBe(1)
    expect(output).toContain('reason-code: unknown-format')
    expect(output).not.toMatch(/%0A|&#|::error/)
    expect(existsSync(join(folder.path, 'perf-threshold-report.json'))).toBe(true)
  })

  it('says what is wrong with the call itself', async () => {
    const { errors, exitCode } = await action('helthcheck')
    expect(exitCode).toBe(2)
    expect(errors).toContain('did you mean healthcheck?')
  })
})
