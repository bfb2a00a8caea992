import { anyText } from '@deploy-safety/simulators/any-text'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { runnerLog } from '../src/log.ts'
import { obeyedIn } from './support/obeyed.ts'
import { printed } from './support/printed.ts'

const hostile = 'a\r\n::set-output name=x::y\n##[error]z\r::add-mask::q\u001b[2J'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the log of the runner', () => {
  it('prints information as one line without a command', () => {
    const output = printed(() => runnerLog.info(hostile))
    expect(output).toMatch(/^[^\n\r]+\n$/)
    expect(obeyedIn(output)).toEqual([])
  })

  it.each(['debug', 'warning', 'error'] as const)(
    'prints exactly one command for %s, whatever is in the text',
    (kind) => {
      fc.assert(
        fc.property(fc.oneof(fc.constant(hostile), anyText()), (text) => {
          const output = printed(() => (kind === 'debug' ? runnerLog.debug(text) : runnerLog[kind](text, text)))
          expect(output).toMatch(/^[^\n\r]+\n$/)
          expect(output.startsWith(kind === 'debug' ? '::debug::' : `::${kind}`)).toBe(true)
          expect(output).not.toContain('##[')
        }),
      )
    },
  )

  it('keeps title and message apart', () => {
    const output = printed(() => runnerLog.error('first\nsecond', 'a: title, with::all'))
    expect(output).toBe('::error title=a%3A title%2C with%3A%3Aall::first%0Asecond\n')
  })
})
