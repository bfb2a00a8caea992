import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nearestName } from '../src/near-name.ts'

const known = ['url', 'expect-version', 'thresholds', 'soak', 'timeout', 'fail-on', 'mode']

it.each([
  ['expect_version', 'expect-version'],
  ['Expect Version', 'expect-version'],
  ['expectversion', 'expect-version'],
  ['expected-version', 'expect-version'],
  ['threshold', 'thresholds'],
  ['tresholds', 'thresholds'],
  ['timeouts', 'timeout'],
  ['tiemout', 'timeout'],
  ['urls', 'url'],
  ['URL', 'url'],
  ['soka', 'soak'],
  ['modes', 'mode'],
  // Of less than four letters, two slips would be most of it.
  ['uri', undefined],
  ['mod', undefined],
  ['expectation', undefined],
  ['colour', undefined],
  ['', undefined],
])('%j means %j', (given, meant) => {
  expect(nearestName(given, known)).toBe(meant)
})

it('is the nearest of several', () => {
  expect(nearestName('tests', ['texts', 'test', 'tests-all'])).toBe('texts')
  expect(nearestName('test-', ['tests', 'test'])).toBe('test')
})

it('knows a name that differs in case and separators alone, however long', () => {
  fc.assert(
    fc.property(fc.constantFrom(...known), fc.func(fc.constantFrom('', '-', '_', ' ')), (name, separator) => {
      const spelled = [...name.toUpperCase()].map((letter, index) => `${letter}${separator(index)}`).join('')
      expect(nearestName(spelled, known)).toBe(name)
    }),
  )
})
