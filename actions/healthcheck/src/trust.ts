import type { SecureContext } from 'node:tls'
import { invalidInput, messageOf } from '@deploy-safety/common/errors'
import { type InputReader, Malformed } from '@deploy-safety/common/inputs'
import { crypto, tls } from '@deploy-safety/probe/on-demand'
import type { InputName } from './contract.ts'

// A context holds all public authorities: one for two hundred targets, not two hundred.
const contexts = new Map<string, SecureContext>()

/**
 * What is trusted in addition to the public authorities, and the certificate to show; undefined: neither.
 * @throws ActionError `invalid-input`
 */
export function readTrust(input: InputReader<InputName>): SecureContext | undefined {
  const ca = input.optional('ca-certificate', parseCertificates)
  const cert = input.optional('client-certificate', parseCertificates)
  const key = input.optional('client-key', parseKey)
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] =
      cert === undefined ? ['client-key', 'client-certificate'] : ['client-certificate', 'client-key']
    throw invalidInput(`Input "${given}" is given without "${missing}".`, 'Give both or neither.')
  }
  if (cert !== undefined && key !== undefined) refuseOtherKey(cert, key)
  if (ca === undefined && cert === undefined) return undefined
  const name = JSON.stringify([ca, cert, key])
  const context = contexts.get(name) ?? tls().createSecureContext({ ...trusting(ca), ...showing(cert, key) })
  contexts.set(name, context)
  return context
}

function trusting(ca: readonly string[] | undefined) {
  return ca === undefined ? {} : { ca: [...tls().getCACertificates('default'), ...ca] }
}

function showing(cert: readonly string[] | undefined, key: string | undefined) {
  return cert === undefined || key === undefined ? {} : { cert: cert.join('\n'), key }
}

/** The certificates of a PEM text. @throws Malformed */
function parseCertificates(pem: string): string[] {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const accepted =
    'Give the content of a PEM file: one or more blocks from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.'
  if (certificates.length === 0) throw new Malformed('there is no PEM certificate in it', accepted)
  certificates.forEach((certificate, index) => {
    try {
      ;new (crypto().X509Certificate)(certificate)
    } catch (error) {
      throw new Malformed(`certificate ${index + 1} cannot be read (${messageOf(error)})`, accepted, { cause: error })
    }
  })
  return certificates
}

/** @throws Malformed, which does not show the key */
function parseKey(pem: string): string {
  try {
    crypto().createPrivateKey(pem)
    return pem
  } catch (error) {
    const accepted = 'Give the content of a PEM file with a private key that has no passphrase.'
    throw new Malformed('there is no private key in it that can be read', accepted, { cause: error })
  }
}

function refuseOtherKey([certificate = '']: readonly string[], key: string): void {
  if (new (crypto().X509Certificate)(certificate).checkPrivateKey(crypto().createPrivateKey(key))) return
  throw invalidInput(
    'Input "client-key" is not the key of "client-certificate".',
    'Give the key that belongs to the first certificate.',
  )
}
