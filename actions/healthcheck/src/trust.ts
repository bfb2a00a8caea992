import { X509Certificate } from 'node:crypto'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { messageOf } from '@deploy-safety/common/errors'
import { Malformed } from '@deploy-safety/common/inputs'

// A context holds all public authorities: one for two hundred targets, not two hundred.
const contexts = new Map<string, SecureContext>()

/** Reads PEM certificates and trusts them in addition to the public authorities. @throws Malformed */
export function parseTrust(pem: string): SecureContext {
  const context = contexts.get(pem) ?? createTrust(pem)
  contexts.set(pem, context)
  return context
}

function createTrust(pem: string): SecureContext {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const accepted =
    'Give the content of a PEM file: one or more blocks from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.'
  if (certificates.length === 0) throw new Malformed('there is no PEM certificate in it', accepted)
  certificates.forEach((certificate, index) => {
    try {
      new X509Certificate(certificate)
    } catch (error) {
      throw new Malformed(`certificate ${index + 1} cannot be read (${messageOf(error)})`, accepted, { cause: error })
    }
  })
  return createSecureContext({ ca: [...getCACertificates('default'), ...certificates] })
}
