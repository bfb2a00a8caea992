import type { ReasonCode } from '@deploy-safety/probe/reason'
import { describe, expect, it } from 'vitest'
import { decide } from '../src/verdict.ts'
import { checkOf, verdictOf } from './support/fixtures.ts'

type Row = 'healthy' | 'undecided' | ReasonCode

/** `code?` is a target that is not required. */
function outcomes(rows: readonly string[]) {
  const checked = rows.map(async (row, index) => {
    const result = row.replace('?', '') as Row
    const verdict = verdictOf(
      result === 'healthy' || result === 'undecided' ? result : { reasonCode: result, detail: '' },
    )
    return { check: await checkOf(`t${index}`, {}, !row.endsWith('?')), verdict }
  })
  return Promise.all(checked)
}

describe('the outcome over several targets', () => {
  it.each([
    [['healthy'], 'healthy', 'ok', 't0'],
    [['healthy', 'healthy'], 'healthy', 'ok', 't0'],
    [['http-status'], 'unhealthy', 'http-status', 't0'],
    [['dns-failure'], 'unverifiable', 'dns-failure', 't0'],
    // Unhealthy over unverifiable over healthy, whatever the order.
    [['healthy', 'dns-failure', 'wrong-version'], 'unhealthy', 'wrong-version', 't2'],
    [['wrong-version', 'dns-failure', 'healthy'], 'unhealthy', 'wrong-version', 't0'],
    [['healthy', 'rate-limited'], 'unverifiable', 'rate-limited', 't1'],
    // The first in input order names the reason.
    [['healthy', 'too-slow', 'http-status'], 'unhealthy', 'too-slow', 't1'],
    [['tls-expired', 'dns-failure'], 'unverifiable', 'tls-expired', 't0'],
    // What is not required changes nothing …
    [['healthy', 'http-status?'], 'healthy', 'ok', 't0'],
    [['http-status?', 'healthy'], 'healthy', 'ok', 't1'],
    [['http-status?', 'dns-failure', 'healthy'], 'unverifiable', 'dns-failure', 't1'],
    [['healthy?', 'dns-failure?'], 'healthy', 'ok', 't0'],
    // … but one target at least must have passed.
    [['http-status?'], 'unhealthy', 'http-status', 't0'],
    [['dns-failure?', 'http-status?'], 'unhealthy', 'http-status', 't1'],
    [['healthy?', 'http-status'], 'unhealthy', 'http-status', 't1'],
  ])('%j is %s (%s), decided by %s', async (rows, outcome, reasonCode, name) => {
    const decided = decide(await outcomes(rows))
    expect([decided.outcome, decided.reasonCode, decided.decidedBy?.check.name]).toEqual([outcome, reasonCode, name])
  })

  it.each([[['undecided']], [['healthy', 'undecided']], [['http-status', 'undecided?']]])(
    '%j was cancelled',
    async (rows) => {
      expect(decide(await outcomes(rows))).toEqual({
        outcome: 'unverifiable',
        reasonCode: 'cancelled',
        decidedBy: undefined,
      })
    },
  )
})
