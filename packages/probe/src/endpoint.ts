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
