/** What a URL says of the other end, whatever its scheme. */

/** The host of a URL without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

export function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'http:' ? 80 : 443)
}

/** Whether a target is spoken to through TLS. */
export function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'tls:' || url.protocol === 'grpcs:'
}

/**
 * Whether what is for one URL may go to the other: scheme, host and port are the same. The upgrade of a host from http
 * to https counts as the same, on the default port or on the one it had.
 */
export function isSameOrigin(from: URL, to: URL): boolean {
  const isUpgrade =
    from.protocol === 'http:' &&
    to.protocol === 'https:' &&
    from.hostname === to.hostname &&
    ['', from.port].includes(to.port)
  return isUpgrade || from.origin === to.origin
}
