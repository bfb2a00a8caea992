import { commonReasons } from '@deploy-safety/common/outcome'
import { reasons as probeReasons } from '@deploy-safety/probe/reason'

/** Every reason code of this action: its outcome, its cause and the next step. The README's table is made from it. */
export const reasons = {
  ok: {
    verdict: 'healthy',
    cause: 'Every required target answered well, as often as was asked.',
    nextStep: 'Nothing: the deployment can go on.',
  },
  ...probeReasons,
  'invalid-input': { verdict: 'unverifiable', ...commonReasons['invalid-input'] },
  'internal-error': { verdict: 'unverifiable', ...commonReasons['internal-error'] },
  cancelled: { verdict: 'unverifiable', ...commonReasons.cancelled },
} as const

export type ReasonCode = keyof typeof reasons
