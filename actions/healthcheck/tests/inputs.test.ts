import { ActionError } from '@deploy-safety/common/errors'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inputDefaults } from '../src/input-names.ts'
import { type Inputs, readInputs } from '../src/inputs.ts'

const url = 'https://app.example.com/health'

/** Reads inputs as the runner gives them: every input of action.yml is there, with its default or empty. */
async function read(given: Record<string, string>, env: Record<string, string> = {}): Promise<Inputs> {
  for (const [name, value] of Object.entries({ ...inputDefaults, ...given }))
    vi.stubEnv(`INPUT_${name.toUpperCase()}`, value)
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  return readInputs()
}

async function refusal(given: Record<string, string>): Promise<{ message: string; hint: string }> {
  const error = await read(given).catch((thrown: unknown) => thrown)
  if (!(error instanceof ActionError)) throw new Error(`Not refused, but: ${JSON.stringify(error)}`)
  expect(error.code).toBe('invalid-input')
  return { message: error.message, hint: error.hint }
}

async function only(given: Record<string, string>) {
  const { targets } = await read(given)
  const [target] = targets
  if (target === undefined || targets.length > 1) throw new Error(`${targets.length} targets`)
  return target
}

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('targets', () => {
  it('takes one URL per line, with or without a name', async () => {
    const { targets } = await read({
      url: `\n  api = ${url}?a=b=c\n\n${url}/two?x=1\r\n web=http://web.example.com \n`,
    })
    expect(targets.map(({ name, request }) => [name, request.url.href])).toEqual([
      ['api', `${url}?a=b=c`],
      [`${url}/two?x=…`, `${url}/two?x=1`],
      ['web', 'http://web.example.com/'],
    ])
    expect(targets.every(({ required }) => required)).toBe(true)
  })

  it('reads a YAML list, whose targets inherit from the step what they do not say', async () => {
    const { targets } = await read({
      timeout: '3s',
      'expect-version': '2.0',
      targets: [
        '- name: api',
        '  url: https://api.example.com/',
        '  expect-version: 1.10',
        '  timeout: 500ms',
        '  required: false',
        '- url: https://web.example.com/',
        '  expect-version:',
        '  headers: |',
        '    X-One: 1',
        '    X-Two: 2',
      ].join('\n'),
    })
    expect(
      targets.map(({ name, required, expectation, rules, request }) => [
        name,
        required,
        expectation.version,
        rules.timeoutMs,
        request.headers,
      ]),
    ).toEqual([
      ['api', false, '1.10', 500, []],
      [
        'https://web.example.com/',
        true,
        '2.0',
        3_000,
        [
          ['X-One', '1'],
          ['X-Two', '2'],
        ],
      ],
    ])
  })

  it.each([
    ['neither', {}, /Neither "url" nor "targets"/],
    ['both', { url, targets: `- url: ${url}` }, /Both "url" and "targets"/],
    ['text instead of a list', { targets: 'url: x' }, /"targets" is not a list/],
    ['an empty list', { targets: '[]' }, /"targets" is not a list/],
    ['broken YAML', { targets: '- url: "x' }, /"targets" is not YAML/],
    ['the same key twice', { targets: `- url: ${url}\n  url: ${url}` }, /"targets" is not YAML.*unique/],
    ['a text in the list', { targets: `- ${url}` }, /target 1 is not a mapping/],
    ['no URL', { targets: '- name: api' }, /"url" of target "api" is missing/],
    [
      'an unknown key',
      { targets: `- url: ${url}\n  expect-staus: 200` },
      /target 1 has the unknown key "expect-staus"/,
    ],
    ['an input of the step', { targets: `- url: ${url}\n  concurrency: 2` }, /unknown key "concurrency"/],
    [
      'a list where text belongs',
      { targets: `- url: ${url}\n  expect-json: [a, b]` },
      /expect-json of target 1 is not text/,
    ],
    [
      'a wrong value',
      { targets: `- name: api\n  url: ${url}\n  timeout: 5` },
      /"timeout" of target "api": "5" is a number without a unit/,
    ],
    [
      'a wrong flag',
      { targets: `- url: ${url}\n  required: yes` },
      /"required" of target 1: "yes" is neither true nor false/,
    ],
    ['two of a name', { url: `a = ${url}\na = ${url}/2` }, /Two targets are called "a"/],
    ['the same URL twice', { url: `${url}\n${url}` }, /Two targets are called/],
    ['a comma in a name', { url: `a,b = ${url}` }, /"a,b" has a comma/],
  ])('refuses %s', async (_, given, message) => {
    expect((await refusal(given)).message).toMatch(message)
  })
})

describe('one wrong input', () => {
  it.each([
    ['url', 'app.example.com/health', /not a URL/, /https:\/\//],
    ['url', 'localhost:8080/health', /not a URL/, /https:\/\//],
    ['url', 'ftp://app.example.com', /unknown scheme "ftp:"/, /https:\/\//],
    ['url', 'https://', /not a URL/, /https:\/\//],
    ['method', 'FETCH', /"FETCH" is not known/, /GET, HEAD/],
    ['headers', 'Authorization Bearer x', /line 1 is not a header/, /Name: value/],
    ['headers', 'X-Ok: 1\nBad Name: x', /line 2 is not a header/, /Name: value/],
    ['headers', 'X-Bad: a\u0001b', /"X-Bad" has a character/, /visible/],
    ['headers', 'Connection: keep-alive', /"Connection" is set by the action/, /Leave it out/],
    ['expect-status', '2xx,abc', /"abc" is not a status/, /200-399/],
    ['expect-status', '600', /"600" is never the status/, /599/],
    ['expect-status', '100', /"100" is never the status/, /200/],
    ['expect-status', '299-200', /ends before it begins/, /200-399/],
    ['expect-body', '/(/', /not a regular expression/, /JavaScript/],
    ['expect-body', '/x/g', /flag that is not supported/, /i, m, s/],
    ['expect-json', 'status == "UP"', /does not begin with a path/, /\$\.status == "UP"/],
    ['expect-json', '$.status = "UP"', /unknown operator "="/, /==/],
    ['expect-json', '$.status == UP', /"UP" as its value; a text needs quotes/, /"UP"/],
    ['expect-json', '$.status', /no operator/, /exists/],
    ['expect-json', '$..[ == 1', /.+/, /.+/],
    ['expect-header', 'X-Version', /"X-Version" is not a header/, /Name: value/],
    ['version-from', 'xml:/a', /"xml:\/a" is no place of a version/, /json:\$\.version/],
    ['version-from', 'json:version', /not a JSONPath/, /RFC 9535/],
    ['max-latency', '200', /number without a unit/, /200s or 200ms/],
    ['max-latency', '0s', /leaves no time/, /more than 0s/],
    ['deadline', 'soon', /"soon" is not a duration/, /5m/],
    ['start-period', '1d', /"1d" is not a duration/, /1h30m/],
    ['interval', '-2s', /"-2s" is not a duration/, /20s/],
    ['attempts', '5.5', /"5.5" is not a whole number/, /Write/],
    ['attempts', '-1', /"-1" is not a whole number/, /Write/],
    ['timeout', '0s', /leaves no time/, /more than 0s/],
    ['success-threshold', '0', /"0" is not a whole number from 1/, /Write/],
    ['follow-redirects', 'yes', /"yes" is not known/, /same-origin/],
    ['ca-certificate', '/etc/ca.pem', /no PEM certificate/, /BEGIN CERTIFICATE/],
    [
      'ca-certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      /certificate 1 cannot be read/,
      /PEM/,
    ],
    ['insecure', 'maybe', /"maybe" is neither true nor false/, /true or false/],
    ['concurrency', 'all', /"all" is not a whole number/, /Write/],
  ])('%s: %j is refused with the input, the value and the fix', async (name, value, message, hint) => {
    const refused = await refusal({ url, [name]: value })
    expect(refused.message).toContain(`Input "${name}"`)
    expect(refused.message).toMatch(message)
    expect(refused.hint).toMatch(hint)
  })

  it('never shows what may be secret', async () => {
    const refused = await refusal({ url: 'https://user:hunter2secret@app.example.com/?token=abc123' })
    expect(`${refused.message} ${refused.hint}`).not.toMatch(/hunter2secret|abc123/)
    const header = await refusal({ url, headers: 'X-Token: s3cr3t\u0001value' })
    expect(`${header.message} ${header.hint}`).not.toContain('s3cr3t')
  })
})

describe('a plan that cannot work is refused', () => {
  it.each([
    [{ attempts: '2', 'success-threshold': '3' }, /success-threshold 3 is more than attempts 2/],
    [{ 'start-period': '5m' }, /start-period 5m does not end before the deadline 5m/],
    [{ deadline: '10s', 'start-period': '20s' }, /start-period 20s does not end before the deadline 10s/],
    [{ deadline: '10s', 'success-threshold': '20' }, /20 good answers, 2s apart, do not fit the deadline 10s/],
    [{ 'max-latency': '15s' }, /max-latency 15s is more than the timeout 10s/],
    [{ method: 'HEAD', 'expect-body': 'ok' }, /HEAD brings no body, and expect-body needs one/],
    [{ method: 'head', 'expect-json': '$.a exists' }, /expect-json needs one/],
    [{ method: 'HEAD', 'expect-version': '1', 'version-from': 'body' }, /version-from needs one/],
  ])('%j', async (given, message) => {
    const refused = await refusal({ url, ...given })
    expect(refused.message).toMatch(message)
    expect(refused.hint).not.toBe('')
  })
})

describe('waiting rules', () => {
  it.each([
    ['5 minutes when nothing is said', {}, 300_000],
    ['what is said', { deadline: '90s', attempts: '5' }, 90_000],
    [
      'start-period + attempts × (timeout + interval)',
      { attempts: '5', interval: '10s', 'start-period': '60s' },
      60_000 + 5 * 20_000,
    ],
  ])('the deadline is %s', async (_, given, deadlineMs) => {
    expect((await only({ url, ...given })).rules.deadlineMs).toBe(deadlineMs)
  })

  it('takes every blank input for one that is not given', async () => {
    const blanks = Object.fromEntries(Object.keys(inputDefaults).map((name) => [name, ' ']))
    expect(await only({ ...blanks, url })).toEqual(await only({ url }))
  })
})

describe('secrets', () => {
  it('masks header values by name, and the token behind their scheme', async () => {
    const masked: string[] = []
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      masked.push(...[...String(chunk).matchAll(/^::add-mask::(.*)$/gm)].map(([, value]) => value ?? ''))
      return true
    })
    const headers = [
      'Authorization: Bearer abcdefgh1234',
      'Cookie: session=12345678',
      'X-Api-Key: key-12345678',
      'X-Env: production-eu',
      'X-Token: short',
    ]
    const { secrets } = await read({ url, headers: headers.join('\n') })
    expect(masked).toEqual(['Bearer abcdefgh1234', 'session=12345678', 'key-12345678', 'abcdefgh1234'])
    expect(secrets).toEqual(masked)
  })
})

it.each([
  ['pull_request', true],
  ['pull_request_target', false],
  ['push', false],
])('knows that github.sha is a merge commit on %s: %s', async (event, expected) => {
  expect((await read({ url }, { GITHUB_EVENT_NAME: event })).isPullRequest).toBe(expected)
})
