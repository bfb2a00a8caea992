import { getSystemErrorMap } from 'node:util'
import { constants } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { failureOf as failureAt, timeoutWhile } from '../src/failure.ts'
import type { Failure } from '../src/reason.ts'
import type { Wait } from '../src/timeline.ts'

const raw = '40:error:0A00010B:SSL routines:ssl3_get_record:bad signature:../deps/openssl/ssl/record.c:354:'
const errorOf = (code: string, rest: object = {}) => Object.assign(new Error(raw), { code, ...rest })
const connecting = (code: string, address = '127.0.0.1', port = 1) => errorOf(code, { address, port })
const failureOf = (error: unknown, wait: Wait = 'response headers', href = 'https://app.test/'): Failure =>
  failureAt(error, wait, new URL(href))

describe('a failure of the network', () => {
  it.each([
    ['ENOTFOUND', 'name lookup', 'dns-failure', 'host app.test not found'],
    ['ENODATA', 'name lookup', 'dns-failure', 'host app.test not found'],
    ['EAI_NONAME', 'name lookup', 'dns-failure', 'host app.test not found'],
    ['EAI_NODATA', 'name lookup', 'dns-failure', 'host app.test not found'],
    ['EAI_AGAIN', 'name lookup', 'dns-failure', 'no name server responded to the lookup of app.test'],
    ['EAI_FAIL', 'name lookup', 'dns-failure', 'the name server could not look up app.test'],
    ['EAI_MEMORY', 'name lookup', 'dns-failure', 'the name server could not look up app.test'],
    ['EINVAL', 'name lookup', 'dns-failure', 'the host app.test cannot be looked up'],
    ['ECONNREFUSED', 'connection', 'connect-refused', 'connection refused by 127.0.0.1:1'],
    ['EHOSTUNREACH', 'connection', 'connect-refused', 'no host is reachable at 127.0.0.1:1'],
    ['EHOSTDOWN', 'connection', 'connect-refused', 'no host is reachable at 127.0.0.1:1'],
    ['ENETUNREACH', 'connection', 'network-unreachable', 'the runner has no network route to 127.0.0.1:1'],
    ['ENETDOWN', 'connection', 'network-unreachable', 'the runner has no network route to 127.0.0.1:1'],
    ['EADDRNOTAVAIL', 'connection', 'network-unreachable', 'the runner has no network route to 127.0.0.1:1'],
    ['EAFNOSUPPORT', 'connection', 'network-unreachable', 'the runner has no network route to 127.0.0.1:1'],
    ['EACCES', 'connection', 'network-unreachable', 'the runner does not allow connections to 127.0.0.1:1'],
    ['EPERM', 'connection', 'network-unreachable', 'the runner does not allow connections to 127.0.0.1:1'],
    ['EMFILE', 'connection', 'network-unreachable', 'the runner has no resources left for a connection to 127.0.0.1:1'],
    ['ETIMEDOUT', 'connection', 'connect-timeout', 'no response from 127.0.0.1:1, waiting for the connection'],
    [
      ...['ERR_SOCKET_CONNECTION_TIMEOUT', 'connection', 'connect-timeout'],
      'no response from 127.0.0.1:1, waiting for the connection',
    ],
    [
      ...['ETIMEDOUT', 'rest of the body', 'response-timeout'],
      'no response from 127.0.0.1:1, waiting for the rest of the body',
    ],
    ...['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_SOCKET_CLOSED'].map((code) => [
      ...[code, 'response headers', 'connection-reset'],
      'the connection was closed while waiting for the response headers',
    ]),
    [
      ...['SOMETHING_NEW', 'response headers', 'protocol-error'],
      'the connection failed while waiting for the response headers (code SOMETHING_NEW)',
    ],
  ] as [string, Wait, string, string][])('%s, waiting for the %s, is %s: %s', (code, wait, reasonCode, detail) => {
    expect(failureOf(connecting(code), wait)).toEqual({ reasonCode, detail })
  })

  it('has an IPv6 address in brackets, and the host of the URL where there is no address', () => {
    expect(failureOf(connecting('ECONNREFUSED', '::1', 80)).detail).toBe('connection refused by [::1]:80')
    expect(failureOf(errorOf('ECONNREFUSED'), 'connection', 'http://app.test:81/').detail).toBe(
      'connection refused by app.test:81',
    )
  })
})

describe('of several addresses', () => {
  const refused = connecting('ECONNREFUSED', '127.0.0.1', 80)
  const slow = connecting('ETIMEDOUT', '192.0.2.1', 80)
  const noRoute = connecting('ENETUNREACH', '2001:db8::1', 80)
  const gone = connecting('EHOSTUNREACH', '192.0.2.2', 80)

  it.each([
    ['the last decides', [noRoute, refused], 'connect-refused'],
    ['one without a route was not tried, where another was', [refused, noRoute], 'connect-refused'],
    ['the last without a route decides, where none was tried', [noRoute, noRoute], 'network-unreachable'],
    ['a timeout weighs more, since that one might still respond', [slow, refused], 'connect-timeout'],
    ['a timeout weighs more in any order', [refused, noRoute, slow], 'connect-timeout'],
    ['a host that is gone was tried', [gone, noRoute], 'connect-refused'],
  ])('%s', (_, errors, reasonCode) => {
    expect(failureOf(new AggregateError(errors), 'connection').reasonCode).toBe(reasonCode)
  })

  it('each is named, once', () => {
    expect(failureOf(new AggregateError([noRoute, refused, refused]), 'connection').detail).toBe(
      'the runner has no network route to [2001:db8::1]:80; connection refused by 127.0.0.1:80',
    )
  })
})

describe('a certificate', () => {
  const unknownIssuer =
    'the issuer of the certificate of app.test is not trusted here, or the server does not send its intermediate certificates'
  it.each([
    ['CERT_HAS_EXPIRED', 'tls-expired', 'the certificate of app.test, or one in its chain, has expired', 'if-it-stays'],
    ['CERT_NOT_YET_VALID', 'tls-untrusted', 'the certificate of app.test, or one in its chain, is not valid yet'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls-untrusted', 'the certificate of app.test is self-signed and not trusted here'],
    [
      ...['SELF_SIGNED_CERT_IN_CHAIN', 'tls-untrusted'],
      'the certificate of app.test is from a private authority that is not trusted here',
    ],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls-untrusted', unknownIssuer],
    ['UNABLE_TO_GET_ISSUER_CERT', 'tls-untrusted', unknownIssuer],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls-untrusted', unknownIssuer],
    ['CERT_REVOKED', 'tls-untrusted', 'the certificate of app.test is not valid: cert revoked'],
    ['INVALID_PURPOSE', 'tls-untrusted', 'the certificate of app.test is not valid: invalid purpose'],
    [
      ...['UNSPECIFIED', 'tls-untrusted'],
      'the certificate of app.test is not accepted, most often since its key or signature is too weak',
    ],
  ] as unknown as [string, string, string, string?][])('with %s is %s: %s', (code, reasonCode, detail, hopeless) => {
    expect(failureOf(errorOf(code), 'TLS handshake')).toEqual({ reasonCode, detail, ...(hopeless && { hopeless }) })
  })

  it.each([
    ...['CERT_SIGNATURE_FAILURE', 'CERT_CHAIN_TOO_LONG', 'CERT_UNTRUSTED', 'CERT_REJECTED', 'INVALID_CA'],
    ...['UNABLE_TO_GET_CRL', 'UNABLE_TO_DECRYPT_CERT_SIGNATURE', 'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY'],
    ...['CRL_HAS_EXPIRED', 'CRL_SIGNATURE_FAILURE', 'ERROR_IN_CERT_NOT_BEFORE_FIELD', 'PATH_LENGTH_EXCEEDED'],
    ...['HOSTNAME_MISMATCH'],
  ])('that OpenSSL refuses with %s is tls-untrusted', (code) => {
    const { reasonCode, detail } = failureOf(errorOf(code), 'TLS handshake')
    expect([reasonCode, detail]).toEqual([
      'tls-untrusted',
      `the certificate of app.test is not valid: ${code.toLowerCase().replaceAll('_', ' ')}`,
    ])
  })

  it.each([
    [{ subjectaltname: 'DNS:a.test, DNS:*.b.test, IP Address:192.0.2.1' }, 'a.test, *.b.test, 192.0.2.1'],
    [{}, 'no host name at all'],
    [undefined, 'no host name at all'],
  ])('for other names (%j) names them', (cert, names) => {
    expect(failureOf(errorOf('ERR_TLS_CERT_ALTNAME_INVALID', { cert }), 'TLS handshake')).toEqual({
      reasonCode: 'tls-name-mismatch',
      detail: `the certificate is for ${names}, not for app.test`,
      hopeless: 'if-it-stays',
    })
  })
})

describe('a TLS connection', () => {
  const noTls = (scheme: string) => `the server does not speak TLS on this port; use ${scheme}:// or another port`
  const noVersion = 'the server and this client have no TLS version in common (TLS 1.2 or 1.3 is needed)'
  const weak = (what: string) =>
    `the TLS of the server is too weak to be accepted (${what}); update it, or the proxy or firewall in front of it`
  it.each([
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'https', noTls('http')],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', noTls('tcp')],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'grpcs', noTls('grpc')],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'https', noVersion],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'https', noVersion],
    [...['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'grpcs'], 'the server does not offer HTTP/2, which gRPC needs'],
    [
      ...['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'https'],
      'the server refuses the TLS connection, often since it has no certificate for app.test yet (TLS alert: handshake failure)',
    ],
    [
      ...['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', 'https'],
      'the server refuses the TLS connection, often since it has no certificate for app.test yet (TLS alert: internal error)',
    ],
    [
      ...['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'https'],
      'the server refuses the TLS connection, often since it has no certificate for app.test yet (TLS alert: unrecognized name)',
    ],
    ['ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR', 'https', 'the server refuses the TLS connection (TLS alert: decrypt error)'],
    ['ERR_SSL_DH_KEY_TOO_SMALL', 'https', weak('dh key too small')],
    ['ERR_SSL_WRONG_SIGNATURE_TYPE', 'https', weak('wrong signature type')],
    ['ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED', 'https', weak('unsafe legacy renegotiation disabled')],
    ['EPROTO', 'https', 'the TLS connection failed: bad signature'],
  ] as [string, string, string][])('that fails with %s over %s:// is protocol-error: %s', (code, scheme, detail) => {
    const failure = failureOf(errorOf(code), 'TLS handshake', `${scheme}://app.test:1/`)
    expect(failure).toEqual({ reasonCode: 'protocol-error', detail })
  })

  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'certificate required'],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'bad certificate'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'unknown ca'],
    ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', 'access denied'],
  ])('that fails with %s is a login that is wanted', (code, alert) => {
    for (const wait of ['TLS handshake', 'response headers'] as const)
      expect(failureOf(errorOf(code), wait)).toEqual({
        reasonCode: 'blocked-by-edge',
        detail: `the server wants a client certificate that it accepts (TLS alert: ${alert})`,
      })
  })
})

describe('a response that is not HTTP/1.1', () => {
  it.each([
    ['HPE_HEADER_OVERFLOW', 'the response headers exceed 256 KiB'],
    ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 'the chunks of the response body have extensions of more than 16 KiB'],
    ['HPE_INVALID_VERSION', 'the response has an invalid HTTP version'],
    ['HPE_INVALID_STATUS', 'the response has an invalid HTTP status'],
    ['HPE_INVALID_HEADER_TOKEN', 'a response header is not of the form "Name: value"'],
    ['HPE_LF_EXPECTED', 'the response has a carriage return within a line'],
    ['HPE_UNEXPECTED_CONTENT_LENGTH', 'the response has more than one Content-Length'],
    ['HPE_INVALID_CONTENT_LENGTH', 'the Content-Length of the response is not a number'],
    ['HPE_INVALID_TRANSFER_ENCODING', 'the Transfer-Encoding of the response is invalid'],
    ['HPE_INVALID_CHUNK_SIZE', 'the response body has a chunk without a valid length'],
    ['HPE_INVALID_CONSTANT', 'the response is not valid HTTP (invalid constant)'],
    ['HPE_PAUSED_H2_UPGRADE', 'the response is not valid HTTP (paused h2 upgrade)'],
    ['ERR_HTTP2_ERROR', 'the server does not speak HTTP/2 as it should (error)'],
  ])('with %s is protocol-error: %s', (code, detail) => {
    expect(failureOf(errorOf(code))).toEqual({ reasonCode: 'protocol-error', detail })
  })

  it('names the header that is none, without what may be its value', () => {
    const head = 'HTTP/1.1 200 OK\r\nA: b\r\nX Frame Options: DENY\r\n\r\n'
    const error = errorOf('HPE_INVALID_HEADER_TOKEN', { rawPacket: Buffer.from(head), bytesParsed: 24 })
    expect(failureOf(error).detail).toBe(
      'a response header is not of the form "Name: value": it begins with "X Frame Options"',
    )
  })
})

it.each([
  ...[...getSystemErrorMap().values()].map(([code]) => code),
  ...Object.keys(constants).filter((name) => /^Z_.*ERROR$/.test(name)),
  ...['HPE_INTERNAL', 'HPE_STRICT', 'HPE_CB_MESSAGE_COMPLETE', 'HPE_INVALID_EOF_STATE', 'HPE_CLOSED_CONNECTION'],
  ...['ERR_HTTP2_STREAM_ERROR', 'ERR_HTTP2_SESSION_ERROR', 'ERR_HTTP2_GOAWAY_SESSION', 'ERR_HTTP2_PROTOCOL_ERROR'],
  ...['ERR_SSL_BAD_RECORD_TYPE', 'ERR_SSL_UNEXPECTED_MESSAGE', 'ERR_SSL_NO_SHARED_CIPHER', 'ERR_OSSL_EVP_DECODE_ERROR'],
  ...['ERR_TLS_HANDSHAKE_TIMEOUT', 'ERR_SOCKET_BAD_PORT', 'ERR_INVALID_IP_ADDRESS', 'OUT_OF_MEM', 'UNSPECIFIED'],
])('%s has a sentence of ours in place of that of a library', (code) => {
  for (const wait of ['name lookup', 'connection', 'TLS handshake', 'response headers', 'rest of the body'] as const) {
    const { detail } = failureOf(connecting(code), wait)
    expect(detail).toMatch(/^[a-z].{15,}$/)
    expect(detail).not.toMatch(/deps\/|routines|error:|::/)
  }
})

it.each([
  [new Error('said by us'), 'said by us'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
])('what has no code (%s) is ours, and a protocol-error', (thrown, detail) => {
  expect(failureOf(thrown)).toEqual({ reasonCode: 'protocol-error', detail })
})

describe('timeoutWhile', () => {
  it.each([
    ['name lookup', 'dns-failure'],
    ['connection', 'connect-timeout'],
    ['TLS handshake', 'connect-timeout'],
    ['response headers', 'response-timeout'],
    ['rest of the body', 'response-timeout'],
  ] as const)('waiting for the %s is %s', (wait, reasonCode) => {
    expect(timeoutWhile(wait, 1_234.5)).toEqual({
      reasonCode,
      detail: `timed out after 1.23 s, waiting for the ${wait}`,
    })
  })
})
