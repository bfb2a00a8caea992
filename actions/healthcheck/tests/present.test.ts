import { readFileSync } from 'node:fs'
import type { Failure } from '@deploy-safety/probe/reason'
import { recordOf } from '@deploy-safety/probe/response'
import type { Verdict } from '@deploy-safety/probe/watch'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { Check } from '../src/check.ts'
import { present } from '../src/present.ts'
import type { CheckedTarget } from '../src/verdict.ts'
import { checkOf, inputsOf, outcomeOf, responseOf, verdictOf, withAttempts } from './support/fixtures.ts'

const version = (text: string) => ({ text, place: '$.version' })
const hostile = '</details>|`<img src=x>`\n::error::x ##[error]x \r\u001b[31m'

const api = {
  check: await checkOf('api'),
  verdict: verdictOf('healthy', responseOf({ observedVersion: version('2.0') })),
}
const wrongVersion: Failure = { reasonCode: 'wrong-version', detail: 'expected "abcdef1", observed "1.9"' }
const old = {
  check: await checkOf('web', { 'expect-version': 'abcdef1' }),
  verdict: verdictOf(wrongVersion, responseOf({ observedVersion: version('1.9'), excerpt: hostile })),
}
const gone = {
  check: await checkOf('docs', {}, false),
  verdict: verdictOf({ reasonCode: 'dns-failure', detail: 'host not found' }),
}
const badStatus: Failure = { reasonCode: 'http-status', detail: 'HTTP 503, expected 2xx' }
const refused: Failure = { reasonCode: 'connect-refused', detail: 'connection refused' }
const cancelled = { check: await checkOf('shop'), verdict: withAttempts(verdictOf('undecided'), [refused]) }
const inputs = inputsOf(api.check, old.check, gone.check)

const schema = JSON.parse(readFileSync(new URL('../report.schema.json', import.meta.url), 'utf8'))
const isValid = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema)

describe('outputs', () => {
  it('are those of a good verdict', () => {
    expect(present(outcomeOf(api), inputs)).toMatchObject({
      outcome: 'healthy',
      reasonCode: 'ok',
      outputs: {
        'observed-version': '2.0',
        attempts: '1',
        'elapsed-ms': '1235',
        'latency-p95-ms': '12.35',
        'failed-targets': '',
      },
      errors: [],
      warnings: [],
    })
  })

  it('name the required targets that failed, and the version of the one that decided', () => {
    const { outputs, errors } = present(outcomeOf(gone, api, old), inputs)
    expect(outputs).toMatchObject({ 'observed-version': '1.9', attempts: '3', 'failed-targets': 'web' })
    expect(errors.map(({ title }) => title)).toEqual(['healthcheck: wrong-version'])
  })

  it('hold one printable line of a foreign version', () => {
    const odd = {
      ...old,
      verdict: verdictOf(wrongVersion, responseOf({ observedVersion: version(`1.9\n::x::${'9'.repeat(500)}`) })),
    }
    const { outputs } = present(outcomeOf(odd), inputs)
    expect(outputs['observed-version']).toHaveLength(200)
    expect(outputs['observed-version']).not.toMatch(/\p{Cc}/u)
  })
})

describe('messages', () => {
  it.each<[string, CheckedTarget[], string]>([
    [
      'one healthy target',
      [api],
      'api: HTTP 200, version 2.0 (not checked: expect-version is empty), after 1 attempt in 1.24 s',
    ],
    ['one failing target', [old], 'web: expected "abcdef1", observed "1.9"'],
    ['several, one of which fails', [api, old], '1 of 2 targets failed: web: expected "abcdef1", observed "1.9"'],
    [
      'an optional failure',
      [api, gone],
      '1 of 1 required targets passed in 1.23 s; the version of 1 target was not checked: expect-version is empty; failed, but optional: docs: host not found',
    ],
    ['a cancelled job', [cancelled], 'Cancelled after 1.23 s; last result: connection refused'],
    [
      'a job that was cancelled at once',
      [{ ...cancelled, verdict: verdictOf('undecided') }],
      'Cancelled after 1.23 s; last result: no attempt was completed',
    ],
    [
      'several of a cancelled job',
      [api, cancelled],
      'Cancelled after 1.23 s, 1 of 2 targets undecided; last results: shop: connection refused',
    ],
  ])('say what decided: %s', (_, targets, expected) => {
    expect(present(outcomeOf(...targets), inputs).message).toBe(expected)
  })

  it('name the URL that responded in the end, after redirects', () => {
    const moved = responseOf({ url: new URL('https://new.example.com/ready?key=1'), hops: [{ status: 302, to: 'x' }] })
    expect(present(outcomeOf({ ...api, verdict: verdictOf('healthy', moved) }), inputs).message).toMatch(
      /^api: HTTP 200 \(redirected to https:\/\/new\.example\.com\/ready\?key=…\), after/,
    )
  })

  it('are one sentence, the beginning of the body, and the next step', () => {
    const body = `<html>\n<title>503 Unavailable</title>\n${'x'.repeat(300)}`
    const broken = { ...old, verdict: verdictOf(badStatus, responseOf({ status: 503, excerpt: body })) }
    const [notice] = present(outcomeOf(broken), inputs).errors
    expect(notice).toMatchObject({
      title: 'healthcheck: http-status',
      nextStep: 'Read the response body in the summary and the logs of the service.',
    })
    expect(notice?.message).toMatch(/^web: HTTP 503, expected 2xx; body: <html> <title>503 Unavailable<\/title> x+…$/)
    expect(notice?.message.split('body: ')[1]).toHaveLength(200)
  })

  it.each<[string, Verdict]>([
    [
      'no response came after it',
      withAttempts(verdictOf(refused, responseOf({ excerpt: 'old' })), [undefined, refused]),
    ],
    ['the response was right', verdictOf({ reasonCode: 'too-slow', detail: 'slow' }, responseOf({ excerpt: 'old' }))],
  ])('have no body where %s', (_, verdict) => {
    const { errors, summary } = present(outcomeOf({ ...old, verdict }), inputs)
    expect(errors[0]?.message).not.toContain('body')
    expect(summary.blocks.join()).not.toContain('Response body')
  })

  it('are one for a cancelled job, whatever number of targets it had', () => {
    const { errors } = present(outcomeOf(cancelled, cancelled, cancelled), inputs)
    expect(errors.map(({ title }) => title)).toEqual(['healthcheck: cancelled'])
  })

  it('name the merge commit where an old version may be none', () => {
    const onPullRequest = { ...inputs, isPullRequest: true }
    expect(present(outcomeOf(old), onPullRequest).nextStep).toContain('github.event.pull_request.head.sha')
    expect(present(outcomeOf(old), inputs).nextStep).not.toContain('pull_request')
  })

  it('warn of what is not required, not verified, or not checked', async () => {
    const summaryOf = (...checks: Check[]) =>
      present(outcomeOf(...checks.map((check) => ({ ...api, check }))), inputs).summary.blocks.join('\n')
    const lax = await checkOf('lax', { insecure: 'true', 'version-from': 'header:x-version' })
    const { warnings, summary } = present(outcomeOf({ ...api, check: lax }, gone), inputsOf(api.check, lax))
    expect(warnings.map(({ title }) => title)).toEqual([
      'healthcheck: insecure',
      'healthcheck: version not checked',
      'healthcheck: optional target',
    ])
    expect(warnings.map(({ message }) => message)).toEqual([
      'Certificates of lax were not verified (insecure: true)',
      'version-from is set, but expect-version is empty: the version of lax was not checked',
      'Optional target failed: docs (dns-failure)',
    ])
    expect(summary.blocks[0]).toContain('[!CAUTION]')
    expect(summaryOf(api.check)).not.toContain('[!CAUTION]')
    expect(summaryOf(lax, api.check, lax).match(/\[!CAUTION\]/g)).toHaveLength(1)
  })
})

describe('the head of the summary', async () => {
  const head = (...targets: CheckedTarget[]) => {
    const { icon, headline, lead } = present(outcomeOf(...targets), inputs).summary
    return [`${icon} ${headline}`, lead.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))]
  }
  const broken = (name: string, failure = badStatus, required = true) =>
    checkOf(name, {}, required).then((check) => ({ check, verdict: verdictOf(failure, responseOf({ status: 503 })) }))

  it.each<[string, CheckedTarget[], string, string]>([
    [
      'one healthy target',
      [{ ...api, check: old.check }],
      '✅ healthy',
      '**web** HTTP 200, version 2.0 · 1 attempt in 1.24 s · checked: status, version',
    ],
    [
      'several healthy ones',
      [api, api],
      '✅ healthy (2 targets)',
      'Checked: status · the version of 2 targets was not checked: expect-version is empty',
    ],
    [
      'an optional failure',
      [api, gone],
      '⚠️ 1 of 1 required targets healthy, 1 optional failed',
      '**docs** (optional) host not found · Checked: status · the version of 1 target was not checked: expect-version is empty',
    ],
    [
      'one failing target',
      [await broken('shop')],
      '❌ unhealthy',
      '**shop** HTTP 503, expected 2xx · `http-status` · 1 attempt in 1.24 s',
    ],
    [
      'failing ones of several, by result',
      [api, await broken('a'), await broken('b', wrongVersion), await broken('c'), gone],
      '❌ unhealthy (3 of 4 required targets, 1 optional failed)',
      '**a**, **c**: HTTP 503, expected 2xx · **b** expected "abcdef1", observed "1.9" · **docs** (optional) host not found',
    ],
    [
      'unverifiable ones too',
      [await broken('a'), gone, gone],
      '❌ unhealthy (1 of 3 targets, 2 unverifiable)',
      '**a** HTTP 503, expected 2xx · **docs**, **docs** (optional): host not found',
    ],
    [
      'only optional ones, of which one passed',
      [{ ...api, check: gone.check }, gone],
      '⚠️ 1 of 2 targets healthy, 1 optional failed',
      '**docs** (optional) host not found · Checked: status · the version of 1 target was not checked: expect-version is empty',
    ],
    [
      'a cancelled job',
      [cancelled],
      '⚠️ unverifiable (cancelled)',
      'Cancelled after 1.23 s; last result: connection refused',
    ],
  ])('of %s', (_, targets, headline, lead) => {
    expect(head(...targets)).toEqual([headline, lead])
  })

  it('names at most eight results, and three targets of each', async () => {
    const codes = Array.from({ length: 12 }, (_, index) => ({ ...badStatus, detail: `HTTP ${500 + index}` }))
    const different = await Promise.all(codes.map((failure, index) => broken(`t${index}`, failure)))
    expect(head(...different)[1]).toMatch(/\*\*t7\*\* HTTP 507 · and 4 more$/)
    const same = await Promise.all(codes.map((_, index) => broken(`t${index}`)))
    expect(head(...same)[1]).toBe('**t0**, **t1**, **t2** and 9 more: HTTP 503, expected 2xx')
  })

  it('has the p95 of samples', async () => {
    const check = await checkOf('shop', { samples: '50', 'max-p95': '90ms', 'expect-version': '2.0' })
    const samples = { latenciesMs: Array(50).fill(80), medianMs: 80, p95Ms: 80, failure: undefined }
    const [, lead] = head({ check, verdict: { ...api.verdict, samples } })
    expect(lead).toBe(
      '**shop** HTTP 200, version 2.0 · 1 attempt in 1.24 s · p95 over 50 samples: 80 ms · checked: status, version, p95',
    )
  })
})

describe('the summary', () => {
  const blocksOf = (...targets: CheckedTarget[]) => present(outcomeOf(...targets), inputs).summary.blocks.join('\n\n')

  it('needs no table for one target, nor a column for its name', () => {
    const text = blocksOf(old)
    expect(text).not.toContain('| Target |')
    expect(text).toContain('| Address | DNS | Connect | TLS | First byte | Body | Last latency |')
    expect(blocksOf({ ...gone, verdict: verdictOf(refused) })).toBe('')
  })

  it('has a row per target, with numbers at the right, and keeps the connections under a fold', () => {
    const text = blocksOf(api, old, gone)
    expect(text).toContain(
      [
        '| Target | Verdict | Details | Status | Version | Attempts | p95 |',
        '| --- | --- | --- | ---: | --- | ---: | ---: |',
        '| web | ❌\u00a0unhealthy | expected "abcdef1", observed "1.9" `wrong-version` | 200 | 1.9 | 1 | – |',
        '| docs | ⚠️\u00a0unverifiable (optional) | host not found `dns-failure` | – | – | 1 | – |',
        '| api | ✅\u00a0healthy | – | 200 | 2.0 (not checked) | 1 | 12.3\u00a0ms |',
      ].join('\n'),
    )
    expect(text.match(/<details>/g)).toHaveLength(1)
  })

  it('has no column that is empty', () => {
    expect(blocksOf(gone, gone)).toContain('| Target | Verdict | Details | Attempts |')
    expect(blocksOf(api, api)).toContain('| Target | Verdict | Status | Version | Attempts | p95 |')
  })

  it('says what to do about each further reason once', () => {
    const text = blocksOf(old, gone, gone)
    expect(text.match(/Next for `dns-failure`/g)).toHaveLength(1)
    expect(text).not.toContain('Next for `wrong-version`')
  })

  it('shows the bodies of three failing targets', () => {
    const broken = { check: old.check, verdict: verdictOf(badStatus, responseOf({ excerpt: 'upstream is down' })) }
    const text = blocksOf(broken, broken, broken, broken)
    expect(text.match(/upstream is down/g)).toHaveLength(3)
    expect(text).toContain('1 more response body is in the report.')
    expect(blocksOf(api)).not.toContain('Response body')
  })

  it('shows each address where one failed', () => {
    const addresses = [
      { address: '::1', failure: refused },
      { address: '127.0.0.1', failure: undefined },
    ]
    const failed = verdictOf(refused)
    const withAddresses = (verdict: Verdict) => ({
      ...old,
      verdict: { ...verdict, history: { ...verdict.history, addresses } },
    })
    expect(blocksOf(withAddresses(failed))).toContain('| 127.0.0.1 | ✅ | – |')
    expect(blocksOf(withAddresses(failed))).toContain(
      '| &#58;&#58;1 | ❌\u00a0`connect-refused` | connection refused |',
    )
  })

  it('shows what is not well first, and with many targets only that above the fold', async () => {
    const many = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => ({ ...api, check: await checkOf(`good-${index}`) })),
    )
    const [above = '', below = ''] = blocksOf(...many, old).split('<summary>30 healthy targets</summary>')
    expect(above).toContain('| web | ❌\u00a0unhealthy')
    expect(above).not.toContain('good-')
    expect(below.match(/\| good-\d+ \| ✅/g)).toHaveLength(30)
  })

  it('lets no foreign text out of its place', () => {
    const text = present(outcomeOf(old), inputs).summary.blocks.join('\n\n')
    expect(text).not.toMatch(/[^\P{Cc}\n]/u)
    const [before, block, after] = text.split(/^`{3,}.*$/m)
    expect(block).toContain('</details>|`<img src=x>`')
    expect(`${before}${after}`).not.toContain('<img')
    expect(`${before}${after}`.match(/<\/details>/g)).toHaveLength(1)
  })
})

describe('the report', () => {
  const common = { schemaVersion: 1, action: 'healthcheck', startedAt: '2026-01-01T00:00:00.000Z', elapsedMs: 1 }
  it.each([
    ['healthy', [api]],
    ['several targets', [api, old, gone]],
    ['cancelled', [api, { check: old.check, verdict: verdictOf('undecided') }]],
  ])('meets its schema: %s', (_, targets) => {
    const { outcome, reasonCode, message, nextStep, report } = present(outcomeOf(...targets), inputs)
    const whole = {
      ...common,
      outcome,
      reasonCode,
      message,
      ...(nextStep === undefined ? {} : { nextStep }),
      ...report,
    }
    isValid(JSON.parse(JSON.stringify(whole)))
    expect(isValid.errors).toBeNull()
  })

  it.each([1, 8, 20, 29])('holds no secret that lies across the end of the excerpt by %d characters', (shown) => {
    const secret = 'Bearer 0123456789abcdefghijklm'
    const body = `${'x'.repeat(999 - shown)}${secret}${'y'.repeat(50)}`
    const record = recordOf({ ...responseOf(), body: { text: body, document: undefined, cut: false } })
    const echo = { ...old, verdict: verdictOf(wrongVersion, record) }
    const text = JSON.stringify(present(outcomeOf(echo), { ...inputs, secrets: [secret, secret.slice(7)] }))
    expect(text).toContain('xxxx')
    for (let start = 0; start + 8 <= secret.length; start += 1)
      expect(text).not.toContain(secret.slice(start, start + 8))
  })

  it('holds no secret that the service puts into a redirect or the name of a field', () => {
    const hops = [{ status: 302, to: 'https://api.example.com/s3cr3t-value' }]
    const record = responseOf({
      url: new URL('https://api.example.com/s3cr3t-value'),
      observedVersion: { text: '1', place: '$.s3cr3t-value.version' },
      hops,
    })
    const echo = { ...old, verdict: verdictOf(wrongVersion, record) }
    expect(JSON.stringify(present(outcomeOf(echo), { ...inputs, secrets: ['s3cr3t-value'] }))).not.toContain('s3cr3t')
  })

  it('holds no secret, also where the service echoes it', () => {
    const echo = {
      ...old,
      verdict: verdictOf(wrongVersion, responseOf({ excerpt: 'you sent s3cr3t-value, "token": "abc"' })),
    }
    const result = present(outcomeOf(echo), { ...inputs, secrets: ['s3cr3t-value'] })
    expect(JSON.stringify(result)).not.toMatch(/s3cr3t-value|abc"/)
  })
})
