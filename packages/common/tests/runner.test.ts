import { expect, it } from 'vitest'
import { maskAll } from '../src/runner.ts'
import { printed } from './support/printed.ts'

it('masks every secret once, but for those that are parts of everyday words', () => {
  expect(printed(() => maskAll(['hunter22', 'abc', 'hunter22', '', 'two\nlines']))).toBe(
    '::add-mask::hunter22\n::add-mask::two%0Alines\n',
  )
})
