import { type Contract, commonInputs, commonReasons } from '@deploy-safety/common/contract'

export const contract = {
  name: 'perf-threshold',
  outcomes: { passed: 'succeeds', failed: 'fails', inconclusive: 'fails' },
  inputs: {
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
  },
  outputs: {
    'p50-ms': '',
    'p95-ms': '',
    'p99-ms': '',
    'error-rate': '',
    throughput: '',
    samples: '',
    'failed-thresholds': '[]',
  },
  reasons: {
    ok: { outcomes: ['passed'], cause: 'Every threshold holds.', nextStep: 'Nothing to do.' },
    'threshold-exceeded': {
      outcomes: ['failed'],
      cause: 'A limit does not hold.',
      nextStep:
        'Look at the threshold with the worst margin and at the slowest endpoints, and compare with the last good run.',
    },
    'alerts-firing': {
      outcomes: ['failed'],
      cause: 'Alerts are firing that the threshold does not allow.',
      nextStep: 'Look at the alerts that the message names.',
    },
    'no-results': {
      outcomes: ['inconclusive'],
      cause: 'No file matches a line of results, or one of them cannot be opened.',
      nextStep:
        'Check the path and the working directory, and that the load test wrote its result there, for this user to read.',
    },
    'unknown-format': {
      outcomes: ['inconclusive'],
      cause: 'The content of a file is that of no load tool that is known here.',
      nextStep:
        'Check that the file is the result and not a log or an error page. The README lists the formats and how each tool writes them.',
    },
    'ambiguous-format': {
      outcomes: ['inconclusive'],
      cause: 'The files are of several formats, or a result is there packed and unpacked.',
      nextStep: 'Give the files of one format, or choose it with format: the same run read twice would count twice.',
    },
    'malformed-results': {
      outcomes: ['inconclusive'],
      cause: 'A file is damaged.',
      nextStep:
        'Look at the line that the message names. Two writers of one file, or a disk that ran full, are usual causes.',
    },
    'truncated-results': {
      outcomes: ['inconclusive'],
      cause: 'A file ends in the middle.',
      nextStep: 'Let the load tool end by itself before the file is read, and upload the file whole.',
    },
    'empty-results': {
      outcomes: ['inconclusive'],
      cause: 'There is no request to judge, or none is left after warm-up and filters.',
      nextStep: 'Check that the load test reached the service, and what warm-up, cool-down, include and exclude leave.',
    },
    'unknown-endpoint': {
      outcomes: ['inconclusive'],
      cause: 'A threshold is about an endpoint that the result does not have.',
      nextStep: 'Compare its name with those in the message.',
    },
    'too-few-samples': {
      outcomes: ['inconclusive'],
      cause: 'There are fewer requests than the percentile needs.',
      nextStep:
        'Run the load test longer, put the threshold on a lower percentile, or lower min-samples if you accept the chance in it.',
    },
    'not-reported': {
      outcomes: ['inconclusive'],
      cause: 'The load tool does not report what the threshold is about.',
      nextStep: 'Give a result of this tool that has it: the README names the best one of each tool.',
    },
    'rounded-too-coarsely': {
      outcomes: ['inconclusive'],
      cause: 'The number is known only roughly, and the limit lies in what it may be.',
      nextStep: 'Give a more exact result of the load tool, or a limit that is not so near.',
    },
    'saturated-histogram': {
      outcomes: ['inconclusive'],
      cause:
        'The percentile lies in the last, open bucket of the histogram, which can show no more than its lower bound.',
      nextStep: 'Add buckets above the limit to the histogram of the service.',
    },
    'not-a-number': {
      outcomes: ['inconclusive'],
      cause: 'A value is NaN or infinite.',
      nextStep: 'Look at the query: a division by zero and a histogram without observations are usual causes.',
    },
    'no-timestamps': {
      outcomes: ['inconclusive'],
      cause: 'The format does not say when requests were made.',
      nextStep: 'Give the raw result of the load tool, which has times: the README names it.',
    },
    'shards-not-mergeable': {
      outcomes: ['inconclusive'],
      cause: 'Several files carry only percentiles, and those cannot be merged.',
      nextStep: 'Give raw results, histograms (Locust: --json), or the reports of this action.',
    },
    'baseline-missing': {
      outcomes: ['inconclusive'],
      cause: 'There is no baseline to compare with.',
      nextStep: 'On the first run this is as it should be: keep the report of this run as the baseline.',
    },
    'baseline-not-comparable': {
      outcomes: ['inconclusive'],
      cause: 'The baseline lacks what the threshold compares.',
      nextStep: 'Give a baseline of the same tool and with the same endpoints.',
    },
    'metrics-unreachable': {
      outcomes: ['inconclusive'],
      cause: 'Prometheus or Alertmanager cannot be asked.',
      nextStep: 'Check URL, token and network; the message has the answer.',
    },
    'metrics-empty': {
      outcomes: ['inconclusive'],
      cause: 'The query finds no data.',
      nextStep: 'Run the query in Prometheus for the same time range: a wrong label, or a target that is not scraped.',
    },
    'metrics-ambiguous': {
      outcomes: ['inconclusive'],
      cause: 'Prometheus refuses the query, or it gives what cannot be compared with a number.',
      nextStep: 'Write a query that gives a number per series, and try it in Prometheus; the message has its answer.',
    },
    'invalid-input': { outcomes: ['inconclusive'], ...commonReasons['invalid-input'] },
    'internal-error': { outcomes: ['inconclusive'], ...commonReasons['internal-error'] },
    cancelled: { outcomes: ['inconclusive'], ...commonReasons.cancelled },
  },
} as const satisfies Contract

export type InputName = keyof typeof contract.inputs
export type OutputName = keyof typeof contract.outputs
