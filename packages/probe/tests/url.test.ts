// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what nobody expanded is what is tested here.
import { Malformed } from '@deploy-safety/common/inputs'
import { anyText } from '@deploy-safety/simulators/any-text'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseResolve, parseUrl } from '../src/url.ts'

const refusal = (text: string) => thrownBy(() => parseUrl(text), Malformed)

describe('a URL that a parser would take, and nobody means', () => {
  const severalInOne = [
    ...[
      'https://a,https://b',
      'https://a https://b',
      'https://a;https://b',
      'https://a|https://b',
      'https://ahttps://b',
    ],
    ...['https://a/x,https://b/x', 'https://a/x, https://b/x', 'https://a/xhttps://b/x', 'https://a?x=1,https://b'],
    ...[
      'https://a/x\\nhttps://b/x',
      'https://https://a/x',
      'https://http://a:80',
      'tcp://a:1,tcp://b:2',
      'tcp://a:1,b:2',
    ],
    ...[
      'https://a/x,',
      'https://a/x;',
      'https://a/x|',
      'https://a?x=1,',
      'https://a,b/x',
      'https://a;b/x',
      'https://a|b/x',
    ],
    ...['https://a/x y', 'https://a/x\ty', 'https://a/x\u00a0y', 'https://a/?q=x y', 'web https://a', 'web: https://a'],
    ...['- https://a', 'a,b', 'https://a/x,ftp://b', 'https://a/x\u0001', 'grpc://a:1;grpc://b:2'],
  ]
  it.each(severalInOne)('%j is refused: one URL per line', (given) => {
    const { message, accepted } = refusal(given)
    expect(message).toContain(': one URL per line')
    expect(accepted).toContain('Write one URL per line, optionally as "name = URL"')
  })

  it.each([
    ...['"https://app.example.com/health"', "'https://app.example.com/'", '<https://app.example.com/health>'],
    ...[
      'https://"app.example.com"/health',
      'https://<app>.example.com/',
      'tcp://"db.example.com":5432',
      '`https://a/`',
    ],
  ])('%s is refused for its quotation mark', (given) => {
    const { message, accepted } = refusal(given)
    expect(message).toMatch(/has "(\\"|'|<|`)" in it, which belongs to no URL$/)
    expect(accepted).toContain('Write it without. For an output of Terraform use terraform output -raw.')
  })

  it.each(['https://null/health', 'https://undefined', 'http://None:8080/', 'tcp://null:5432'])(
    '%s is refused: its host is the text of an unset variable',
    (given) => {
      expect(refusal(given).message).toMatch(/is not a target, the host is "\w+": is a variable unset\?$/)
    },
  )

  it.each(['http://[fe80::1%eth0]:80/', 'http://[fe80::1%25eth0]/'])('%s is refused for its zone', (given) => {
    expect(refusal(given).message).toContain('has a zone in its address, which a URL cannot name')
  })

  it.each([
    ['https:///health', 'the host is empty'],
    ['http://:8080/', 'the host is empty'],
    ['https://?x', 'the host is empty'],
    ['https://#x', 'the host is empty'],
    ['tcp://', 'the host is empty'],
    ['tcp:///x', 'the host is empty'],
    ['grpcs://:443/svc', 'the host is empty'],
    ['https://.example.com/health', 'a part of the host is empty'],
    ['https://app..example.com/health', 'a part of the host is empty'],
    ['http://app.example.com:/health', 'the port is empty'],
    ['tcp://db.example.com:', 'the port is empty'],
  ])('%s is refused: %s, is a variable unset?', (given, problem) => {
    expect(refusal(given).message).toMatch(/, (the|a part of the) (host|port) is empty: is a variable unset\?$/)
    expect(refusal(given).message).toContain(problem)
  })

  it.each([
    ['https://$HOST/health', '$HOST'],
    ['https://${HOST}/health', '${HOST}'],
    ['https://{{host}}/', '{{host}}'],
    ['https://{{ host }}/', '{{ host }}'],
    ['https://${{ vars.HOST }}/', '${{ vars.HOST }}'],
    ['https://%HOST%/', '%HOST%'],
    ['https://$(HOST)/', '$(HOST)'],
    ['https://{host}/', '{'],
    ['https://app-$ENV.example.com/', '$ENV'],
    ['http://localhost:${PORT}/', '${PORT}'],
    ['http://localhost:$PORT', '$PORT'],
    ['tcp://$DB_HOST:5432', '$DB_HOST'],
    ['grpc://${HOST}:1/svc', '${HOST}'],
    ['$URL', '$URL'],
    ['${URL}/health', '${URL}'],
    ['{{ url }}/health', '{{ url }}'],
    ['%URL%/health', '%URL%'],
    ['$SCHEME://app.example.com', '$SCHEME'],
    ['https://app.example.com/${VERSION}/health', '${VERSION}'],
    ['https://app.example.com/{{ path }}', '{{ path }}'],
  ])('%s is refused: %s is an unexpanded variable', (given, name) => {
    expect(refusal(given).message).toContain(`has "${name}" in it, which is an unexpanded variable`)
  })

  it.each([
    ['https:/app.example.com/', 'is not a URL'],
    ["'app.example.com'", 'which belongs to no URL'],
    ['https:app.example.com', 'is not a URL'],
    ['https:/app.example.com/?next=https://x', 'is not a URL'],
    ['https:\\\\app.example.com', 'is not a URL'],
    ['https://app.example.com\\health', String.raw`has "\\" in its path`],
    ['https://app.example.com/health"', String.raw`has "\"" in its path`],
    ['https://app.example.com/<version>', 'has "<" in its path'],
    ['http://app.example.com:0/', 'port is not a number from 1 to 65535'],
    ['http://app.example.com:99999/', 'port is not a number from 1 to 65535'],
    ['http://app.example.com:80a/', 'port is not a number from 1 to 65535'],
    ['http://::1/', 'the host is empty'],
    ['http://2001:db8::1/', 'port is not a number from 1 to 65535'],
    ['https://@app.example.com/', 'holds a user name or password'],
    ['https://:@app.example.com/', 'holds a user name or password'],
  ])('%s is refused: it %s', (given, problem) => {
    expect(refusal(given).message).toContain(problem)
  })

  it.each([
    'https://app.example.com/a,b;c|d',
    'https://app.example.com/$metadata',
    'https://app.example.com/?next=https://x.example.com/y',
    'https://app.example.com/?a=1,2;b=3|4&u=tcp://x:1',
    'https://app.example.com/https://x.example.com/',
    'https://app.example.com/?q={app="x"}',
    'https://app.example.com./health',
    'https://my_app.example.com/health',
    'https://-/health',
    'http://[::1]:8080/health',
    'http://[::1]/health',
    'HTTPS://APP.example.com:443/health',
    'https://größe.example.com/',
    'https://app.example.com/a%20b%2Cc',
    'https://app.example.com/@scope/x',
    'https://app.example.com:00443/health',
  ])('%s is taken as it is', (given) => {
    expect(parseUrl(given).href).toBe(new URL(given).href)
  })

  it.each([
    'https://user:pa$hunter2@app.example.com/',
    'https://user:pa$hunter2/x@app.example.com/',
    'https://user:pa,hunter2@app.example.com/',
    'https://user:pa hunter2@app.example.com/',
    'https://user:hunter2:@app.example.com/',
    'https://app.example.com/?token=hunter2,https://b',
    'https://app.example.com/?token=${hunter2 x',
  ])('%s is refused without a word of what may be secret', (given) => {
    expect(JSON.stringify([refusal(given).message, refusal(given).accepted])).not.toContain('hunter2')
  })

  it('takes a URL of the standard for what it is, or says no in words', () => {
    const any = fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.webUrl({ validSchemes: ['http', 'https'] }))
    fc.assert(
      fc.property(any, (given) => {
        // Both are legal and not meant: a separator at the end, and one in front of a scheme.
        fc.pre(!/[,;]$|[,;][a-z][a-z\d+.-]*:\/\//i.test(given))
        expect(parseUrl(given).href).toBe(new URL(given).href.replace(/#.*$/s, ''))
      }),
      { numRuns: 200 },
    )
  })
})

it('leaves out what is behind #, which no server ever sees', () => {
  expect(parseUrl('https://app.example.com/?a=1#token').href).toBe('https://app.example.com/?a=1')
})

describe('what is no HTTP', () => {
  it.each([
    ['tcp://DB.example.com:5432', 'tcp://db.example.com:5432'],
    ['tcp://db.example.com:5432/', 'tcp://db.example.com:5432'],
    ['tls://[2001:DB8::1]:443', 'tls://[2001:db8::1]:443'],
    ['grpc://größe.example.com:50051', 'grpc://xn--gre-6ka8i.example.com:50051'],
    ['grpcs://api.example.com:443/my.Service#top', 'grpcs://api.example.com:443/my.Service'],
  ])('%s is %s', (given, href) => {
    expect(parseUrl(given).href).toBe(href)
  })

  it.each([
    ['tcp://db.example.com', 'has no port'],
    ['grpcs://api.example.com/my.Service', 'has no port'],
    ['tcp://db.example.com:5432/x', 'has a path or a query'],
    ['tls://db.example.com:5432?x', 'has a path or a query'],
    ['grpc://api.example.com:1/my.Service?x', 'has a path or a query'],
    ['grpc://api.example.com:1/100%', 'has a % that encodes nothing'],
    ['tcp://db example.com:5432', 'has a blank in it'],
    ['ftp://db.example.com:21', 'has the unknown scheme "ftp:"'],
  ])('%s is refused: it %s', (given, problem) => {
    expect(refusal(given).message).toContain(problem)
  })
})

describe('any text', () => {
  it('is a URL with a host and without credentials, or Malformed', () => {
    const parts = fc.constantFrom(
      'http',
      'tcp',
      'grpcs',
      '://',
      ':',
      '/',
      '@',
      'a.example',
      '[::1]',
      '1',
      '?',
      '#',
      '%',
    )
    const text = fc.oneof(
      anyText(),
      fc.array(parts, { maxLength: 10 }).map((list) => list.join('')),
    )
    fc.assert(
      fc.property(text, (given) => {
        try {
          const { host, username, password, hash } = parseUrl(given)
          expect(host).not.toBe('')
          expect(username + password + hash).toBe('')
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('parseResolve', () => {
  it('reads lines, with IPv6 in brackets or without', () => {
    const text = 'APP.example.com:443:192.0.2.1\n\n b.example.com:8443:[2001:db8::1]\nc.example.com:080:::1'
    expect([...parseResolve(text)]).toEqual([
      ['app.example.com:443', '192.0.2.1'],
      ['b.example.com:8443', '2001:db8::1'],
      ['c.example.com:80', '::1'],
    ])
  })

  it.each([
    'app.example.com',
    'app.example.com:443',
    'app.example.com:443:',
    'app.example.com:443:other.example.com',
    'app.example.com:443:192.0.2.256',
    'app.example.com:65536:192.0.2.1',
    'app.example.com::192.0.2.1',
    ':443:192.0.2.1',
    'app.example.com:https:192.0.2.1',
    '192.0.2.1:app.example.com:443',
    'app.example.com:443:192.0.2.1,192.0.2.2',
    'app.example.com:443:192.0.2.1 # here',
  ])('refuses %j', (text) => {
    const { message, accepted } = thrownBy(() => parseResolve(text), Malformed)
    expect(message).toContain('is not host:port:ip')
    expect(accepted).toContain('app.example.com:443:192.0.2.10')
  })
})
