import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..', '..')
const writesReport =
  'for arg; do if [[ $arg == --outputFile.json=* ]]; then echo "$REPORT" >"$(cut -d= -f2- <<<"$arg")"; fi; done'

let clone: string
beforeEach(() => {
  clone = mkdtempSync(path.join(tmpdir(), 'clone-'))
  cpSync(path.join(root, '.ci', 'run'), path.join(clone, '.ci', 'run'))
  mkdirSync(path.join(clone, 'bin'))
})
afterEach(() => rmSync(clone, { recursive: true }))

/**
 * Runs .ci/run with a stand-in for npm: what it is called with goes to the output, `npm` says what it does. No test may
 * install anything, so there is one for Prometheus too.
 */
function runWith(npm: string, report: object) {
  const folder = path.join(clone, 'bin')
  putCommand('npm', `echo "npm got: $*"\n${npm}`)
  putCommand('prometheus', 'exit 1')
  const searchPath = [folder, path.dirname(process.execPath), process.env.PATH].join(path.delimiter)
  const env = { ...process.env, PATH: searchPath, REPORT: JSON.stringify(report) }
  const { status, stdout, stderr } = spawnSync('bash', ['.ci/run'], { cwd: clone, env, encoding: 'utf8' })
  return { status, stdout, stderr, lastLine: stdout.split('\n').at(-2) }
}

function putCommand(name: string, script: string): void {
  const file = path.join(clone, 'bin', name)
  writeFileSync(file, `#!/usr/bin/env bash\n${script}\n`)
  chmodSync(file, 0o755)
}

function report(passed: number, failed = 0, testResults: object[] = []) {
  return { numPassedTests: passed, numFailedTests: failed, testResults }
}

describe.skipIf(process.platform === 'win32')('.ci/run', () => {
  test('calls the test command of the README and adds up both runs', () => {
    const { status, stdout, lastLine } = runWith(writesReport, report(3))
    expect(lastLine).toBe('6 passed, 0 failed')
    expect(status).toBe(0)
    const stages = ['ci', 'run check', 'run build', 'test', 'run tools', 'run test:tools']
    expect(stdout.match(/(?<=^npm got: ).*?(?= --|$)/gm)).toEqual(stages)
  })

  test('fails when a stage fails, names it, and still runs the tests', () => {
    const { status, stderr, lastLine } = runWith(`${writesReport}; [[ $* != "run check" ]]`, report(3))
    expect(lastLine).toBe('6 passed, 0 failed')
    expect(stderr).toContain('Failed: npm run check')
    expect(status).toBe(1)
  })

  test('stops when the install fails', () => {
    const { status, stdout, stderr, lastLine } = runWith('exit 7', report(3))
    expect(lastLine).toBe('0 passed, 0 failed')
    expect(stderr).toContain('Failed: npm ci')
    expect(stdout).not.toContain('npm got: test')
    expect(status).toBe(1)
  })

  test('fails when a test fails, even if the run says that all is well', () => {
    const { status, lastLine } = runWith(writesReport, report(3, 1))
    expect(lastLine).toBe('6 passed, 2 failed')
    expect(status).toBe(1)
  })

  test('counts a test file that could not be loaded as a failure', () => {
    const broken = { status: 'failed', assertionResults: [] }
    const counted = { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] }
    const { status, lastLine } = runWith(writesReport, report(3, 1, [broken, counted]))
    expect(lastLine).toBe('6 passed, 4 failed')
    expect(status).toBe(1)
  })

  test('fails when no test was run, or nothing says how it went', () => {
    expect(runWith(writesReport, report(0))).toMatchObject({ status: 1, lastLine: '0 passed, 0 failed' })
    expect(runWith('exit 0', report(3))).toMatchObject({ status: 1, lastLine: '0 passed, 0 failed' })
  })
})
