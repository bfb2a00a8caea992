import { cut } from '@deploy-safety/common/escape'
import type { Failure } from './reason.ts'

const reasons: Readonly<Record<string, ((host: string) => Failure) | undefined>> = {
  CERT_HAS_EXPIRED: (host) => ({
    reasonCode: 'tls-expired',
    detail: `the certificate of ${host}, or one in its chain, has expired`,
    hopeless: 'if-it-stays',
  }),
  CERT_NOT_YET_VALID: (host) => untrusted(`the certificate of ${host}, or one in its chain, is not valid yet`),
  DEPTH_ZERO_SELF_SIGNED_CERT: (host) => untrusted(`the certificate of ${host} is self-signed and not trusted here`),
  SELF_SIGNED_CERT_IN_CHAIN: (host) =>
    untrusted(`the certificate of ${host} is from a private authority that is not trusted here`),
}

const unknownIssuer = /^UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)$/

// OpenSSL's names for what else can be wrong with a certificate or its chain.
const otherwise = /^(CERT_|CRL_|UNABLE_TO_|ERROR_IN_|INVALID_(CA|PURPOSE)$|HOSTNAME_|PATH_LENGTH_)/

/** What Node says of a certificate that it does not accept; undefined for any other error. */
export function certificateFailure(error: Error, code: string, host: string): Failure | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return wrongName(error, host)
  if (unknownIssuer.test(code)) {
    return untrusted(
      `the issuer of the certificate of ${host} is not trusted here, or the server does not send its intermediate certificates`,
    )
  }
  if (code === 'UNSPECIFIED') {
    return untrusted(`the certificate of ${host} is not accepted, most often since its key or signature is too weak`)
  }
  const known = reasons[code]
  if (known !== undefined) return known(host)
  if (!otherwise.test(code)) return undefined
  return untrusted(`the certificate of ${host} is not valid: ${code.toLowerCase().replaceAll('_', ' ')}`)
}

/** Whether a certificate could be good if more authorities were trusted. */
export function isForUnknownIssuer(error: unknown): boolean {
  const code = String((error as NodeJS.ErrnoException).code)
  return unknownIssuer.test(code) || code === 'SELF_SIGNED_CERT_IN_CHAIN' || code === 'DEPTH_ZERO_SELF_SIGNED_CERT'
}

function wrongName(error: Error & { cert?: { subjectaltname?: unknown } }, host: string): Failure {
  const names = String(error.cert?.subjectaltname ?? '').replaceAll(/(DNS|IP Address):/g, '')
  const detail = `the certificate is for ${names === '' ? 'no host name at all' : cut(names, 200)}, not for ${host}`
  return { reasonCode: 'tls-name-mismatch', detail, hopeless: 'if-it-stays' }
}

function untrusted(detail: string): Failure {
  return { reasonCode: 'tls-untrusted', detail }
}
