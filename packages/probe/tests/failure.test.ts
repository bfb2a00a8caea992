import { describe, expect, it } from 'vitest'
import { failureOf, timeoutWhile } from '../src/failure.ts'

const errorOf = (code: string, message = `${code} happened`) => Object.assign(new Error(message), { code })

describe('failureOf', () => {
  it.each([
    ['ENOTFOUND', 'dns-failure'],
    ['EAI_AGAIN', 'dns-failure'],
    ['ECONNREFUSED', 'connect-refused'],
    ['EHOSTUNREACH', 'connect-refused'],
    ['ENETUNREACH', 'connect-refused'],
    ['ETIMEDOUT', 'connect-timeout'],
    ['ECONNRESET', 'connection-reset'],
    ['EPIPE', 'connection-reset'],
    ['ERR_STREAM_PREMATURE_CLOSE', 'connection-reset'],
    ['CERT_HAS_EXPIRED', 'tls-expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-name-mismatch'],
    ['CERT_NOT_YET_VALID', 'tls-untrusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls-untrusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls-untrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls-untrusted'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls-untrusted'],
    ['EPROTO', 'protocol-error'],
    ['HPE_INVALID_CONSTANT', 'protocol-error'],
    ['HPE_HEADER_OVERFLOW', 'protocol-error'],
    ['SOMETHING_NEW', 'protocol-error'],
  ])('takes %s for %s', (code, reasonCode) => {
    expect(failureOf(errorOf(code), 'connection')).toMatchObject({
      reasonCode,
      detail: `${code} happened (while waiting for the connection)`,
    })
  })

  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tlsv13 alert certificate required', 'certificate required'],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'ssl/tls alert bad certificate', 'bad certificate'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tlsv1 alert unknown ca', 'unknown ca'],
  ])('takes %s for a login that is wanted, and says so in words', (code, message, alert) => {
    const error = errorOf(code, `40:error:0A:SSL routines:ssl3_read_bytes:${message}:../rec.c:918:SSL alert number 1`)
    for (const wait of ['TLS handshake', 'response headers'] as const)
      expect(failureOf(error, wait)).toEqual({
        reasonCode: 'blocked-by-edge',
        detail: `the server wants a client certificate that it accepts (TLS alert: ${alert})`,
      })
  })

  it('gives up on an expired or misnamed certificate only when it stays', () => {
    expect(failureOf(errorOf('CERT_HAS_EXPIRED'), 'TLS handshake').hopeless).toBe('if-it-stays')
    expect(failureOf(errorOf('ERR_TLS_CERT_ALTNAME_INVALID'), 'TLS handshake').hopeless).toBe('if-it-stays')
    expect(failureOf(errorOf('DEPTH_ZERO_SELF_SIGNED_CERT'), 'TLS handshake')).not.toHaveProperty('hopeless')
    expect(failureOf(errorOf('ECONNREFUSED'), 'connection')).not.toHaveProperty('hopeless')
  })

  it('names every address that failed; a timeout among them weighs more', () => {
    const refused = errorOf('ECONNREFUSED', 'connect ECONNREFUSED ::1:80')
    const slow = errorOf('ETIMEDOUT', 'connect ETIMEDOUT 127.0.0.1:80')
    expect(failureOf(new AggregateError([refused, slow]), 'connection')).toMatchObject({
      reasonCode: 'connect-timeout',
      detail: 'connect ECONNREFUSED ::1:80; connect ETIMEDOUT 127.0.0.1:80 (while waiting for the connection)',
    })
    expect(failureOf(new AggregateError([refused, refused]), 'connection').reasonCode).toBe('connect-refused')
  })

  it.each([[new Error('plain')], ['a text'], [undefined], [new AggregateError([])]])(
    'has a reason for %s',
    (thrown) => {
      expect(failureOf(thrown, 'response headers').reasonCode).toBe('protocol-error')
    },
  )
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
      detail: `Timed out after 1235 ms, waiting for the ${wait}`,
    })
  })
})
