import { thrownBy } from '@deploy-safety/simulators/thrown'
import { describe, expect, it } from 'vitest'
import { Malformed } from '../src/inputs.ts'
import { parseRegex } from '../src/regex.ts'

describe('parseRegex', () => {
  it.each([
    ['a', undefined, /a/],
    ['^a\\/b$', 'imsu', /^a\/b$/imsu],
    ['[\\p{L}--[a-z]]', 'v', /[\p{L}--[a-z]]/v],
  ])('reads %j with %j', (expression, flags, regex) => {
    expect(parseRegex(expression, flags)).toEqual(regex)
  })

  it.each([
    ['a', 'g', 'has a flag that is not supported'],
    ['a', 'y', 'has a flag that is not supported'],
    ['a', 'd', 'has a flag that is not supported'],
    ['a', 'ii', 'is not a regular expression (its flags do not go together)'],
    ['(', '', 'is not a regular expression (unterminated group)'],
    ['a: (', '', 'is not a regular expression (unterminated group)'],
    ['\\p{Nope}', 'u', 'is not a regular expression'],
  ])('refuses %j with %j: %s', (expression, flags, problem) => {
    const error = thrownBy(() => parseRegex(expression, flags), Malformed)
    expect(error.message).toContain(JSON.stringify(`/${expression}/${flags}`))
    expect(error.message).toContain(problem)
    expect(error.accepted).not.toBe('')
  })
})
