import { thrownBy } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commonReasons } from '../src/contract.ts'
import { Malformed } from '../src/inputs.ts'
import { failsStep, parseFailOn } from '../src/outcome.ts'

const outcomes = {
  passed: 'succeeds',
  failed: 'fails',
  inconclusive: 'fails',
  lost: 'always-fails',
  pending: { succeedsInMode: 'request' },
} as const
const parse = parseFailOn({ outcomes })

describe('parseFailOn', () => {
  it.each([
    ['never', []],
    ['failed', ['failed']],
    [' failed ,inconclusive', ['failed', 'inconclusive']],
    ['passed', ['passed']],
    ['failed,failed', ['failed']],
  ])('reads %j', (text, names) => {
    expect(parse(text)).toEqual(new Set(names))
  })

  it.each(['Failed', 'always', 'never,failed', 'failed passed', 'toString', '', 'failed,'])('refuses %j', (text) => {
    expect(thrownBy(() => parse(text), Malformed).accepted).toBe(
      'Use never, or a comma list of: passed, failed, inconclusive, lost, pending.',
    )
  })

  it('names the outcome that is not one', () => {
    expect(thrownBy(() => parse('failed,unhealthy'), Malformed).message).toContain('"unhealthy"')
  })

  it('throws nothing but Malformed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('failed', ',', ' ', 'never') })), (text) => {
        try {
          parse(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
    )
  })
})

describe('failsStep', () => {
  it.each([
    ['passed', 'default', false],
    ['pending', 'default', true],
    ['pending', ['failed'], false],
    ['lost', [], true],
    ['lost', ['failed'], true],
    ['unheard-of', [], true],
    ['failed', 'default', true],
    ['inconclusive', 'default', true],
    // An outcome that nobody listed as a success is none.
    ['unheard-of', 'default', true],
    ['passed', ['passed'], true],
    ['failed', ['inconclusive'], false],
    ['inconclusive', ['inconclusive'], true],
    ['failed', [], false],
  ] as const)('%s with fail-on %j: %s', (outcome, failOn, fails) => {
    const rule = failOn === 'default' ? failOn : new Set(failOn)
    expect(failsStep({ outcome, reasonCode: 'p95-too-high' }, { failOn: rule, mode: '' }, { outcomes })).toBe(fails)
  })

  it('of an outcome that succeeds in one mode depends on the mode, unless fail-on decides', () => {
    const fails = (mode: string, failOn: 'default' | ReadonlySet<string> = 'default') =>
      failsStep({ outcome: 'pending', reasonCode: 'undecided' }, { failOn, mode }, { outcomes })
    expect([fails('request'), fails('check'), fails('')]).toEqual([false, true, true])
    expect([fails('request', new Set(['pending'])), fails('check', new Set(['failed']))]).toEqual([true, false])
  })

  it.each(Object.keys(commonReasons))('%s always fails, whatever the outcome and fail-on', (reasonCode) => {
    for (const outcome of Object.keys(outcomes))
      expect(failsStep({ outcome, reasonCode }, { failOn: new Set(), mode: '' }, { outcomes })).toBe(true)
  })

  it('has the three reason codes that every action has', () => {
    expect(Object.keys(commonReasons).sort()).toEqual(['cancelled', 'internal-error', 'invalid-input'])
  })
})
