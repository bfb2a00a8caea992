import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, renameSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ActionError } from '../src/errors.ts'
import { prepareReport, reportPath, writeReport } from '../src/report.ts'
import { obeyedIn } from './support/obeyed.ts'

const source = join(import.meta.dirname, '../src/report.ts')

let folder: string
let remove: () => void

beforeEach(() => {
  ;({ path: folder, remove } = temporaryFolder('report'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  remove()
})

describe('reportPath', () => {
  it('is a fresh file under RUNNER_TEMP when none is given', () => {
    vi.stubEnv('RUNNER_TEMP', folder)
    const [one, other] = [reportPath('healthcheck', ''), reportPath('healthcheck', '')]
    expect(one.startsWith(join(folder, 'healthcheck-report-'))).toBe(true)
    expect(one).toMatch(/\.json$/)
    expect(one).not.toBe(other)
  })

  it.each(['', undefined])('is a fresh file under the folder of the system when RUNNER_TEMP is %j', (value) => {
    vi.stubEnv('RUNNER_TEMP', value)
    expect(isAbsolute(reportPath('x', ''))).toBe(true)
  })

  it('is absolute, from the working directory on, when one is given', () => {
    expect(reportPath('x', 'out/r.json')).toBe(join(process.cwd(), 'out/r.json'))
    expect(reportPath('x', '/tmp/r.json')).toBe('/tmp/r.json')
  })
})

describe('prepareReport', () => {
  function refusal(path: string): ActionError {
    const error = thrownBy(() => prepareReport(path), ActionError)
    expect(error.code).toBe('invalid-input')
    expect(error.message).toMatch(/^Input "report-path": /)
    expect(error.message).toContain(JSON.stringify(path))
    expect(error.hint).not.toBe('')
    return error
  }

  it.runIf(process.platform === 'linux')('refuses a folder that no one can make, and does not try forever', () => {
    expect(refusal('/proc/nowhere/deep/report.json').message).toContain('cannot be written: its folder cannot be made')
  })

  it('makes the folder and leaves nothing in it', async () => {
    prepareReport(join(folder, 'a/b/report.json'))
    expect(await readdir(join(folder, 'a/b'))).toEqual([])
  })

  it('leaves a report of before as it is', async () => {
    const path = join(folder, 'report.json')
    await writeFile(path, 'before')
    prepareReport(path)
    expect(await readFile(path, 'utf8')).toBe('before')
    expect(await readdir(folder)).toEqual(['report.json'])
  })

  it('refuses a folder', async () => {
    expect(refusal(folder).message).toContain('is a folder')
  })

  it('refuses a path below a file', async () => {
    await writeFile(join(folder, 'file'), '')
    const { cause, message } = refusal(join(folder, 'file', 'report.json'))
    expect(message).toMatch(/cannot be written: a file stands where its folder should be\.$/)
    expect(cause).toMatchObject({ code: expect.stringMatching(/ENOTDIR|EEXIST/) })
  })

  it('refuses a path that no file system can hold', async () => {
    expect(refusal(join(folder, 'x'.repeat(300))).message).toMatch(/cannot be written: the path is too long\.$/)
    expect(refusal(join(folder, 'a\0b')).message).toMatch(
      /cannot be written: it has a character that no path can have\.$/,
    )
  })

  // The report is renamed over its path: as root that would put a file in the place of the device.
  it.skipIf(process.platform === 'win32')('refuses what exists and is no regular file', async () => {
    refusal('/dev/null')
  })
})

describe('writeReport', () => {
  it('says the same with lists of numbers in one line each', () => {
    const path = join(folder, 'numbers.json')
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const report = { value, counts: [1, -2.5, 1e-7, 1e21], text: '[\n 1,\n 2\n]', mixed: [1, null] }
        writeReport(path, report)
        const text = readFileSync(path, 'utf8')
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)))
        expect(text).toContain('\n  "counts": [1, -2.5, 1e-7, 1e+21],\n')
        expect(text).toContain('\n  "mixed": [\n    1,\n    null\n  ]\n')
      }),
    )
  })

  it('can be printed to the log: foreign text in it gives no orders to the runner', async () => {
    const report = {
      text: '#\u00ad#[error]x \u{e0001} ##[error]x ###[set-output name=a;]b\n::error::y\r##[warning]z',
      '##[group]': ['::notice::'],
    }
    const path = join(folder, 'printed.json')
    writeReport(path, report)
    const text = readFileSync(path, 'utf8')
    expect(obeyedIn(text)).toEqual([])
    expect(text).not.toMatch(/\p{Cf}/u)
    expect(JSON.parse(text)).toEqual(report)
  })

  it('writes JSON that people can read, with a line end, in a folder that it makes', async () => {
    const path = join(folder, 'new/report.json')
    writeReport(path, { a: [1], b: ['c'] })
    expect(await readFile(path, 'utf8')).toBe('{\n  "a": [1],\n  "b": [\n    "c"\n  ]\n}\n')
  })

  it('never shows a reader half a report, nor leaves anything beside it', async () => {
    const path = join(folder, 'report.json')
    writeReport(path, { n: 'first' })
    const script = `import { writeReport } from ${JSON.stringify(source)}
      for (let n = 0; n < 20; n += 1) writeReport(${JSON.stringify(path)}, { n: 'second', filling: 'x'.repeat(1_000_000) })`
    const writer = spawn(process.execPath, ['--conditions=source', '--input-type=module', '--eval', script])
    const ended = once(writer, 'exit')
    const seen = new Set<string>()
    while (writer.exitCode === null) seen.add(JSON.parse(await readFile(path, 'utf8')).n)
    expect(await ended).toEqual([0, null])
    expect([...seen]).toEqual(['first', 'second'])
    expect(await readdir(folder)).toEqual(['report.json'])
  })

  it('fails when it cannot write, and leaves nothing beside it', async () => {
    const path = join(folder, 'taken')
    await mkdir(join(path, 'by-a-folder'), { recursive: true })
    expect(() => writeReport(path, {})).toThrow()
    expect(await readdir(folder)).toEqual(['taken'])
    expect((await stat(path)).isDirectory()).toBe(true)
  })

  describe('onto a file that another process holds', () => {
    const failing = (code: string, times: number) => {
      let calls = 0
      const rename = (from: string, to: string) => {
        calls += 1
        if (calls <= times) throw Object.assign(new Error(`${code}: held`), { code })
        renameSync(from, to)
      }
      return { rename, calls: () => calls }
    }

    it.each(['EPERM', 'EACCES', 'EBUSY'])('waits for it: %s', async (code) => {
      const path = join(folder, 'held.json')
      const { rename, calls } = failing(code, 2)
      writeReport(path, { a: 1 }, rename)
      expect(calls()).toBe(3)
      expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ a: 1 })
      expect(await readdir(folder)).toEqual(['held.json'])
    })

    it('gives up after a second, and leaves nothing beside it', async () => {
      const { rename, calls } = failing('EPERM', Number.POSITIVE_INFINITY)
      const start = performance.now()
      expect(() => writeReport(join(folder, 'held.json'), {}, rename)).toThrow('EPERM: held')
      const ms = performance.now() - start
      expect(calls()).toBe(6)
      expect(ms).toBeGreaterThan(500)
      expect(ms).toBeLessThan(3_000)
      expect(await readdir(folder)).toEqual([])
    })

    it('does not wait for what does not pass', () => {
      const { rename, calls } = failing('EISDIR', 1)
      expect(() => writeReport(join(folder, 'held.json'), {}, rename)).toThrow('EISDIR: held')
      expect(calls()).toBe(1)
    })
  })
})
