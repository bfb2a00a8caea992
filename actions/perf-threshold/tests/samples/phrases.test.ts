import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createNameTable } from '../../src/samples/name-table.ts'
import { createPhrases, type Phrases } from '../../src/samples/phrases.ts'
import { wordsOf } from '../../src/samples/words.ts'

/** Few and alike, so that they are mistaken for one another if they can be. */
const stretch = fc
  .tuple(fc.constantFrom('tags', 'tag', 'a much longer text with the same end', ''), fc.stringMatching(/^[ab]{0,6}$/))
  .map(([before, after]) => `${before}${after}`)

/** Says what a text was taken for, and remembers it. */
function check(phrases: Phrases, meanings: string[], text: string): void {
  const view = Buffer.from(`..${text}..`)
  const end = view.length - 2
  const again = phrases.findAgain(wordsOf(view), 2)
  if (again !== -1) {
    // It ends where it did, whatever follows.
    expect(view.toString().slice(2)).toContain(meanings[again])
    expect(view.toString('latin1', 2, 2 + phrases.lengthOf(again))).toBe(meanings[again])
  }
  const known = phrases.find(wordsOf(view), 2, end)
  if (known !== -1) {
    expect(meanings[known]).toBe(text)
    return
  }
  const added = phrases.add(view, 2, end)
  if (added === -1) return
  meanings[added] = text
  expect(phrases.find(wordsOf(view), 2, end)).toBe(added)
}

describe('phrases', () => {
  test('mean what the same bytes meant before, and never what others did', () => {
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 80 }), (texts) => {
        const phrases = createPhrases()
        const meanings: string[] = []
        for (const text of texts) check(phrases, meanings, text)
      }),
      { numRuns: 300 },
    )
  })

  test('what was said last is found again without its end, if all of it is there', () => {
    const phrases = createPhrases()
    const view = Buffer.from('a phrase\na phrase\na phrase\r')
    expect(phrases.findAgain(wordsOf(view), 0)).toBe(-1)
    expect(phrases.find(wordsOf(view), 0, 9)).toBe(-1)
    const known = phrases.add(view, 0, 9)
    expect(phrases.lengthOf(known)).toBe(9)
    expect([0, 9, 18, 22].map((at) => phrases.findAgain(wordsOf(view), at))).toEqual([known, known, -1, -1])
  })

  test('are all remembered when they differ in one character, wherever it is', () => {
    const phrases = createPhrases()
    const texts = Array.from({ length: 60 }, (_, at) => `${'-'.repeat(at)}x${'-'.repeat(59 - at)}`)
    for (const text of texts) {
      const view = Buffer.from(text)
      if (phrases.find(wordsOf(view), 0, view.length) === -1) phrases.add(view, 0, view.length)
    }
    const found = texts.filter((text) => phrases.find(wordsOf(Buffer.from(text)), 0, text.length) !== -1)
    expect(found.length).toBeGreaterThan(50)
  })

  test('are given up where nothing is said twice', () => {
    const phrases = createPhrases()
    let added = 0
    for (let at = 0; at < 10_000; at += 1) {
      const view = Buffer.from(`http://shop.example/${at}`)
      if (phrases.find(wordsOf(view), 0, view.length) === -1 && phrases.add(view, 0, view.length) !== -1) added += 1
    }
    expect(added).toBeLessThan(5_000)
  })
})

describe('a table of names', () => {
  test('numbers names as a Map does, method and name apart or together', () => {
    const names = fc.array(fc.tuple(fc.constantFrom('', 'GET', 'PUT'), stretch), { maxLength: 200 })
    fc.assert(
      fc.property(names, (given) => {
        const table = createNameTable({ names: 100, bytes: 10_000 })
        const reference = new Map<string, number>()
        for (const [method, name] of given) {
          const view = Buffer.from(`${method}${name}`)
          const span = { prefixStart: 0, prefixEnd: method.length, start: method.length, end: view.length }
          const whole = method === '' ? name : `${method} ${name}`
          expect(table.find(view, span)).toBe(reference.get(whole) ?? -1)
          if (!reference.has(whole)) reference.set(whole, table.add(view, span))
        }
        expect(table.size).toBe(reference.size)
      }),
      { numRuns: 300 },
    )
  })
})
