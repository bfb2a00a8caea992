import { commonInputs } from '@deploy-safety/common/settings'

/** The inputs that a target can have of its own, with their defaults as in action.yml. */
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

/** All inputs of the action, with their defaults as in action.yml. */
export const inputDefaults = { url: '', targets: '', ...targetInputs, concurrency: '8', ...commonInputs } as const

export type InputName = keyof typeof inputDefaults
