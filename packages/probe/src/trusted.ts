import type { Socket } from 'node:net'
import type { ConnectionOptions, SecureContext, TLSSocket } from 'node:tls'
import { isForUnknownIssuer } from './certificate-failure.ts'
import { tls } from './on-demand.ts'
import { openTls } from './socket.ts'

export interface TrustOptions extends ConnectionOptions {
  readonly signal: AbortSignal
  /** `secureContext` with the authorities of the system; by default, those and Node's own where that is not given. */
  readonly systemContext?: (() => SecureContext) | undefined
}

// To read them and to make a context of them takes a tenth of a second, so that waits until a certificate needs it.
let needsSystem = false
let known: string[] | undefined
let knownContext: SecureContext | undefined

/**
 * Node's own authorities, those of NODE_EXTRA_CA_CERTS, and those that the system trusts, as a company's own: the store
 * of Windows or macOS, elsewhere SSL_CERT_FILE and SSL_CERT_DIR or the places where OpenSSL looks.
 */
export function knownAuthorities(): readonly string[] {
  known ??= [...new Set([...tls().getCACertificates('default'), ...tls().getCACertificates('system')])]
  return known
}

/**
 * Shakes hands for TLS over a fresh connection. A certificate of an unknown issuer is looked at again, on another
 * connection, with the authorities of the system. @throws as `openTls`
 */
export async function openTrusted(
  open: () => Promise<Socket>,
  host: string,
  { systemContext, ...options }: TrustOptions,
): Promise<TLSSocket> {
  const withSystem = systemContext ?? (options.secureContext === undefined ? contextOfAll : undefined)
  if (!needsSystem || withSystem === undefined) {
    try {
      return await openTls(await open(), host, options)
    } catch (error) {
      if (withSystem === undefined || !isForUnknownIssuer(error)) throw error
      needsSystem = true
    }
  }
  return openTls(await open(), host, { ...options, secureContext: withSystem() })
}

function contextOfAll(): SecureContext {
  knownContext ??= tls().createSecureContext({ ca: [...knownAuthorities()] })
  return knownContext
}
