import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import type { ActionRun } from '@deploy-safety/simulators/runner'
import { startService, startTlsService } from '@deploy-safety/simulators/service'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterAll, describe, expect, it } from 'vitest'
import { startProxy, type TestProxy } from '../../../packages/probe/tests/support/proxies.ts'
import { said, verdict } from '../bundle.ts'
import { check } from './check.ts'

const inDays = (days: number) => new Date(Math.ceil(Date.now() / 1_000) * 1_000 + days * 86_400_000)
const authority = createAuthority()
const notAfter = inDays(60)
const identity = authority.issue({ names: ['app.test', '127.0.0.1'], notAfter })
const trusting = { 'ca-certificate': authority.certificate }

/**
 * A proxy that is reached through TLS. As with curl, whose `--cacert` is not its `--proxy-cacert`, `ca-certificate` is
 * about the target: the proxy belongs to the runner, which names authorities of its own in NODE_EXTRA_CA_CERTS.
 */
describe('a proxy behind TLS', () => {
  const ofRunner = createAuthority('Authority of the runner')
  const files = temporaryFolder('authorities')
  const extra = { NODE_EXTRA_CA_CERTS: join(files.path, 'ca.pem') }
  writeFileSync(extra.NODE_EXTRA_CA_CERTS, ofRunner.certificate)
  afterAll(() => files.remove())

  const credentials = 'robot:s3cret-of-proxy'
  const startSecure = (): Promise<TestProxy> =>
    startProxy({
      credentials,
      hosts: { 'app.test': '127.0.0.1' },
      identity: ofRunner.issue({ names: ['127.0.0.1'], notAfter: inDays(5) }),
    })
  const through = ({ port }: TestProxy) => {
    const url = `https://${credentials}@127.0.0.1:${port}`
    return { HTTPS_PROXY: url, HTTP_PROXY: url }
  }
  const expectWay = (run: ActionRun, proxy: TestProxy, certificateValidTo: string | null) => {
    expect(verdict(run)).toBe('healthy ok')
    expect(run.report).toMatchObject({ targets: [{ lastResponse: { proxy: proxy.url, certificateValidTo } }] })
    expect(said(run)).not.toContain('s3cret-of-proxy')
  }

  it.each([
    ['https', '/health'],
    ['tls', ''],
  ])('tunnels %s://, and the certificate that counts is that of the target', async (scheme, path) => {
    await using service = await startTlsService({ version: '1', identity })
    const proxy = await startSecure()
    const env = { ...through(proxy), ...extra }
    const inputs = { url: `${scheme}://app.test:${service.port}${path}`, ...trusting }
    expectWay(await check({ ...inputs, 'tls-min-days': '30' }, env), proxy, notAfter.toISOString())
    expect(proxy.asked.map(({ method, target }) => `${method} ${target}`)).toEqual([`CONNECT app.test:${service.port}`])
    const late = await check({ ...inputs, 'tls-min-days': '61' }, env)
    expect(verdict(late)).toBe('unverifiable certificate-expiring')
  })

  it.each([
    ['http', 'GET', '/health'],
    ['tcp', 'CONNECT', ''],
  ])('carries %s:// (%s), and its own certificate is not that of the target', async (scheme, method, path) => {
    await using service = await startService({ version: '1' })
    const proxy = await startSecure()
    const url = `${scheme}://app.test:${service.port}${path}`
    expectWay(await check({ url }, { ...through(proxy), ...extra }), proxy, null)
    const target = method === 'CONNECT' ? `app.test:${service.port}` : url
    expect(proxy.asked.map((asked) => [asked.method, asked.target])).toEqual([[method, target]])
  })

  it.each(['https', 'http'])('is not trusted for what is said of the target, over %s://', async (scheme) => {
    const proxy = await startSecure()
    const inputs = { url: `${scheme}://app.test:9/`, 'ca-certificate': ofRunner.certificate }
    expect(verdict(await check(inputs, through(proxy)))).toBe('unverifiable proxy-failure')
    expect(verdict(await check({ ...inputs, insecure: 'true' }, through(proxy)))).toBe('unverifiable proxy-failure')
    expect(proxy.asked).toEqual([])
  })

  it('and a target that the runner trusts need no ca-certificate, and one does not end that trust', async () => {
    await using service = await startTlsService({ version: '1', identity: ofRunner.issue({ names: ['127.0.0.1'] }) })
    const url = `${service.url}/health`
    expect(verdict(await check({ url }, extra))).toBe('healthy ok')
    expect(verdict(await check({ url, ...trusting }, extra))).toBe('healthy ok')
    expect(verdict(await check({ url, ...trusting }))).toBe('unverifiable tls-untrusted')
  })
})

/** As on a runner of a company, whose authority stands in the store of the system. */
describe('an authority that the system trusts', () => {
  const ofCompany = createAuthority('Authority of a company')
  const files = temporaryFolder('system-store')
  const [folder, none] = ['store', 'none'].map((name) => join(files.path, name)) as [string, string]
  for (const path of [folder, none]) mkdirSync(path)
  const file = join(folder, 'company.pem')
  writeFileSync(file, ofCompany.certificate)
  const noFile = join(files.path, 'none.pem')
  writeFileSync(noFile, '')
  afterAll(() => files.remove())

  const stores = { SSL_CERT_FILE: noFile, SSL_CERT_DIR: folder }
  const served = () => startTlsService({ version: '1', identity: ofCompany.issue({ names: ['127.0.0.1'] }) })

  it.each([
    ['as a file', { SSL_CERT_FILE: file, SSL_CERT_DIR: none }],
    ['in a folder', stores],
  ])('%s is trusted without ca-certificate, and one does not end that trust', async (_, env) => {
    await using service = await served()
    const url = `${service.url}/health`
    const run = await check({ url, 'success-threshold': '2' }, env)
    expect(verdict(run)).toBe('healthy ok')
    expect(run.outputs.attempts).toBe('2')
    expect(service.requestCount).toBe(2)
    expect(verdict(await check({ url, ...trusting }, env))).toBe('healthy ok')
    expect(verdict(await check({ url: `tls://127.0.0.1:${service.port}` }, env))).toBe('healthy ok')
  })

  it('is not trusted where it is not in the store', async () => {
    await using service = await served()
    const run = await check({ url: `${service.url}/health` }, { SSL_CERT_FILE: noFile, SSL_CERT_DIR: none })
    expect(verdict(run)).toBe('unverifiable tls-untrusted')
    expect(said(run)).not.toMatch(/deps\/openssl|UNABLE_TO|unable to/)
  })

  it('is trusted for a proxy too', async () => {
    await using service = await startService({ version: '1' })
    const proxy = await startProxy({
      hosts: { 'app.test': '127.0.0.1' },
      identity: ofCompany.issue({ names: ['127.0.0.1'] }),
    })
    const env = { ...stores, HTTP_PROXY: `https://127.0.0.1:${proxy.port}` }
    const run = await check({ url: `http://app.test:${service.port}/health` }, env)
    expect(verdict(run)).toBe('healthy ok')
    expect(run.report).toMatchObject({ targets: [{ lastResponse: { proxy: proxy.url } }] })
  })

  it('does not make a certificate good that is bad otherwise', async () => {
    const expired = ofCompany.issue({ names: ['127.0.0.1'], notBefore: inDays(-9), notAfter: inDays(-1) })
    await using service = await startTlsService({ version: '1', identity: expired })
    expect(verdict(await check({ url: `${service.url}/health` }, stores))).toBe('unverifiable tls-expired')
    await using misnamed = await startTlsService({ version: '1', identity: ofCompany.issue({ names: ['other.test'] }) })
    expect(verdict(await check({ url: `${misnamed.url}/health` }, stores))).toBe('unverifiable tls-name-mismatch')
  })
})

describe('the certificate of the server itself as ca-certificate', () => {
  it('is enough for that server, as for curl, and for no other', async () => {
    await using service = await startTlsService({ version: '1', identity })
    const pinned = { 'ca-certificate': identity.cert }
    expect(verdict(await check({ url: `${service.url}/health`, ...pinned }))).toBe('healthy ok')
    await using other = await startTlsService({ version: '1', identity: authority.issue({ names: ['127.0.0.1'] }) })
    expect(verdict(await check({ url: `${other.url}/health`, ...pinned }))).toBe('unverifiable tls-untrusted')
  })
})

describe('a server that wants a client certificate', () => {
  it.each([
    ['https', '/health'],
    ['tls', ''],
  ])('and gets none is unverifiable over %s://, with a message that says what it wants', async (scheme, path) => {
    await using service = await startTlsService({ version: '1', identity, clientAuthority: authority.certificate })
    const run = await check({ url: `${scheme}://127.0.0.1:${service.port}${path}`, ...trusting })
    expect(verdict(run)).toBe('unverifiable blocked-by-edge')
    expect(run.annotations[0]?.message).toContain('the server wants a client certificate that it accepts')
    expect(run.annotations[0]?.message).toContain('as client-certificate')
    expect(service.requestCount).toBe(0)
  })
})
