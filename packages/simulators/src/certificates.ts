import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import {
  bitString,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  tagged,
  time,
  utf8String,
  yes,
} from './der.ts'
import { ipBytes } from './ip-address.ts'

/** A certificate and its private key, both PEM. */
export interface Identity {
  readonly cert: string
  readonly key: string
}

interface Validity {
  /** By default an hour ago. */
  readonly notBefore?: Date
  /** By default in 90 days. */
  readonly notAfter?: Date
}

interface ServerOptions extends Validity {
  /** Host names and IP addresses; the first is also the common name. */
  readonly names: readonly string[]
  /** Signed by its own key instead of the authority's. */
  readonly selfSigned?: boolean
}

/** A certificate authority that nobody trusts but the test that made it. */
export interface Authority {
  /** PEM, to be trusted. */
  readonly certificate: string
  issue(options: ServerOptions): Identity
  issueClient(options: Validity & { readonly name: string }): Identity
}

/** Makes an authority; its certificates are ECDSA on P-256, which takes no time. */
export function createAuthority(name = 'Simulated authority'): Authority {
  const self = party(name)
  const own = { notBefore: inDays(-365), notAfter: inDays(3_650) }
  const issue = (subject: Party, issuer: Party, options: Validity, extensions: readonly Buffer[]): Identity => ({
    cert: certificate(subject, issuer, options, [...leafExtensions, ...extensions]),
    key: subject.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  })
  return {
    certificate: certificate(self, self, own, authorityExtensions),
    issue: (options) => {
      const subject = party(options.names[0] ?? '')
      const extensions = [extendedKeyUsage(usages.server), subjectAlternativeNames(options.names)]
      return issue(subject, options.selfSigned ? subject : self, options, extensions)
    },
    issueClient: (options) => issue(party(options.name), self, options, [extendedKeyUsage(usages.client)]),
  }
}

interface Party {
  readonly name: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

function party(name: string): Party {
  return { name, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))

/** A certificate of version 3 (RFC 5280), PEM. */
function certificate(subject: Party, issuer: Party, validity: Validity, extensions: readonly Buffer[]): string {
  const { notBefore = inDays(-1 / 24), notAfter = inDays(90) } = validity
  // The serial number is positive and not empty.
  const serial = randomBytes(16).fill(0x40, 0, 1)
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    distinguishedName(issuer.name),
    sequence(time(notBefore), time(notAfter)),
    distinguishedName(subject.name),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions, ...keyIdentifiers(subject, issuer))),
  )
  const signature = sign('sha256', body, issuer.privateKey)
  return pem(sequence(body, ecdsaWithSha256, bitString(signature)))
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(commonName))))
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(objectIdentifier(id), ...(critical ? [yes] : []), octetString(value))
}

const basicConstraints = '2.5.29.19'
const keyUsage = '2.5.29.15'
const usages = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const

const authorityExtensions = [
  extension(basicConstraints, sequence(yes), true),
  // keyCertSign and cRLSign, bits 5 and 6.
  extension(keyUsage, bitString(Buffer.from([0b0000_0110]), 1), true),
]

const leafExtensions = [
  extension(basicConstraints, sequence(), true),
  // digitalSignature, bit 0.
  extension(keyUsage, bitString(Buffer.from([0b1000_0000]), 7), true),
]

function extendedKeyUsage(purpose: string): Buffer {
  return extension('2.5.29.37', sequence(objectIdentifier(purpose)))
}

function subjectAlternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) => {
    const address = ipBytes(name)
    return address === undefined ? tagged(0x82, Buffer.from(name)) : tagged(0x87, address)
  })
  return extension('2.5.29.17', sequence(...entries))
}

/** What chains are built by when names repeat. */
function keyIdentifiers(subject: Party, issuer: Party): Buffer[] {
  const own = extension('2.5.29.14', octetString(keyIdentifier(subject)))
  if (subject === issuer) return [own]
  return [own, extension('2.5.29.35', sequence(tagged(0x80, keyIdentifier(issuer))))]
}

function keyIdentifier({ publicKey }: Party): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * 86_400_000)
}
