import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ActionError } from '@deploy-safety/common/errors'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterAll, describe, expect, it, test } from 'vitest'
import { knownGoodIn, withRecord } from '../../src/record/record-evidence.ts'
import { appendRecord, type RecordEntry, readRecord } from '../../src/record/record-file.ts'
import { candidate, snapshot } from '../support/made.ts'

const folder = temporaryFolder('record')
afterAll(() => folder.remove())

const subject = 'deployment/shop/app@uid'
function entry(more: Partial<RecordEntry> = {}): RecordEntry {
  const empty = { commit: '', from: '', to: '', outcome: '', reason: '', run: '', by: '' }
  return {
    at: '2026-12-01T02:00:00.000Z',
    event: 'known-good',
    provider: 'kubernetes',
    subject,
    version: 'template:a',
    ...empty,
    ...more,
  }
}

describe('the record file', () => {
  it('is empty where there is none, and kept in a folder that is made', () => {
    const path = join(folder.path, 'deep/er/record.json')
    expect(readRecord(path)).toEqual([])
    appendRecord(path, [entry()])
    appendRecord(path, [entry({ version: 'template:b' })])
    expect(readRecord(path).map(({ version }) => version)).toEqual(['template:a', 'template:b'])
    expect(readdirSync(join(folder.path, 'deep/er'))).toEqual(['record.json'])
  })

  it('keeps a hundred entries, and the newest', () => {
    const path = join(folder.path, 'many.json')
    appendRecord(
      path,
      Array.from({ length: 150 }, (_, index) => entry({ version: `template:${index}` })),
    )
    const versions = readRecord(path).map(({ version }) => version)
    expect([versions.length, versions[0], versions.at(-1)]).toEqual([100, 'template:50', 'template:149'])
  })

  it('keeps members that a later version of the action has added', () => {
    const path = join(folder.path, 'later.json')
    writeFileSync(path, JSON.stringify({ schemaVersion: 1, entries: [{ ...entry(), more: 1 }] }))
    appendRecord(path, [entry()])
    expect(JSON.parse(readFileSync(path, 'utf8')).entries[0]).toHaveProperty('more', 1)
  })

  test.each([
    ['a page', '<html>'],
    ['another version', '{"schemaVersion":2,"entries":[]}'],
    ['a list', '[]'],
    ['an entry without a time', JSON.stringify({ schemaVersion: 1, entries: [{ ...entry(), at: 'yesterday' }] })],
    ['an entry of another event', JSON.stringify({ schemaVersion: 1, entries: [{ ...entry(), event: 'deploy' }] })],
    ['half a file', JSON.stringify({ schemaVersion: 1, entries: [entry()] }).slice(0, 80)],
    ['bytes', Buffer.from([0xff, 0xfe, 0x00])],
  ])('is left alone where it is %s', (_, content) => {
    const path = join(folder.path, 'damaged.json')
    writeFileSync(path, content)
    expect(() => readRecord(path)).toThrow(ActionError)
    expect(() => appendRecord(path, [entry()])).toThrow(ActionError)
    expect(readFileSync(path)).toEqual(Buffer.from(content))
  })

  test.each(['', ' \n'])('is empty with %j in it', (content) => {
    const path = join(folder.path, 'blank.json')
    writeFileSync(path, content)
    expect(readRecord(path)).toEqual([])
  })

  it('is refused where it is a folder', () => {
    const path = join(folder.path, 'folder')
    mkdirSync(path)
    expect(() => readRecord(path)).toThrow(/cannot be read/)
  })
})

describe('what the record knows', () => {
  it('is good: of this subject alone, newest first', () => {
    const entries = [
      entry({ version: 'template:a' }),
      entry({ version: 'template:b', at: '2026-12-01T03:00:00.000Z' }),
      entry({ version: 'template:c', subject: 'deployment/shop/app@other' }),
      entry({ version: 'template:d', event: 'rollback' }),
    ]
    expect(knownGoodIn(entries, subject).map(({ version }) => version)).toEqual(['template:b', 'template:a'])
  })

  const of = (...entries: Partial<RecordEntry>[]) =>
    withRecord(snapshot([candidate('b'), candidate('a')]), entries.map(entry))
  const rollback = { event: 'rollback', from: 'template:b', to: 'template:a' } as const

  test.each([
    ['rolled-back', ['template:b']],
    ['rolled-back-unhealthy', ['template:b']],
    ['not-converged', ['template:b']],
    ['failed', []],
    ['superseded', []],
    ['cancelled', []],
  ])('was rolled back from, when it ended %s: %j', (outcome, versions) => {
    expect(of({ ...rollback, outcome }).undone.versions).toEqual(versions)
  })

  it('has commits', () => {
    const { candidates } = of({ version: 'template:a', commit: '3f9c1e7' })
    expect(candidates.map(({ commit }) => commit)).toEqual([undefined, '3f9c1e7'])
  })
})
