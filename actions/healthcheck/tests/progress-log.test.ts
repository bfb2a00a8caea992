import type { TimedAttempt } from '@deploy-safety/probe/progress'
import type { Failure } from '@deploy-safety/probe/reason'
import type { ResponseRecord } from '@deploy-safety/probe/response'
import { VirtualClock } from '@deploy-safety/simulators/clock'
import { describe, expect, it } from 'vitest'
import { ProgressLog } from '../src/progress-log.ts'
import { checkOf, responseOf } from './support/fixtures.ts'

const check = await checkOf('shop')
const busy: Failure = { reasonCode: 'http-status', detail: 'HTTP 503, expected 2xx' }
const refused: Failure = { reasonCode: 'connect-refused', detail: 'connection refused' }

function logging(secrets: readonly string[] = []) {
  const lines: string[] = []
  const clock = new VirtualClock()
  const log = { info: (line: string) => lines.push(line), debug() {}, warning() {}, error() {} }
  const { onAttempt, onPhase } = new ProgressLog(check, { log, clock, secrets })
  const attempt = (failure?: Failure, given: Partial<ResponseRecord> = {}): TimedAttempt => ({
    response: failure === refused ? undefined : responseOf(given),
    failure,
    timedOut: false,
    addresses: [],
    startedMs: clock.now(),
    endedMs: clock.now() + 12,
    clipped: false,
  })
  return { lines, clock, onAttempt, onPhase, attempt }
}

describe('the log of a target', () => {
  it('has each attempt that is unlike the one before, and how many were like it', () => {
    const { lines, onAttempt, attempt } = logging()
    for (let count = 0; count < 3; count += 1) onAttempt(attempt(refused), 2_000)
    onAttempt(attempt(busy, { status: 503 }), 2_000)
    onAttempt(attempt(busy, { status: 500 }), 2_000)
    onAttempt(attempt(), undefined)
    expect(lines).toEqual([
      'shop: attempt 1 after 12 ms: connection refused (connect-refused); next attempt in 2 s',
      'shop: (2 more like this)',
      'shop: attempt 4 after 12 ms: HTTP 503, expected 2xx (http-status); next attempt in 2 s',
      'shop: attempt 5 after 12 ms: HTTP 503, expected 2xx (http-status); next attempt in 2 s',
      'shop: attempt 6 after 12 ms: HTTP 200',
    ])
  })

  it('gives a sign of life after half a minute', async () => {
    const { lines, clock, onAttempt, attempt } = logging()
    for (let count = 0; count < 12; count += 1) {
      onAttempt(attempt(refused), 10_000)
      await clock.sleep(10_000, new AbortController().signal)
    }
    expect(lines.filter((line) => line.includes('attempt '))).toHaveLength(4)
    expect(lines.filter((line) => line === 'shop: (2 more like this)')).toHaveLength(3)
  })

  it('says where a phase begins', () => {
    const { lines, onAttempt, onPhase, attempt } = logging()
    onAttempt(attempt(refused), 2_000)
    onAttempt(attempt(), undefined)
    onPhase({ kind: 'sampling', samples: 50 })
    onPhase({ kind: 'soaking', soakMs: 180_000 })
    expect(lines.slice(2)).toEqual(['shop: healthy after 2 attempts; taking 50 samples', 'shop: soaking for 3m'])
  })

  it('soaks without samples', () => {
    const { lines, onAttempt, onPhase, attempt } = logging()
    onAttempt(attempt(), undefined)
    onPhase({ kind: 'soaking', soakMs: 180_000 })
    expect(lines[1]).toBe('shop: healthy after 1 attempt; soaking for 3m')
  })

  it('has the beginning of the body of a wrong response, without secrets, also where it is cut', () => {
    const { lines, onAttempt, attempt } = logging(['s3cr3t-value-of-a-header'])
    const excerpt = `upstream is\n down, you sent s3cr3t-value-of-a-header ${'x'.repeat(300)}`
    onAttempt(attempt(busy, { status: 503, excerpt }), 2_000)
    onAttempt(attempt(undefined, { excerpt }), undefined)
    expect(lines[0]).toMatch(/; body: upstream is down, you sent \*\*\* x+…; next attempt in 2 s$/)
    expect(lines[0]?.split('body: ')[1]?.split(';')[0]).toHaveLength(200)
    expect(lines[1]).not.toContain('upstream')
  })

  it('says where redirects have led, and that a version was not checked', () => {
    const { lines, onAttempt, attempt } = logging()
    const observedVersion = { text: '2.0.0', place: '$.version' }
    const hops = [{ status: 302, to: 'https://api.example.com/health' }]
    onAttempt(attempt(undefined, { observedVersion, hops }), undefined)
    expect(lines[0]).toBe(
      'shop: attempt 1 after 12 ms: HTTP 200 (redirected to https://api.example.com/health), version 2.0.0 (not checked: expect-version is empty)',
    )
  })
})
