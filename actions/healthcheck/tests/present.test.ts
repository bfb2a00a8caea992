import { readFileSync } from 'node:fs'
import type { Failure } from '@deploy-safety/probe/reason'
import { recordOf } from '@deploy-safety/probe/response'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { Check } from '../src/check.ts'
import { present } from '../src/present.ts'
import { checkOf, inputsOf, outcomeOf, responseOf, verdictOf } from './fixtures.ts'

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
  verdict: verdictOf({ reasonCode: 'dns-failure', detail: 'ENOTFOUND' }),
}
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
  it('say what failed, what was observed and what to do', () => {
    const { message, nextStep } = present(outcomeOf(api, old), inputs)
    expect(message).toMatch(/^web is unhealthy\. .*expected "abcdef1", observed "1\.9" \(1 of 2 targets are healthy\)$/)
    expect(nextStep).toMatch(/traffic was switched/)
  })

  it('name the merge commit where an old version may be none', () => {
    const onPullRequest = { ...inputs, isPullRequest: true }
    expect(present(outcomeOf(old), onPullRequest).nextStep).toContain('github.event.pull_request.head.sha')
    expect(present(outcomeOf(old), inputs).nextStep).not.toContain('pull_request')
  })

  it('warn of what is not required, not verified, or not checked', async () => {
    const summaryOf = (...checks: Check[]) => present(outcomeOf(api), inputsOf(...checks)).summary.blocks.join('\n')
    const lax = await checkOf('lax', { insecure: 'true', 'version-from': 'header:x-version' })
    const { warnings, summary } = present(outcomeOf(api, gone), inputsOf(api.check, lax))
    expect(warnings.map(({ title }) => title)).toEqual([
      'healthcheck: insecure',
      'healthcheck: version not checked',
      'healthcheck: not required',
    ])
    expect(summary.blocks[0]).toContain('[!CAUTION]')
    expect(summaryOf(api.check)).not.toContain('[!CAUTION]')
    expect(summaryOf(lax, api.check, lax).match(/\[!CAUTION\]/g)).toHaveLength(1)
  })
})

describe('the summary', () => {
  it('has a row per target and keeps the details under a fold', () => {
    const text = present(outcomeOf(api, old, gone), inputs).summary.blocks.join('\n\n')
    expect(text).toContain('| api | ✅ healthy | 200 | 2.0 | 1 | 12ms | 12ms |')
    expect(text).toContain('| web | ❌ unhealthy | 200 | 1.9 |')
    expect(text).toContain('| docs | ❔ unverifiable (not required) |')
    expect(text.match(/<details>/g)).toHaveLength(1)
  })

  it('shows what is not well first, and with many targets only that above the fold', async () => {
    const many = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => ({ ...api, check: await checkOf(`good-${index}`) })),
    )
    const text = present(outcomeOf(...many, old), inputs).summary.blocks.join('\n\n')
    const [above = '', below = ''] = text.split('<summary>30 healthy targets</summary>')
    expect(above).toContain('| web | ❌ unhealthy')
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
