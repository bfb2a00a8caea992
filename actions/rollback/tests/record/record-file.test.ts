import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ActionError } from '@deploy-safety/common/errors'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { appendRecord, readRecord } from '../../src/record/record-file.ts'
import { entry } from '../support/record.ts'

const isWindows = process.platform === 'win32'

let folder = temporaryFolder('record')
let path = ''

beforeEach(() => {
  folder = temporaryFolder('record')
  path = join(folder.path, 'record.json')
})

afterEach(() => {
  folder.remove()
})

const valid = { schemaVersion: 1, entries: [entry()] }
const refusal = () => thrownBy(() => readRecord(path), ActionError)

describe('reading', () => {
  it('a missing file is empty', () => {
    expect(readRecord(path)).toEqual([])
    expect(readRecord(join(folder.path, 'no', 'folder', 'record.json'))).toEqual([])
  })

  test.each(['', ' \n', '\ufeff'])('so is one with %j', (content) => {
    writeFileSync(path, content)
    expect(readRecord(path)).toEqual([])
  })

  it('4 MiB are not too much', () => {
    writeFileSync(path, ' '.repeat(4 * 1_024 * 1_024))
    expect(readRecord(path)).toEqual([])
  })

  it('what it does not know is kept', () => {
    const more = { ...entry(), note: 'by hand' }
    writeFileSync(path, `\ufeff${JSON.stringify({ ...valid, owner: 'x', entries: [more] })}`)
    expect(readRecord(path)).toEqual([more])
  })

  it('what may be left out is empty', () => {
    const { at, event, provider, subject, version } = entry()
    writeFileSync(path, JSON.stringify({ ...valid, entries: [{ at, event, provider, subject, version }] }))
    expect(readRecord(path)).toEqual([entry({ outcome: '' })])
  })

  test.each<[string, string | Buffer]>([
    ['no JSON', '{'],
    ['cut', JSON.stringify(valid).slice(0, -2)],
    ['null', 'null'],
    ['a list', '[]'],
    ['no version', JSON.stringify({ entries: [] })],
    ['a later version', JSON.stringify({ ...valid, schemaVersion: 2 })],
    ['no entries', JSON.stringify({ schemaVersion: 1 })],
    ['an unknown event', JSON.stringify({ ...valid, entries: [{ ...entry(), event: 'deploy' }] })],
    ['no time', JSON.stringify({ ...valid, entries: [entry({ at: 'yesterday' })] })],
    ['a number as version', JSON.stringify({ ...valid, entries: [{ ...entry(), version: 3 }] })],
    ['no subject', JSON.stringify({ ...valid, entries: [{ ...entry(), subject: undefined }] })],
    ['bytes that are no text', Buffer.from(JSON.stringify({ ...valid, note: 'é' }), 'latin1')],
    ['more than 4 MiB', ' '.repeat(4 * 1_024 * 1_024 + 1)],
  ])('%s is refused, and left as it is', (_, content) => {
    writeFileSync(path, content)
    expect(refusal().code).toBe('invalid-input')
    expect(() => appendRecord(path, [entry()])).toThrow(path)
    expect(readFileSync(path).equals(Buffer.from(content))).toBe(true)
    expect(readdirSync(folder.path)).toHaveLength(1)
  })

  it('so is a folder', () => {
    mkdirSync(path)
    expect(refusal().message).toContain('cannot be read')
  })
})

describe('writing', () => {
  const versions = () => readRecord(path).map(({ version }) => version)
  const module = new URL('../../src/record/record-file.ts', import.meta.url).href
  const numbered = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => entry({ version: `v${from + index}` }))

  it('makes the file and its folders', () => {
    path = join(folder.path, 'a', 'b', 'record.json')
    appendRecord(path, [entry()])
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(valid)
    expect(readFileSync(path, 'utf8')).toMatch(/\}\n$/)
  })

  it('appends, and keeps the newest hundred', () => {
    appendRecord(path, numbered(0, 99))
    appendRecord(path, numbered(99, 1))
    expect(versions()).toHaveLength(100)
    appendRecord(path, numbered(100, 1))
    expect(versions()).toHaveLength(100)
    expect([versions().at(0), versions().at(-1)]).toEqual(['v1', 'v100'])
  })

  it.skipIf(isWindows)('leaves nothing else behind, and never writes into the file itself', () => {
    appendRecord(path, [entry()])
    const before = statSync(path).ino
    appendRecord(path, [entry()])
    expect(statSync(path).ino).not.toBe(before)
    expect(readdirSync(folder.path)).toEqual(['record.json'])
  })

  it.skipIf(isWindows)('does not touch what a link leads to in another place', () => {
    const elsewhere = join(folder.path, 'elsewhere.json')
    writeFileSync(elsewhere, JSON.stringify(valid))
    symlinkSync(elsewhere, path)
    appendRecord(path, [entry({ version: 'new' })])
    expect(JSON.parse(readFileSync(elsewhere, 'utf8'))).toEqual(valid)
    expect(versions()).toEqual(['template:a', 'new'])
  })

  it('fails where nobody may write, and leaves nothing behind', () => {
    mkdirSync(path)
    expect(() => appendRecord(join(path, 'x', '\0'), [entry()])).toThrow()
    const locked = join(folder.path, 'locked')
    mkdirSync(locked)
    chmodSync(locked, 0o500)
    const isRoot = process.getuid?.() === 0
    if (!isRoot) expect(() => appendRecord(join(locked, 'record.json'), [entry()])).toThrow()
    expect(readdirSync(folder.path).toSorted()).toEqual(['locked', 'record.json'])
  })

  it('whoever reads while others write sees a whole file', async () => {
    appendRecord(path, numbered(0, 99))
    const writer = `import(${JSON.stringify(module)}).then(({ appendRecord }) => {
      for (let round = 0; round < 20; round += 1) appendRecord(${JSON.stringify(path)}, [${JSON.stringify(entry())}])
    })`
    const writers = Array.from({ length: 3 }, () =>
      promisify(execFile)(process.execPath, ['--conditions=source', '-e', writer]),
    )
    let isOver = false
    const all = Promise.all(writers).finally(() => {
      isOver = true
    })
    while (!isOver) {
      expect(versions().length).toBeGreaterThanOrEqual(99)
      await setImmediate()
    }
    await all
    expect(versions()).toHaveLength(100)
    expect(readdirSync(folder.path)).toEqual(['record.json'])
  })
})

it('is as its published schema says', () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../report.schema.json'), 'utf8'))
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).addSchema(schema, 'report')
  const isValid = ajv.compile({ $ref: 'report#/$defs/record' })
  appendRecord(path, [entry(), entry({ event: 'rollback', from: 'template:b', to: 'template:a' })])
  const written = JSON.parse(readFileSync(path, 'utf8'))
  expect(isValid(written), JSON.stringify(isValid.errors)).toBe(true)
  expect(isValid({ ...written, schemaVersion: 2 })).toBe(false)
  expect(isValid({ ...written, entries: [{ ...written.entries[0], event: 'deploy' }] })).toBe(false)
})
