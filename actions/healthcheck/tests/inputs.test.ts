import { generateKeyPairSync } from 'node:crypto'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { contract } from '../src/contract.ts'
import { only, read, refusal, url } from './support/reading.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('targets', () => {
  it('takes one URL per line, with or without a name', async () => {
    const { checks } = await read({
      url: `\n  api = ${url}?a=b=c\n\n${url}/two?x=1\r\n web=http://web.example.com \n`,
    })
    expect(checks.map(({ name, target }) => [name, target.request.url.href])).toEqual([
      ['api', `${url}?a=b=c`],
      [`${url}/two?x=…`, `${url}/two?x=1`],
      ['web', 'http://web.example.com/'],
    ])
    expect(checks.every(({ required }) => required)).toBe(true)
  })

  it('reads a YAML list, whose targets inherit from the step what they do not say', async () => {
    const { checks } = await read({
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
      checks.map(({ name, required, rules, target: { expectation, request } }) => [
        name,
        required,
        expectation.expectedVersion,
        rules.timeoutMs,
        request.kind === 'http' && request.headers,
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
      /target 1 has the unknown key "expect-staus"; did you mean "expect-status"\?$/,
    ],
    [
      'a key with an underscore',
      { targets: `- url: ${url}\n  expect_version: 2.0.0` },
      /unknown key "expect_version"; did you mean "expect-version"\?$/,
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
    ['url', 'https://', /host is empty/, /https:\/\//],
    ['method', 'FETCH', /"FETCH" is not known/, /GET, HEAD/],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: nobody expanded them.
    ['expect-version', '${GIT_SHA}', /"\$\{GIT_SHA\}" has an unexpanded variable in it/, /env\.NAME/],
    ['expect-version', 'v1-${{ github.sha }}', /has an unexpanded variable in it/, /env\.NAME/],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: nobody expanded them.
    ['expect-version', '$GIT_SHA', /has an unexpanded variable in it/, /env\.NAME/],
    ['expect-version', '%GIT_SHA%', /has an unexpanded variable in it/, /env\.NAME/],
    ['headers', 'Authorization Bearer x', /line 1 is not a header/, /Name: value/],
    ['headers', 'X-Ok: 1\nBad Name: x', /line 2 is not a header/, /Name: value/],
    ['headers', 'X-Bad: a\u0001b', /"X-Bad" has a character/, /visible/],
    ['headers', 'Connection: keep-alive', /"Connection" is set by the action/, /Leave it out/],
    ['expect-status', '2xx,abc', /"abc" is not a status/, /200-399/],
    ['expect-status', '600', /"600" is never the status/, /599/],
    ['expect-status', '100', /"100" is never the status/, /200/],
    ['expect-status', '299-200', /ends before it begins/, /200-399/],
    ['expect-body', '/(/', /not a regular expression/, /JavaScript/],
    ['expect-body', '/x/y', /flag that is not supported/, /i, m, s/],
    ['expect-json', 'status == "UP"', /does not begin with a path/, /\$\.status == "UP"/],
    ['expect-json', '$.status = "UP"', /unknown operator "="/, /==/],
    ['expect-json', '$.status == UP', /"UP" as its value; a text needs quotes/, /"UP"/],
    ['expect-json', '$.status', /no operator/, /exists/],
    ['expect-json', '$..[ == 1', /.+/, /.+/],
    ['expect-header', 'X-Version', /"X-Version" is not a header/, /Name: value/],
    ['version-from', 'xml:/a', /"xml:\/a" is not a place for the version/, /json:\$\.version/],
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
  })

  it.each([
    ['user:hunter2secret@app.example.com/health', '"…@app.example.com/health"'],
    ['https:/user:hunter2secret@app.example.com', '"https:/…@app.example.com"'],
    ['https//user:hunter2secret@app.example.com', '"…@app.example.com"'],
    ['https://user:a/hunter2secret@app.example.com', '"https://…@app.example.com"'],
    ['tcp://user:1?hunter2secret@db:5432', '"tcp://…"'],
  ])('shows neither user nor password of %s, which it refuses', async (given, shown) => {
    const { message } = await refusal({ url: given })
    expect(message).toContain(shown)
    expect(message).not.toContain('hunter2secret')
    const header = await refusal({ url, headers: 'X-Token: s3cr3t\u0001value' })
    expect(`${header.message} ${header.hint}`).not.toContain('s3cr3t')
  })
})

describe('a plan that cannot work is refused', () => {
  it.each([
    [{ attempts: '2', 'success-threshold': '3' }, /success-threshold \(3\) is above attempts \(2\)/],
    [{ 'start-period': '5m' }, /start-period \(5m\) must be shorter than deadline \(5m\)/],
    [{ deadline: '10s', 'start-period': '20s' }, /start-period \(20 s\) must be shorter than deadline \(10 s\)/],
    [{ deadline: '10s', 'success-threshold': '20' }, /20 successes, 2 s apart, do not fit into deadline \(10 s\)/],
    [{ 'max-latency': '15s' }, /max-latency \(15 s\) is above timeout \(10 s\)/],
    [{ method: 'HEAD', 'expect-body': 'ok' }, /HEAD returns no body, and expect-body needs one/],
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
    const blanks = Object.fromEntries(Object.keys(contract.inputs).map((name) => [name, ' ']))
    const [blank, bare] = [await only({ ...blanks, url }), await only({ url })]
    const route = { ...blank.target.route, proxyFor: bare.target.route.proxyFor }
    expect({ ...blank, target: { ...blank.target, route } }).toEqual(bare)
  })
})

it('reads the headers to send and those to expect', async () => {
  const { request, expectation } = (await only({ url, headers: 'X-A : a: b ', 'expect-header': 'X-B: c' })).target
  expect(request.kind === 'http' && request.headers).toEqual([['X-A', 'a: b']])
  expect(expectation.headers).toEqual([{ name: 'x-b', source: 'X-B: c', pattern: { kind: 'substring', text: 'c' } }])
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
    expect(masked).toEqual(['Bearer abcdefgh1234', 'abcdefgh1234', 'session=12345678', '12345678', 'key-12345678'])
    expect(secrets).toEqual(masked)
  })

  it('masks what the names of a query or a body say is secret', async () => {
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
    const given = { url: `${url}?token=abcd%2B1234&page=12345678`, method: 'POST', body: '{"password": "p4ssw0rd"}' }
    expect((await read(given)).secrets).toEqual(['abcd%2B1234', 'abcd+1234', 'p4ssw0rd'])
  })

  it('keeps short credentials secret too, and masks in the job what is no everyday syllable', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
    const headers = 'Authorization: Bearer tok12\nProxy-Authorization: Basic YTo='
    expect((await read({ url, headers: 'Authorization: Bearer ' })).secrets).toEqual([])
    expect((await read({ url, headers })).secrets).toEqual(['Bearer tok12', 'tok12', 'Basic YTo=', 'YTo='])
    expect((await read({ url }, { HTTPS_PROXY: 'http://user:pw1@proxy.test' })).secrets).toEqual(['pw1'])
    const said = write.mock.calls.join('')
    expect(said).toContain('::add-mask::tok12')
    expect(said).not.toContain('::add-mask::pw1')
  })
})

it.each([
  ['pull_request', true],
  ['pull_request_target', false],
  ['push', false],
])('knows that github.sha is a merge commit on %s: %s', async (event, expected) => {
  expect((await read({ url }, { GITHUB_EVENT_NAME: event })).isPullRequest).toBe(expected)
})

describe('the way to a target', () => {
  it.each([
    ['another host', { resolve: 'api.example.com:443:192.0.2.1' }, 'api.example.com:443'],
    ['another port', { resolve: 'app.example.com:80:192.0.2.1' }, 'app.example.com:80'],
    ['a typo', { resolve: 'app.exmaple.com:443:192.0.2.1' }, 'app.exmaple.com:443'],
    ['one of several', { resolve: 'app.example.com:443:192.0.2.1\nb.example.com:1:192.0.2.1' }, 'b.example.com:1'],
    [
      'the upgrade to https where no redirect is followed',
      {
        url: 'http://app.example.com',
        resolve: 'app.example.com:443:192.0.2.1',
        'follow-redirects': 'none',
      },
      'app.example.com:443',
    ],
    [
      'the upgrade of another host',
      { url: 'http://app.example.com', resolve: 'b.example.com:443:192.0.2.1' },
      'b.example.com:443',
    ],
    ['no redirects', { resolve: 'api.example.com:443:192.0.2.1', 'follow-redirects': 'none' }, 'api.example.com:443'],
    [
      'a scheme without redirects',
      { url: 'tcp://db.example.com:5432', resolve: 'db.example.com:5433:192.0.2.1', 'follow-redirects': 'all' },
      'db.example.com:5433',
    ],
    [
      'redirects of a target that does not have the line',
      {
        url: '',
        targets: [
          `- { name: a, url: "${url}", resolve: "b.example.com:443:192.0.2.1" }`,
          '- { name: c, url: "https://c.example.com", follow-redirects: all }',
        ].join('\n'),
      },
      'b.example.com:443',
    ],
  ])('refuses a line of resolve that nothing comes by: %s', async (_, given, place) => {
    const { message, hint } = await refusal({ url, ...given })
    expect(message).toBe(`Input "resolve": no target is at "${place}", and no redirect may lead there.`)
    expect(hint).toMatch(/as in (app|db)\.example\.com:\d+:192\.0\.2\.10.*follow-redirects/)
  })

  it.each([
    ['a target with its default port', {}],
    ['a later target', { url: `${url}\nhttp://b.example.com:8080`, resolve: 'b.example.com:8080:192.0.2.1' }],
    ['a target of another scheme', { url: 'grpcs://B.example.com:1', resolve: 'b.example.com:1:192.0.2.1' }],
    ['the upgrade of a target to https', { url: 'http://app.example.com/health' }],
    ['where redirects lead', { resolve: 'login.example.com:443:192.0.2.1', 'follow-redirects': 'all' }],
    [
      'a target, where others inherit the line',
      {
        url: '',
        targets: `- url: ${url}\n  follow-redirects: all\n- url: https://b.example.com`,
        resolve: 'login.example.com:443:192.0.2.1',
      },
    ],
  ])('takes a line of resolve for %s', async (_, given) => {
    const { checks } = await read({ url, resolve: 'app.example.com:443:192.0.2.1', ...given })
    expect(checks.every(({ target }) => target.route.resolve.size === 1)).toBe(true)
  })

  it('refuses a resolve that is none', async () => {
    const { message, hint } = await refusal({ url, resolve: 'app.example.com:443' })
    expect(message).toContain('is not host:port:ip')
    expect(hint).toContain('app.example.com:443:192.0.2.10')
  })

  const authority = createAuthority()
  const client = authority.issueClient({ name: 'checker' })
  const other = authority.issueClient({ name: 'other' })
  const encrypted = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const certificate = { 'client-certificate': client.cert }

  it('takes a client certificate with its key, which is a secret', async () => {
    const { checks, secrets } = await read({ url, ...certificate, 'client-key': client.key })
    expect(checks[0]?.target.route.secureContext).toBeDefined()
    expect(secrets.join()).toContain(client.key.trim())
  })

  it.each([
    ['a certificate without a key', certificate, /"client-certificate" is given without "client-key"/],
    ['a key without a certificate', { 'client-key': client.key }, /"client-key" is given without "client-certificate"/],
    ['the key of another', { ...certificate, 'client-key': other.key }, /is not the key of/],
    [
      'an encrypted key',
      { ...certificate, 'client-key': encrypted.privateKey },
      /no private key in it that can be read/,
    ],
    ['a public key', { ...certificate, 'client-key': encrypted.publicKey }, /no private key in it that can be read/],
    ['no PEM', { 'ca-certificate': 'MIIB' }, /there is no PEM certificate/],
    ['a key as a certificate', { 'ca-certificate': client.key }, /there is no PEM certificate/],
    [
      'a broken certificate',
      { 'ca-certificate': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
      /certificate 1 cannot be read/,
    ],
  ])('refuses %s, and shows no key', async (_, given, message) => {
    const refused = await refusal({ url, ...given })
    expect(refused.message).toMatch(message)
    expect(JSON.stringify(refused)).not.toMatch(/PRIVATE KEY|MII|MIG/)
  })

  it('refuses all-addresses behind a proxy, and not past it', async () => {
    const given = { url, 'all-addresses': 'true' }
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.test:3128')
    expect((await refusal(given)).message).toContain('all-addresses does not work through a proxy')
    vi.stubEnv('NO_PROXY', '.example.com')
    expect((await only(given)).target.allAddresses).toBe(true)
  })

  it('refuses resolve behind a proxy that is asked for the whole URL, and takes it past that and in a tunnel', async () => {
    const given = { url: 'http://app.example.com', resolve: 'app.example.com:80:192.0.2.1' }
    vi.stubEnv('HTTP_PROXY', 'http://proxy.test:3128')
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.test:3128')
    expect(await refusal(given)).toEqual({
      message:
        'Target "http://app.example.com/": resolve does not work through an HTTP proxy, which resolves the name itself.',
      hint: 'Add the host to NO_PROXY.',
    })
    // A line for another port or another target does not concern it.
    const others = { ...given, url: `${given.url}:8080\n${url}`, resolve: 'app.example.com:443:192.0.2.1' }
    expect((await read(others)).checks).toHaveLength(2)
    vi.stubEnv('NO_PROXY', 'app.example.com')
    expect((await only(given)).target.route.resolve.size).toBe(1)
  })

  it('refuses a proxy that is none, without its credentials', async () => {
    vi.stubEnv('HTTPS_PROXY', 'socks5://user:hunter2hunter2@proxy.test')
    const refused = await refusal({ url })
    expect(refused.message).toContain('HTTPS_PROXY')
    expect(JSON.stringify(refused)).not.toContain('hunter2')
  })

  it('keeps the password of a proxy a secret, as it is and decoded', async () => {
    const proxied = await read({ url }, { HTTPS_PROXY: 'http://user:p%40ssword-1@proxy.test' })
    expect(proxied.secrets).toEqual(['p%40ssword-1', 'p@ssword-1'])
    expect((await read({ url }, { HTTPS_PROXY: 'http://user:100%of-it@proxy.test' })).secrets).toEqual(['100%of-it'])
  })
})

describe('schemes', () => {
  it.each([
    ['tcp://DB.example.com:5432', 'socket', 'tcp://db.example.com:5432'],
    ['tcp://[::1]:5432/', 'socket', 'tcp://[::1]:5432'],
    ['tls://0x7f.1:443', 'socket', 'tls://127.0.0.1:443'],
    ['grpc://api.example.com:50051', 'grpc', 'grpc://api.example.com:50051'],
    ['grpcs://api.example.com:443/my.Service', 'grpc', 'grpcs://api.example.com:443/my.Service'],
  ])('%s is read', async (given, kind, href) => {
    const { request } = (await only({ url: given })).target
    expect([request.kind, request.url.href.replace(/\/$/, '')]).toEqual([kind, href])
  })

  it.each([
    ['', ''],
    ['/', ''],
    ['/my.Service', 'my.Service'],
    ['/a%20b%2Fc', 'a b/c'],
    ['/дом', 'дом'],
  ])('the service of grpc://…%s is %j', async (path, service) => {
    const { request } = (await only({ url: `grpc://api.example.com:1${path}` })).target
    expect(request.kind === 'grpc' && request.service).toBe(service)
  })

  it.each([
    ['tcp://db.example.com', /has no port/],
    ['tls://db.example.com/', /has no port/],
    ['grpc://api.example.com/my.Service', /has no port/],
    ['tcp://db.example.com:0', /port is not a number from 1/],
    ['tcp://db.example.com:5432/path', /has a path or a query/],
    ['tls://db.example.com:5432?x=1', /has a path or a query/],
    ['grpc://api.example.com:1/svc?x=1', /has a path or a query/],
    ['tcp://:5432', /host is empty/],
    ['tcp://a b:5432', /one URL per line/],
    ['tcp://a%00b:5432', /not a URL|no host/],
    ['tcp://999.1.1.1:5432', /not a URL|no host/],
    ['tcp://db.example.com:65536', /not a URL/],
    ['tcp:db.example.com:5432', /not a URL/],
    ['grpc://api.example.com:1/%zz', /encodes nothing/],
    ['tcp://user:hunter2@db.example.com:5432', /user name or password/],
    ['udp://db.example.com:53', /unknown scheme/],
  ])('%s is refused', async (given, message) => {
    const refused = await refusal({ url: given })
    expect(refused.message).toMatch(message)
    expect(JSON.stringify(refused)).not.toContain('hunter2')
  })

  it.each([
    ['http://a.example.com', { 'tls-min-days': '7' }, /tls-min-days/],
    ['tcp://a.example.com:1', { 'tls-min-days': '7' }, /tls-min-days/],
    ['grpc://a.example.com:1', { 'tls-min-days': '0' }, /tls-min-days/],
    ['tcp://a.example.com:1', { 'expect-status': '200' }, /expect-status/],
    ['tls://a.example.com:1', { 'expect-body': 'up' }, /expect-body/],
    ['grpc://a.example.com:1', { 'expect-json': '$.a exists' }, /expect-json/],
    ['grpcs://a.example.com:1', { 'expect-header': 'a: b' }, /expect-header/],
    ['grpcs://a.example.com:1', { 'expect-version': '1' }, /expect-version/],
    [url, { samples: '19', 'max-p95': '50ms' }, /max-p95 needs at least 20 samples/],
    [url, { 'max-p95': '50ms' }, /max-p95 needs at least 20 samples/],
  ])('%s does not go with %j', async (given, more, message) => {
    expect((await refusal({ url: given, ...more })).message).toMatch(message)
  })

  it.each([
    ['tls://a.example.com:1', { 'tls-min-days': '7' }],
    ['grpcs://a.example.com:1', { 'tls-min-days': '7', 'max-latency': '1s' }],
    [url, { samples: '20', 'max-p95': '50ms' }],
    [url, { samples: '5' }],
  ])('%s goes with %j', async (given, more) => {
    expect((await only({ url: given, ...more })).target.request.url.host).toBeTruthy()
  })
})
