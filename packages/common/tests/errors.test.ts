import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ActionError, invalidInput, messageOf, toActionError } from '../src/errors.ts'

describe('messageOf', () => {
  it.each([
    [new Error('it broke'), 'it broke'],
    [new TypeError(''), 'TypeError'],
    [new AggregateError([new Error('first'), new Error('second')]), 'first; second'],
    [new AggregateError([new AggregateError([new Error('inner')]), new Error('outer')], 'all'), 'inner; outer'],
    [new AggregateError([], 'none of them'), 'none of them'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [42, '42'],
    [Symbol('s'), 'Symbol(s)'],
  ])('says of %s: %s', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message)
  })

  it('is a text for anything that can be thrown, and never throws itself', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withSparseArray: true, withBigInt: true }), (thrown) => {
        expect(typeof messageOf(thrown)).toBe('string')
      }),
    )
  })
})

it.each([
  ['refers to itself', cyclic()],
  ['has a number that JSON has not', { big: 1n }],
  ['has no JSON', { toJSON: () => undefined }],
  [
    'throws when it is looked at',
    {
      get message() {
        throw new Error('no')
      },
      toJSON() {
        throw new Error('no')
      },
      toString() {
        throw new Error('no')
      },
    },
  ],
])('an object that %s has a message too', (_, thrown) => {
  expect(typeof messageOf(thrown)).toBe('string')
  expect(toActionError(thrown).code).toBe('internal-error')
})

function cyclic(): object {
  const object: Record<string, unknown> = {}
  object.self = object
  return object
}

describe('toActionError', () => {
  it('leaves an ActionError as it is', () => {
    const error = invalidInput('Input "x" is wrong.', 'Fix it.')
    expect(toActionError(error)).toBe(error)
  })

  it('makes an internal error of everything else, for which the contract has the next step', () => {
    const cause = new RangeError('out of range')
    const error = toActionError(cause)
    expect(error).toBeInstanceOf(ActionError)
    expect(error).toMatchObject({ code: 'internal-error', cause })
    expect(error.message).toContain('out of range')
    expect(error.hint).toBeUndefined()
  })
})

it('has a cause only when there is one', () => {
  expect('cause' in invalidInput('a', 'b')).toBe(false)
  expect(invalidInput('a', 'b', 'why')).toMatchObject({ code: 'invalid-input', message: 'a', hint: 'b', cause: 'why' })
})
