import { type Contract, commonInputs, commonReasons, type Reason } from '@deploy-safety/common/contract'
import { reasons as probeReasons } from '@deploy-safety/probe/reason'

/** The inputs that a target can have of its own. */
export const targetInputs = {
  method: 'GET',
  headers: '',
  body: '',
  'expect-status': '2xx',
  'expect-body': '',
  'expect-json': '',
  'expect-header': '',
  'expect-version': '',
  'version-from': 'auto',
  'max-latency': '',
  samples: '0',
  'max-p95': '',
  'tls-min-days': '',
  deadline: '',
  'start-period': '0s',
  interval: '2s',
  attempts: '0',
  timeout: '10s',
  'success-threshold': '1',
  soak: '0s',
  'failure-threshold': '1',
  'follow-redirects': 'same-origin',
  resolve: '',
  'all-addresses': 'false',
  'ca-certificate': '',
  'client-certificate': '',
  'client-key': '',
  insecure: 'false',
  'deny-private-addresses': 'false',
} as const

export const contract = {
  name: 'healthcheck',
  outcomes: { healthy: 'succeeds', unhealthy: 'fails', unverifiable: 'fails' },
  inputs: { url: '', targets: '', ...targetInputs, concurrency: '8', ...commonInputs },
  outputs: { 'observed-version': '', attempts: '', 'elapsed-ms': '', 'latency-p95-ms': '', 'failed-targets': '' },
  reasons: {
    ok: {
      outcomes: ['healthy'],
      cause: 'Every required target passed all its checks.',
      nextStep: 'None: the deployment can proceed.',
    },
    ...failureReasons(),
    'invalid-input': { outcomes: ['unverifiable'], ...commonReasons['invalid-input'] },
    'internal-error': { outcomes: ['unverifiable'], ...commonReasons['internal-error'] },
    cancelled: { outcomes: ['unverifiable'], ...commonReasons.cancelled },
  },
} as const satisfies Contract

export type InputName = keyof typeof contract.inputs
export type OutputName = keyof typeof contract.outputs
export type ReasonCode = keyof typeof contract.reasons

/** What the probe can find: the verdict on a target is the outcome of the step. */
function failureReasons() {
  const entries = Object.entries(probeReasons).map(([code, { verdict, cause, nextStep }]): [string, Reason] => {
    return [code, { outcomes: [verdict], cause, nextStep }]
  })
  return Object.fromEntries(entries) as Record<keyof typeof probeReasons, Reason>
}
