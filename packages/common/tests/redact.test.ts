import { timeOf } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cut } from '../src/escape.ts'
import { redact, withoutCredentials, worthMasking } from '../src/redact.ts'

const jwt = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(20)}.${'b'.repeat(20)}`

describe('what looks like a secret', () => {
  it.each([
    ['{"token":"hunter22"}', '{"token":"***"}'],
    ['{"api_key" : "a\\"hunter22", "port": 80}', '{"api_key" : "***", "port": 80}'],
    ['{"dbPassword":12345678,"up":true}', '{"dbPassword":"***","up":true}'],
    ['{"token":"hunter2', '{"token":"***"'],
    ['password=hunter22&user=x', 'password=***&user=x'],
    ['X-Api-Key: hunter22', 'X-Api-Key: ***'],
    ['AWS_SECRET_ACCESS_KEY=hunter22', 'AWS_SECRET_ACCESS_KEY=***'],
    ['authorised by Bearer hunter22hunter22', 'authorised by Bearer ***'],
    [`got ${jwt} back`, 'got *** back'],
  ])('is taken out of %s', (text, clean) => {
    expect(redact(text)).toBe(clean)
  })

  it.each([
    'Authorization: Bearer hunter22hunter22',
    'Authorization: Basic aHVudGVyMjI6aHVudGVyMjI=',
    'authorization=Bearer hunter22hunter22',
    '{"credentials": {"password": "hunter22"}}',
    '{"session": { "id": "hunter22" }}',
    '{"tokens": ["first111", "hunter22"]}',
    '{"tokens": [ "hunter22" ]}',
    'password="hunter22"',
    "DB_PASSWORD='hunter22'",
    'password: "hunter22"',
    'redis://app:hunter22@cache.example.com:6379/0',
  ])('is taken out whole: %s', (text) => {
    expect(redact(text)).not.toMatch(/hunter22|aHVudGVyMjI6aHVudGVyMjI/)
  })

  it.each([
    '{"status":"UP","version":"1.2.3"}',
    '{"checks":[{"name":"db","latency_ms":3}]}',
    'connect ECONNREFUSED 127.0.0.1:8080',
    'wanted version "abc", observed "def" (header x-version)',
    'Basic health: ok',
    'tokens are fine',
  ])('is nothing in %s', (text) => {
    expect(redact(text)).toBe(text)
  })
})

describe('known secrets', () => {
  it('are taken out wherever they stand', () => {
    expect(redact('a s3cr3t-value b s3cr3t-value', ['s3cr3t-value'])).toBe('a *** b ***')
  })

  it('are taken for text, not for a pattern', () => {
    expect(redact('axb a.b $& a.b', ['a.b'])).toBe('axb *** $& ***')
  })

  it.each([[['abcd1234', 'abcd1234efgh']], [['abcd1234efgh', 'abcd1234']]])(
    'are taken out whole when one begins with another: %j',
    (secrets) => {
      expect(redact('x abcd1234efgh y', secrets)).toBe('x *** y')
    },
  )

  it.each([
    ['k"e\\y/+ s3cr3t', JSON.stringify({ a: 'k"e\\y/+ s3cr3t' }), '{"a":"***"}'],
    ['k"e\\y/+ s3cr3t', `x=${encodeURIComponent('k"e\\y/+ s3cr3t')}&y`, 'x=***&y'],
    ['a+b/c=d e', new URL('http://h/a+b/c=d e').href, 'http://h/***'],
    ['a+b/c=d e', 'a%2bb%2fc%3dd%20e', '***'],
    ['AbCd1234', new URL('http://AbCd1234.example.com').href, 'http://***.example.com/'],
    ['größe-1234', new URL('http://h/größe-1234').href, 'http://h/***'],
    ['\ud800-1234567', 'x', 'x'],
  ])('are taken out as others spell them: %s in %s', (secret, text, clean) => {
    expect(redact(text, [secret])).toBe(clean)
  })

  it('that are cut in JSON are taken out', () => {
    expect(redact(String.raw`found "k\"e\\…"`, [String.raw`k"e\y/+ s3cr3t`])).toBe('found "***…"')
  })

  it('that are empty take nothing out', () => {
    expect(redact('up', [''])).toBe('up')
  })

  it.each([
    ['you sent s3cr3t-v…', 'you sent ***…'],
    ['you sent s3cr…', 'you sent ***…'],
    ['wanted 1, found "s3cr3t-valu…", and "s3cr3t…" too', 'wanted 1, found "***…", and "***…" too'],
    ['s3cr3t-value s3cr3t-…', '*** ***…'],
    // What is no beginning at a cut, or too short to tell, stays.
    ['it is s3c…', 'it is s3c…'],
    ['s3cr3t- and more…', 's3cr3t- and more…'],
    ['s3cr3t-', 's3cr3t-'],
    ['…', '…'],
  ])('that lie across a cut are taken out: %s', (text, clean) => {
    expect(redact(text, ['s3cr3t-value'])).toBe(clean)
  })

  it.each([
    ['got Bearer s3cr3t!', 'got Bearer ***'],
    ['"s3cr3t!", twice: s3cr3t!', '"***", twice: ***'],
    ['got Bearer%20s3cr3t!', 'got Bearer%20***'],
    [String.raw`bad\ns3cr3t!`, String.raw`bad\n***`],
    // Otherwise a password of a few letters would make holes in every sentence.
    ['xs3cr3t! s3cr3t!x', 'xs3cr3t! s3cr3t!x'],
  ])('that are short are taken out where they are a word: %s', (text, clean) => {
    expect(redact(text, ['s3cr3t!'])).toBe(clean)
  })

  it.each([
    ['a', 'a bad a is a', '*** bad *** is ***'],
    ['up', 'up, upper, up_ and UP', '***, upper, up_ and UP'],
    ['a.b', 'axb a.b', 'axb ***'],
    ['$&', 'x $& y', 'x *** y'],
  ])('that are short are taken for text too: %s', (secret, text, clean) => {
    expect(redact(text, [secret])).toBe(clean)
  })

  it('are left in no text as a word, however short', () => {
    const secret = fc.stringMatching(/^[!-~]{1,7}$/)
    fc.assert(
      fc.property(secret, fc.string({ unit: 'binary' }), (value, around) => {
        fc.pre(!/[\w]/.test(around.at(-1) ?? '') && !'*** '.includes(value))
        expect(redact(`Bearer ${value} ${around}`, [value])).toMatch(/^Bearer \*{3}/)
      }),
    )
  })

  it('are left in no text, wherever that is cut', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/=._-]{8,20}$/)
    const echo = fc.tuple(fc.array(secret, { minLength: 1, maxLength: 3 }), fc.string(), fc.nat({ max: 60 }))
    fc.assert(
      fc.property(echo, ([secrets, before, length]) => {
        const clean = redact(cut(`${before}${secrets.join(' ')}`, length + 1), secrets)
        const allowed = `${before} *** … `
        for (const value of secrets) {
          for (let start = 0; start + 8 <= value.length; start += 1) {
            const part = value.slice(start, start + 8)
            if (!allowed.includes(part)) expect(clean).not.toContain(part)
          }
        }
      }),
    )
  })

  it('are not left in any text', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/=._-]{8,20}$/)
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        fc.string(),
        fc.string(),
        (secrets, before, after) => {
          const text = secrets.map((value) => `${before} ${value} ${after}`).join('|')
          const clean = redact(text, secrets)
          for (const value of secrets) expect(clean).not.toContain(value)
        },
      ),
    )
  })
})

it('are masked in the job from four characters on, each once', () => {
  expect(worthMasking(['', 'abc', 'abcd', 'abcd', 'long-enough'])).toEqual(['abcd', 'long-enough'])
})

it.each([
  ['https://host:1/path', 'https://host:1/path'],
  ['https://host/path?key=hunter22#x', 'https://host/path?…'],
  ['https://user:hunter22@host/path', 'https://…@host/path'],
  ['https://user:hunter22@pass/hunter22@host', 'https://…@host'],
  ['user:hunter22@host:1', '…@host:1'],
  ['https:/user:hunter22@host', 'https:/…@host'],
  ['https://user:1?a@hunter22@host', 'https://…'],
  ['https://host/?mail=a@hunter22', 'https://…'],
  ['@', '…@'],
  ['', ''],
])('a URL is shown without credentials: %s', (url, shown) => {
  expect(withoutCredentials(url)).toBe(shown)
})

// What a server says in a redirect or a header comes here, up to 16 KiB of it, and as much of a body as is a version.
it.each([
  ['token.', 16_384],
  ['a.', 16_384],
  ['a-', 16_384],
  ['"token', 16_384],
  ['token=', 16_384],
  ['basic ', 16_384],
  ['eyJaaaaaaaa.', 16_384],
  ['a://', 16_384],
  ['a://b', 16_384],
  ['a', 65_536],
  ['"token":"\\\\', 16_384],
])('takes no more than linear time on %s, repeated up to %d characters', (unit, length) => {
  const text = unit.repeat(Math.floor(length / unit.length))
  // What grows with the cube of the length would hold this test for minutes: it shows in an eighth of the text.
  expect(timeOf(() => redact(text.slice(0, length / 8)))).toBeLessThan(250)
  expect(timeOf(() => redact(text))).toBeLessThan(250)
})
