import { X509Certificate } from 'node:crypto'
import { request } from 'node:https'
import { expect, test } from 'vitest'
import { createAuthority, type Identity } from '../src/certificates.ts'
import { startTlsService } from '../src/service.ts'

const authority = createAuthority()
const day = 86_400_000

interface Client {
  readonly ca?: string
  readonly host?: string
  readonly client?: Identity
}

/** Asks a service with this certificate for its health: the status, or the code of the error. */
async function ask(
  identity: Identity,
  { ca = authority.certificate, host = '127.0.0.1', client }: Client,
  clientAuthority?: string,
) {
  const mutual = clientAuthority === undefined ? {} : { clientAuthority }
  await using service = await startTlsService({ version: '1', identity, ...mutual })
  const options = { ca, host, port: service.port, path: '/health', agent: false, ...client }
  return await new Promise((resolve) => {
    const call = request(options, (response) => resolve(response.resume().statusCode))
    call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    call.end()
  })
}

test('a certificate holds for its names, and for no other', async () => {
  const identity = authority.issue({ names: ['localhost', '127.0.0.1'] })
  expect(await ask(identity, {})).toBe(200)
  expect(await ask(identity, { host: 'localhost' })).toBe(200)
  expect(await ask(authority.issue({ names: ['example.com'] }), {})).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
})

test('nobody else trusts the authority', async () => {
  const identity = authority.issue({ names: ['127.0.0.1'] })
  expect(await ask(identity, { ca: createAuthority().certificate })).toMatch(
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE|UNABLE_TO_GET_ISSUER/,
  )
})

test('a self-signed certificate is one', async () => {
  const identity = authority.issue({ names: ['127.0.0.1'], selfSigned: true })
  expect(await ask(identity, {})).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
})

test('a certificate that is over, or has not begun', async () => {
  const past = { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) }
  const future = { notBefore: new Date(Date.now() + day), notAfter: new Date(Date.now() + 2 * day) }
  expect(await ask(authority.issue({ names: ['127.0.0.1'], ...past }), {})).toBe('CERT_HAS_EXPIRED')
  expect(await ask(authority.issue({ names: ['127.0.0.1'], ...future }), {})).toBe('CERT_NOT_YET_VALID')
})

test('a service may ask its clients for a certificate', async () => {
  const identity = authority.issue({ names: ['127.0.0.1'] })
  const client = authority.issueClient({ name: 'deployer' })
  expect(await ask(identity, { client }, authority.certificate)).toBe(200)
  const refused = /ECONNRESET|ERR_SSL_.*CERTIFICATE_REQUIRED|EPIPE|UNKNOWN_CA/
  expect(await ask(identity, {}, authority.certificate)).toMatch(refused)
  const stranger = createAuthority().issueClient({ name: 'stranger' })
  expect(await ask(identity, { client: stranger }, authority.certificate)).toMatch(refused)
})

test('what is in it', () => {
  const notAfter = new Date('2051-02-03T04:05:06Z')
  const names = ['example.com', '*.example.com', '192.0.2.1', '2001:db8::ff', '::1']
  const certificate = new X509Certificate(authority.issue({ names, notAfter }).cert)
  const issuer = new X509Certificate(authority.certificate)
  expect(certificate.subject).toBe('CN=example.com')
  expect(certificate.issuer).toBe('CN=Simulated authority')
  expect(certificate.validToDate).toEqual(notAfter)
  expect(certificate.checkIssued(issuer)).toBe(true)
  expect(certificate.verify(issuer.publicKey)).toBe(true)
  expect([issuer.ca, certificate.ca]).toEqual([true, false])
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  for (const name of ['example.com', 'www.example.com'])
    expect(certificate.checkHost(name)).toBe(name.startsWith('www') ? '*.example.com' : name)
  for (const address of ['192.0.2.1', '2001:db8::ff', '::1']) expect(certificate.checkIP(address)).toBe(address)
  expect(certificate.checkIP('192.0.2.2')).toBeUndefined()
})
