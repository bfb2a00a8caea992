// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what nobody expanded is what is tested here.
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { only, refusal } from './support/reading.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

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
  it.each(severalInOne)('%j is refused: one URL per line', async (given) => {
    for (const inputs of [{ url: given }, { targets: `- url: ${JSON.stringify(given)}` }, { url: `api = ${given}` }]) {
      const { message, hint } = await refusal(inputs)
      expect(message).toContain(': one URL per line')
      expect(hint).toContain('Write one URL per line, optionally as "name = URL"')
    }
  })

  it.each([
    ...['"https://app.example.com/health"', "'https://app.example.com/'", '<https://app.example.com/health>'],
    ...[
      'https://"app.example.com"/health',
      'https://<app>.example.com/',
      'tcp://"db.example.com":5432',
      '`https://a/`',
    ],
  ])('%s is refused for its quotation mark', async (given) => {
    const { message, hint } = await refusal({ url: given })
    expect(message).toMatch(/has "(\\"|'|<|`)" in it, which belongs to no URL\.$/)
    expect(hint).toContain('Write it without. For an output of Terraform use terraform output -raw.')
  })

  it.each(['https://null/health', 'https://undefined', 'http://None:8080/', 'tcp://null:5432'])(
    '%s is refused: its host is the text of an unset variable',
    async (given) => {
      expect((await refusal({ url: given })).message).toMatch(
        /is not a target, the host is "\w+": is a variable unset\?$/,
      )
    },
  )

  it.each(['http://[fe80::1%eth0]:80/', 'http://[fe80::1%25eth0]/'])('%s is refused for its zone', async (given) => {
    expect((await refusal({ url: given })).message).toContain('has a zone in its address, which a URL cannot name')
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
  ])('%s is refused: %s, is a variable unset?', async (given, problem) => {
    expect((await refusal({ url: given })).message).toMatch(
      /, (the|a part of the) (host|port) is empty: is a variable unset\?$/,
    )
    expect((await refusal({ url: given })).message).toContain(problem)
    expect((await refusal({ targets: `- url: "${given}"` })).message).toContain(`${problem}: is a variable unset?`)
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
  ])('%s is refused: %s is an unexpanded variable', async (given, name) => {
    for (const inputs of [{ url: given }, { url: `api = ${given}` }, { targets: `- url: ${JSON.stringify(given)}` }]) {
      expect((await refusal(inputs)).message).toContain(`has "${name}" in it, which is an unexpanded variable`)
    }
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
  ])('%s is refused: it %s', async (given, problem) => {
    expect((await refusal({ url: given })).message).toContain(problem)
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
  ])('%s works as before', async (given) => {
    expect((await only({ url: given })).target.request.url.href).toBe(new URL(given).href)
    expect((await only({ url: `api = ${given}` })).target.request.url.href).toBe(new URL(given).href)
  })

  it.each([
    ['web =', 'the URL of "web" is empty: is a variable unset?'],
    ['web =\napi = https://a', 'the URL of "web" is empty: is a variable unset?'],
    ['= https://a', 'the name in front of "=" is empty: is a variable unset?'],
    ['a = b = https://a', ': one URL per line'],
    // A part of a URL without its scheme is no name: something else would be probed.
    ['localhost:8080/?next=https://a', 'is not a URL'],
    ['app.example.com/health?next=https://a', 'is not a URL'],
  ])('%j is refused', async (given, problem) => {
    expect((await refusal({ url: given })).message).toContain(problem)
  })

  it.each([
    'https://user:pa$hunter2@app.example.com/',
    'https://user:pa$hunter2/x@app.example.com/',
    'https://user:pa,hunter2@app.example.com/',
    'https://user:pa hunter2@app.example.com/',
    'https://user:hunter2:@app.example.com/',
    'https://app.example.com/?token=hunter2,https://b',
    'https://app.example.com/?token=${hunter2 x',
  ])('%s is refused without a word of what may be secret', async (given) => {
    expect(JSON.stringify(await refusal({ url: given }))).not.toContain('hunter2')
  })

  it('takes a URL of the standard for what it is, or says no in words', async () => {
    const any = fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.webUrl({ validSchemes: ['http', 'https'] }))
    await fc.assert(
      fc.asyncProperty(any, async (given) => {
        // Both are legal and not meant: a separator at the end, and one in front of a scheme.
        fc.pre(!/[,;]$|[,;][a-z][a-z\d+.-]*:\/\//i.test(given))
        const { href } = (await only({ url: given })).target.request.url
        expect(href).toBe(new URL(given).href.replace(/#.*$/s, ''))
      }),
      { numRuns: 200 },
    )
  })
})
