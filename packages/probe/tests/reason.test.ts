import { describe, expect, it } from 'vitest'
import { ProbeError, reasons } from '../src/reason.ts'

const codes = (verdict: string) =>
  Object.entries(reasons)
    .filter(([, reason]) => reason.verdict === verdict)
    .map(([code]) => code)

// The closed list of the contract; those of actions as such (invalid-input …) are not the probe's.
const unverifiable = [
  ...['dns-failure', 'proxy-failure', 'tls-expired', 'tls-untrusted', 'tls-name-mismatch', 'certificate-expiring'],
  ...['blocked-by-edge', 'rate-limited', 'address-refused', 'redirect-refused', 'network-unreachable'],
]
const unhealthy = [
  ...['connect-refused', 'connect-timeout', 'connection-reset', 'response-timeout', 'http-status'],
  ...['wrong-version', 'version-missing', 'body-mismatch', 'json-mismatch', 'header-mismatch', 'body-too-large'],
  ...['too-slow', 'p95-too-high', 'flapping', 'grpc-not-serving', 'protocol-error', 'deadline-exceeded'],
]

describe('the reasons', () => {
  it('have the verdicts of the contract', () => {
    expect(unverifiable).toEqual(expect.arrayContaining(codes('unverifiable')))
    expect(unhealthy).toEqual(expect.arrayContaining(codes('unhealthy')))
  })

  it.each(Object.entries(reasons))('%s has a cause and a next step, each a sentence', (code, { cause, nextStep }) => {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(cause).toMatch(/^[A-Z].*\.$/)
    expect(nextStep).toMatch(/^[A-Z].*\.$/)
  })
})

it('a ProbeError is an error whose message is what was observed', () => {
  const cause = new Error('why')
  const error = new ProbeError({ reasonCode: 'dns-failure', detail: 'not found' }, cause)
  expect(error).toMatchObject({
    name: 'ProbeError',
    message: 'not found',
    cause,
    failure: { reasonCode: 'dns-failure' },
  })
})
