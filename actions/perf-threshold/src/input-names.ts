import { commonInputs } from '@deploy-safety/common/settings'

/** All inputs of the action, with their defaults as in action.yml. */
export const inputDefaults = {
  results: '',
  format: 'auto',
  thresholds: '',
  'thresholds-file': '',
  baseline: '',
  'baseline-missing': 'warn',
  'warm-up': '0s',
  'cool-down': '0s',
  include: '',
  exclude: '',
  'only-successful': 'false',
  'min-samples': '',
  'percentile-method': 'linear',
  'prometheus-url': '',
  'prometheus-queries': '',
  'prometheus-token': '',
  'prometheus-window': '5m',
  'alerts-url': '',
  ...commonInputs,
} as const

export type InputName = keyof typeof inputDefaults
