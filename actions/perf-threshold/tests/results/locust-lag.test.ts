import { describe, expect, it } from 'vitest'
import { lagNotes } from '../../src/results/locust-lag.ts'
import { recogniseFile } from '../../src/results/recognition.ts'
import { locustHistoryText, locustJsonText, locustStatsText } from '../support/formats/samples.ts'
import { filesOf, missing, whole } from '../support/results/reading.ts'

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
      / has 200 requests, \S+ has 498: the end of the run is missing/,
    ],
    [
      'a history beside longer statistics',
      history,
      { [stats]: locustStatsText, [history]: fewer },
      / has 92 requests, \S+ has 200: the end of the run is missing/,
    ],
    [
      'a history beside longer JSON',
      history,
      { 'run.json': locustJsonText, [history]: fewer },
      / has 92 requests, \S+ has 200: the end of the run is missing/,
    ],
  ])('%s', (_, name, files, expected) => {
    expect(notesOn(name, files)).toMatch(expected)
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
    expect(notes.join()).toContain('may not write the last 10 s')
    expect(test.stretches(10_000, undefined)).toMatchObject({
      missing: 'no-timestamps',
      detail: expect.stringContaining('use the request log (locust-requests)'),
    })
    expect(await missing(file, { warmUpMs: 1_000 })).toBe('no-timestamps')
  })
})
