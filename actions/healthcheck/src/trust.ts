import type { SecureContext, SecureContextOptions } from 'node:tls'
import { invalidInput } from '@deploy-safety/common/errors'
import { type InputReader, Malformed } from '@deploy-safety/common/inputs'
import type { Route } from '@deploy-safety/probe/connection'
import { crypto, tls } from '@deploy-safety/probe/on-demand'
import { knownAuthorities } from '@deploy-safety/probe/trusted'
import type { InputName } from './contract.ts'

type Trust = Pick<Route, 'secureContext' | 'systemContext'>

// A context holds all public authorities: one for two hundred targets, not two hundred.
const known = new Map<string, Trust>()

/**
 * What is trusted in addition to the authorities of Node and of the system, and the certificate to show; undefined:
 * neither. @throws ActionError `invalid-input`
 */
export function readTrust(input: InputReader<InputName>): Trust {
  const ca = input.optional('ca-certificate', parseCertificates)
  const cert = input.optional('client-certificate', parseCertificates)
  const key = input.optional('client-key', parseKey)
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] =
      cert === undefined ? ['client-key', 'client-certificate'] : ['client-certificate', 'client-key']
    throw invalidInput(`Input "${given}" is given without "${missing}".`, 'Give both or neither.')
  }
  if (cert !== undefined && key !== undefined) refuseOtherKey(cert, key)
  if (ca === undefined && cert === undefined) return { secureContext: undefined }
  const name = JSON.stringify([ca, cert, key])
  const trust = known.get(name) ?? trustOf(ca ?? [], showing(cert, key))
  known.set(name, trust)
  return trust
}

function trustOf(ca: readonly string[], shown: SecureContextOptions): Trust {
  const trusting = (authorities: readonly string[]) =>
    // As curl does, an intermediate authority or the certificate of the server itself is enough.
    tls().createSecureContext({ ca: [...authorities, ...ca], allowPartialTrustChain: true, ...shown })
  let withSystem: SecureContext | undefined
  return {
    secureContext: trusting(tls().getCACertificates('default')),
    systemContext: () => {
      withSystem ??= trusting(knownAuthorities())
      return withSystem
    },
  }
}

function showing(cert: readonly string[] | undefined, key: string | undefined): SecureContextOptions {
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
      throw new Malformed(`certificate ${index + 1} cannot be read`, accepted, { cause: error })
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
