import { describe, expect, it, test } from 'vitest'
import { type Complaint, complaintOf, endingOf } from '../../src/kubernetes/complaint.ts'

const end = (stderr: string, exitCode = 1) => complaintOf({ exitCode, stdout: '', stderr, timedOut: false })

describe('what kubectl says', () => {
  test.each<[string, Complaint['kind'], string]>([
    [
      'error: You must be logged in to the server (Unauthorized)',
      'unauthorized',
      'You must be logged in to the server (Unauthorized)',
    ],
    [
      'error: You must be logged in to the server (the server has asked for the client to provide credentials)',
      'unauthorized',
      'You must be logged in',
    ],
    [
      'Unable to connect to the server: getting credentials: exec: executable aws not found',
      'unauthorized',
      'getting credentials',
    ],
    [
      'Error from server (Forbidden): deployments.apps "api" is forbidden: User "ci" cannot patch',
      'forbidden',
      'deployments.apps "api" is forbidden',
    ],
    ['Error from server (NotFound): deployments.apps "api" not found', 'not-found', 'deployments.apps "api" not found'],
    ['Error from server (Invalid): the request is invalid', 'rejected', 'the request is invalid'],
    [
      'The request is invalid: the server rejected our request due to an error in our request',
      'rejected',
      'The request is invalid',
    ],
    ['Error from server (Conflict): the object has been modified', 'rejected', 'the object has been modified'],
    ['Error from server (ServiceUnavailable): apiserver is shutting down', 'unavailable', 'apiserver is shutting down'],
    ['Error from server: etcdserver: request timed out', 'unavailable', 'etcdserver: request timed out'],
    ['Error from server (TooManyRequests): too many requests', 'unavailable', 'too many requests'],
    [
      'The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?',
      'unreachable',
      'connection refused',
    ],
    [
      'Unable to connect to the server: dial tcp: lookup k8s.invalid: no such host',
      'unreachable',
      'the host name does not resolve',
    ],
    [
      'Unable to connect to the server: tls: failed to verify certificate: x509: unknown authority',
      'unreachable',
      'the certificate of the server is not trusted, or is for another name',
    ],
    [
      'Unable to connect to the server: net/http: TLS handshake timeout',
      'unreachable',
      'the server does not speak TLS on this port',
    ],
    ['Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout', 'unreachable', 'no response in time'],
    [
      'Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
      'unreachable',
      'no response in time',
    ],
    [
      'Unable to connect to the server: dial tcp 10.0.0.1:443: connect: no route to host',
      'unreachable',
      'there is no route to the host',
    ],
    ['Unable to connect to the server: proxyconnect tcp: bad gateway', 'unreachable', 'the proxy did not connect'],
    ['Unable to connect to the server: EOF', 'unreachable', 'the connection was closed'],
    ['error: context "shop" does not exist', 'other', 'context "shop" does not exist'],
    ['', 'other', 'kubectl failed without a word'],
  ])('%s', (stderr, kind, text) => {
    const complaint = end(stderr)
    expect(complaint).toMatchObject({ kind, text: expect.stringContaining(text) })
    expect(complaint?.isPassing).toBe(kind === 'unreachable' || kind === 'unavailable' || stderr.includes('(Conflict)'))
    expect(complaint?.text).not.toMatch(/^(error|Error from server)/)
  })

  it('is nothing when it went well, whatever it printed', () => {
    expect(end('Warning: deprecated', 0)).toBeUndefined()
  })

  it('may be nothing at all in its time', () => {
    const complaint = complaintOf({ exitCode: -1, stdout: '', stderr: '', timedOut: true })
    expect(complaint).toEqual({ kind: 'unreachable', text: 'no response in time', isPassing: true })
  })

  it('is without the lines of its log, where there are others', () => {
    const log = 'E1201 02:00:00.000000 7 memcache.go:265] couldn’t get current server API group list'
    expect(end(`${log}\n\nError from server (NotFound): x\n`)?.text).toBe('x')
    expect(end(log)?.text).toContain('memcache')
  })

  it('is cut, and of one line', () => {
    const { text = '' } = end(`${'x'.repeat(500)}\n::error::y`) ?? {}
    expect(text.length).toBeLessThanOrEqual(401)
    expect(end('a\u001b[31m\n::error::y')?.text).not.toMatch(/\p{Cc}/u)
  })
})

describe('how it ends the reading', () => {
  test.each<[Complaint['kind'], string]>([
    ['unreachable', 'failed unreachable'],
    ['unauthorized', 'failed unauthorized'],
    ['forbidden', 'refused missing-permission'],
    ['not-found', 'refused not-found'],
    ['rejected', 'failed api-error'],
    ['unavailable', 'failed api-error'],
    ['other', 'failed api-error'],
  ])('%s: %s', (kind, expected) => {
    const { outcome, reasonCode, sentence } = endingOf({ kind, text: 'no', isPassing: false }, 'The API')
    expect(`${outcome} ${reasonCode}`).toBe(expected)
    expect(sentence).toBe('The API: no')
  })
})
