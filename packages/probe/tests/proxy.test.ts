import { describe, expect, it } from 'vitest'
import { hostOf, portOf } from '../src/endpoint.ts'
import { proxyFromEnvironment } from '../src/proxy.ts'

/** The proxy for a URL, as `host:port`, or `direct`. */
function proxyFor(url: string, env: Record<string, string>): string {
  return proxyFromEnvironment(env)(new URL(url))?.host ?? 'direct'
}

describe('the variable that counts', () => {
  const env = { HTTP_PROXY: 'http://plain.test:1', HTTPS_PROXY: 'http://tunnel.test:2' }

  it.each([
    ['http://app.test/', 'plain.test:1'],
    ['https://app.test/', 'tunnel.test:2'],
    ['tcp://app.test:5432', 'tunnel.test:2'],
    ['tls://app.test:443', 'tunnel.test:2'],
    ['grpc://app.test:50051/svc', 'tunnel.test:2'],
    ['grpcs://app.test:443/svc', 'tunnel.test:2'],
  ])('for %s is that of %s', (url, proxy) => {
    expect(proxyFor(url, env)).toBe(proxy)
  })

  it.each(['https://app.test/', 'tcp://app.test:1', 'grpc://app.test:1'])('HTTP_PROXY is nothing to %s', (url) => {
    expect(proxyFor(url, { HTTP_PROXY: 'http://plain.test:1' })).toBe('direct')
  })

  it('HTTPS_PROXY is nothing to http://', () => {
    expect(proxyFor('http://app.test/', { HTTPS_PROXY: 'http://tunnel.test:2' })).toBe('direct')
  })

  it.each([
    ['lower case alone', { https_proxy: 'http://lower.test:3' }, 'lower.test:3'],
    ['lower case first', { https_proxy: 'http://lower.test:3', HTTPS_PROXY: 'http://upper.test:4' }, 'lower.test:3'],
    ['an empty one is none', { https_proxy: '', HTTPS_PROXY: 'http://upper.test:4' }, 'upper.test:4'],
    ['none', {}, 'direct'],
    ['both empty', { https_proxy: '', HTTPS_PROXY: '' }, 'direct'],
    ['without a scheme', { HTTPS_PROXY: 'proxy.test:3128' }, 'proxy.test:3128'],
    ['without a scheme, with a user', { HTTPS_PROXY: 'user:pass@proxy.test:3128' }, 'proxy.test:3128'],
    ['an address without a scheme', { HTTPS_PROXY: '10.0.0.1:3128' }, '10.0.0.1:3128'],
    ['an IPv6 address', { HTTPS_PROXY: 'http://[::1]:3128' }, '[::1]:3128'],
    ['a proxy reached through TLS', { HTTPS_PROXY: 'https://proxy.test' }, 'proxy.test'],
  ])('%s', (_, variables, proxy) => {
    expect(proxyFor('https://app.test/', variables as Record<string, string>)).toBe(proxy)
  })

  it.each([
    'socks5://proxy.test:1080',
    'socks5h://proxy.test',
    'ftp://proxy.test',
    'http://',
    'http://a b',
    'http://h:99999',
  ])('%j is refused, by the name of the variable', (value) => {
    for (const name of ['HTTP_PROXY', 'https_proxy'])
      expect(() => proxyFromEnvironment({ [name]: value })).toThrow(name.toUpperCase())
  })

  it('a refusal shows no credentials', () => {
    expect(() => proxyFromEnvironment({ HTTPS_PROXY: 'socks5://user:hunter2hunter2@proxy.test' })).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/hunter2|user/) }),
    )
  })
})

describe('NO_PROXY', () => {
  const through = (url: string, exceptions: string) =>
    proxyFor(url, { HTTP_PROXY: 'http://proxy.test:1', HTTPS_PROXY: 'http://proxy.test:1', NO_PROXY: exceptions }) !==
    'direct'

  it.each([
    ['app.test', 'https://app.test/'],
    ['app.test', 'https://APP.test/'],
    ['APP.TEST', 'https://app.test/'],
    ['app.test', 'https://deep.sub.app.test/'],
    ['app.test', 'https://app.test./'],
    ['app.test.', 'https://app.test/'],
    ['.app.test.', 'https://sub.app.test./'],
    ['.app.test', 'https://sub.app.test/'],
    ['.app.test', 'https://app.test/'],
    ['*.app.test', 'https://sub.app.test/'],
    ['test', 'https://app.test/'],
    ['app.test:8443', 'https://app.test:8443/'],
    ['app.test:443', 'https://app.test/'],
    ['app.test:80', 'http://app.test/'],
    ['app.test:5432', 'tcp://app.test:5432'],
    ['.app.test:8443', 'https://sub.app.test:8443/'],
    ['*:8443', 'https://app.test:8443/'],
    ['10.1.2.3', 'http://10.1.2.3/'],
    ['10.1.2.3:8080', 'http://10.1.2.3:8080/'],
    ['10.0.0.0/8', 'http://10.200.1.1/'],
    ['10.0.0.0/8:8080', 'http://10.200.1.1:8080/'],
    ['10.1.2.3/32', 'http://10.1.2.3/'],
    ['0.0.0.0/0', 'http://10.1.2.3/'],
    ['2001:db8::9', 'http://[2001:db8::9]:8080/'],
    ['[2001:db8::9]', 'http://[2001:db8::9]:8080/'],
    ['[2001:db8::9]:8080', 'http://[2001:db8::9]:8080/'],
    ['2001:db8:0:0:0:0:0:9', 'http://[2001:db8::9]/'],
    ['2001:db8::/32', 'https://[2001:db8:1::5]/'],
    ['[2001:db8::]/32', 'https://[2001:db8:1::5]/'],
    ['2001:DB8::1', 'https://[2001:db8::1]/'],
    ['*', 'https://app.test/'],
    ['*', 'https://[2001:db8::9]/'],
    ['other.test , app.test', 'https://app.test/'],
    ['other.test app.test', 'https://app.test/'],
    ['other.test,,\tapp.test,', 'https://app.test/'],
    ['localhost,127.0.0.1,2001:db8::9', 'http://[2001:db8::9]:3/'],
  ])('%j excepts %s', (exceptions, url) => {
    expect(through(url, exceptions)).toBe(false)
  })

  it.each([
    ['', 'https://app.test/'],
    [' , ', 'https://app.test/'],
    ['app.test', 'https://notapp.test/'],
    ['app.test', 'https://app.test.evil/'],
    ['app.test:8443', 'https://app.test/'],
    ['app.test:80', 'https://app.test/'],
    ['*.app.test', 'https://notapp.test/'],
    ['10.1.2.3', 'http://10.1.2.30/'],
    ['10.0.0.0/8', 'http://11.0.0.1/'],
    ['10.0.0.0/8', 'http://app.test/'],
    ['10.0.0.0/8', 'http://[2001:db8::9]/'],
    ['10.1.2.3:8080', 'http://10.1.2.3/'],
    ['2001:db8::9', 'http://[2001:db8::a]/'],
    ['[2001:db8::9]:8080', 'http://[2001:db8::9]:8081/'],
    ['2001:db8::/32', 'https://[2001:db9::1]/'],
    ['a*p.test', 'https://app.test/'],
  ])('%j does not except %s', (exceptions, url) => {
    expect(through(url, exceptions)).toBe(true)
  })

  it.each([
    ...['127.0.0.1', '127.1.2.3', '127.1', '2130706433', '0.0.0.0', '0', '[::1]', '[::]', '[::ffff:127.0.0.1]'],
    ...['localhost', 'LOCALHOST', 'localhost.', 'app.localhost'],
  ])('is not needed for %s, which is the runner itself', (host) => {
    for (const scheme of ['http', 'https']) expect(through(`${scheme}://${host}:8080/`, '')).toBe(false)
    expect(through(`tcp://${new URL(`http://${host}`).hostname}:8080`, '')).toBe(false)
  })

  it.each(['128.0.0.1', '10.0.0.1', '0.0.0.1', '[::2]', 'localhost.test', 'notlocalhost', 'localhosts'])(
    'is needed for %s, which is another host',
    (host) => {
      expect(through(`http://${host}:8080/`, '')).toBe(true)
    },
  )

  it.each([
    '10.0.0.0/99',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/x',
    '10.0.0.0/8/8',
    '10.0.0.0/8.5',
    '::/129',
    '::/',
    'fe80::1%eth0',
    '/',
    '/8',
    ':',
    ':80',
    '::::',
    '[',
    ']',
    '[]',
    '[]:80',
    '.',
    '*.',
    '**',
    'https://',
    'app.test:',
    'app.test:x',
    '999.1.1.1',
    '%',
    '(',
    '\\',
    '\u0000',
    'ü',
  ])('garbage excepts nothing and breaks nothing: %j', (garbage) => {
    for (const url of ['https://app.example.com/', 'http://10.1.2.3/', 'https://[2001:db8::1]/'])
      expect(through(url, garbage)).toBe(true)
    // What stands beside it still holds.
    expect(through('https://app.test/', `${garbage},app.test`)).toBe(false)
    expect(through('https://app.test/', `app.test ${garbage}`)).toBe(false)
  })

  it('lower case wins', () => {
    const env = { HTTPS_PROXY: 'http://proxy.test:1', NO_PROXY: 'app.test', no_proxy: 'other.test' }
    expect(proxyFor('https://app.test/', env)).toBe('proxy.test:1')
    expect(proxyFor('https://other.test/', env)).toBe('direct')
  })
})

describe('host and port of a URL', () => {
  it.each([
    ['http://app.test/', 'app.test', 80],
    ['https://app.test/', 'app.test', 443],
    ['http://[::1]:8080/', '::1', 8080],
    ['tcp://app.test:5432', 'app.test', 5432],
    ['grpcs://[2001:db8::1]:50051/', '2001:db8::1', 50_051],
  ])('%s', (url, host, port) => {
    expect([hostOf(new URL(url)), portOf(new URL(url))]).toEqual([host, port])
  })
})
