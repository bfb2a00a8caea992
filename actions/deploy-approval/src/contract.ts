import { type Contract, commonInputs, commonReasons } from '@deploy-safety/common/contract'

export const contract = {
  name: 'template',
  outcomes: { passed: 'succeeds', inconclusive: 'fails' },
  inputs: { steps: '1', ...commonInputs },
  outputs: { 'steps-done': '' },
  reasons: {
    ok: { outcomes: ['passed'], cause: 'Every step was done.', nextStep: 'None: the workflow can proceed.' },
    'invalid-input': { outcomes: ['inconclusive'], ...commonReasons['invalid-input'] },
    'internal-error': { outcomes: ['inconclusive'], ...commonReasons['internal-error'] },
    cancelled: { outcomes: ['inconclusive'], ...commonReasons.cancelled },
  },
} as const satisfies Contract
