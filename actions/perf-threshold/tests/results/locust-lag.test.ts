import { describe, expect, it } from 'vitest'
import { lagNotes } from '../../src/results/locust-lag.ts'
import { recogniseFile } from '../../src/results/recognition.ts'
import { locustHistoryText, locustJsonText, locustStatsText } from '../formats/samples.ts'
import { filesOf, missing, whole } from './reading.ts'

/** What is said of a file beside others. */
function notesOn(name: string, files: Readonly<Record<string, string>>): string {
  const path = `${filesOf(files)}/${name}`
  const file = recogniseFile(path)
  return file.kind === 'whole' ? lagNotes(path, file.read()).join() : file.kind
}

const [stats, history] = ['run_stats.csv', 'run_stats_history.csv']
const fewer = locustHistoryText.replace('\r\n1795253770', '\r\n').replace(/\r\n,8,.*/, '')

describe('the files of Locust that lag behind each other', () => {
  it.each([
    [
      'statistics beside a longer history',
      stats,
      { [stats]: locustStatsText, [history]: locustHistoryText },
      '200 of the 498',
    ],
    ['a history beside longer statistics', history, { [stats]: locustStatsText, [history]: fewer }, '92 of the 200'],
    ['a history beside longer JSON', history, { 'run.json': locustJsonText, [history]: fewer }, '92 of the 200'],
  ])('%s', (_, name, files, expected) => {
    expect(notesOn(name, files)).toContain(`${name} has ${expected} requests`)
  })

  it.each([
    ['a history that has more', history, { [stats]: locustStatsText, [history]: locustHistoryText }],
    ['a history of another name', 'history.csv', { [stats]: locustStatsText, 'history.csv': fewer }],
    ['one beside a file that cannot be read', history, { [stats]: 'Type,Name', [history]: fewer }],
  ])('say nothing of %s', (_, name, files) => {
    expect(notesOn(name, files)).toBe('')
  })
})

describe('a history of Locust alone', () => {
  it('says that its end may be missing, and why it cannot be cut', async () => {
    const file = `${filesOf({ [history]: locustHistoryText })}/${history}`
    const { test, notes } = await whole(file)
    expect(notes.join()).toContain('may end without the last 10 s')
    expect(test.stretches(10_000, undefined)).toMatchObject({
      missing: 'no-timestamps',
      detail: expect.stringContaining('give the requests one by one (locust-requests)'),
    })
    expect(await missing(file, { warmUpMs: 1_000 })).toBe('no-timestamps')
  })
})
