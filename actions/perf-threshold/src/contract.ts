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
    ok: {
      outcomes: ['passed'],
      cause: 'All thresholds passed.',
      nextStep: 'Nothing to do.',
    },
    'threshold-exceeded': {
      outcomes: ['failed'],
      cause: 'At least one threshold failed.',
      nextStep: 'Start with the worst threshold and the slowest endpoints, and compare them with the last good run.',
    },
    'alerts-firing': {
      outcomes: ['failed'],
      cause: 'Alerts are firing that the threshold does not allow.',
      nextStep: 'Check the alerts named in the message.',
    },
    'no-results': {
      outcomes: ['inconclusive'],
      cause: 'No results file matches, or a results file cannot be opened.',
      nextStep:
        'Check the path and the working directory, and that the load test wrote the file there and it is readable by the runner user.',
    },
    'unknown-format': {
      outcomes: ['inconclusive'],
      cause: 'Unrecognized results format.',
      nextStep:
        'Check that the file is the result of a load test and not a log or an error page. The README lists the supported formats and how each tool writes them.',
    },
    'ambiguous-format': {
      outcomes: ['inconclusive'],
      cause: 'The files have different formats, or the same results exist compressed and uncompressed.',
      nextStep:
        'Give files of one format, or select one with the input format. Reading the same run twice would count it twice.',
    },
    'malformed-results': {
      outcomes: ['inconclusive'],
      cause: 'A results file is damaged.',
      nextStep:
        'Check the line named in the message. Common causes: two processes wrote to the same file, or the disk was full.',
    },
    'truncated-results': {
      outcomes: ['inconclusive'],
      cause: 'A results file ends too early.',
      nextStep: 'Let the load tool exit by itself before this step reads the file, and upload the whole file.',
    },
    'empty-results': {
      outcomes: ['inconclusive'],
      cause: 'There are no requests to judge, or none are left after warm-up, cool-down and filters.',
      nextStep: 'Check that the load test reached the service, and what warm-up, cool-down, include and exclude leave.',
    },
    'unknown-endpoint': {
      outcomes: ['inconclusive'],
      cause: 'The results have no such endpoint.',
      nextStep: 'Compare the name in the threshold with the endpoints named in the message.',
    },
    'too-few-samples': {
      outcomes: ['inconclusive'],
      cause: 'Too few requests for the percentile.',
      nextStep: 'Run the load test longer, use a lower percentile, or lower min-samples if you accept the uncertainty.',
    },
    'not-reported': {
      outcomes: ['inconclusive'],
      cause: 'The load tool does not report what the threshold needs.',
      nextStep: 'Use a results file that has it: the README names the best file of each tool.',
    },
    'rounded-too-coarsely': {
      outcomes: ['inconclusive'],
      cause: 'The measured value is not precise enough to compare with this limit.',
      nextStep: 'Use a more precise results file, or a limit further from the value.',
    },
    'saturated-histogram': {
      outcomes: ['inconclusive'],
      cause: 'The percentile is in the last, open bucket of the histogram: only its lower bound is known.',
      nextStep: 'Add buckets above the limit to the histogram of the service.',
    },
    'not-a-number': {
      outcomes: ['inconclusive'],
      cause: 'A value is NaN or infinite.',
      nextStep: 'Check the query. Common causes: a division by zero, or a histogram without observations.',
    },
    'no-timestamps': {
      outcomes: ['inconclusive'],
      cause: 'The results do not say when requests were made.',
      nextStep: 'Use the raw results of the load tool, which have timestamps: the README names the file.',
    },
    'shards-not-mergeable': {
      outcomes: ['inconclusive'],
      cause: 'Several files have only percentiles, and percentiles cannot be merged.',
      nextStep: 'Use raw results, histograms (Locust: --json-file) or the reports of this action.',
    },
    'baseline-missing': {
      outcomes: ['inconclusive'],
      cause: 'There is no baseline to compare with.',
      nextStep: 'This is expected on the first run: keep the report of this run as the baseline.',
    },
    'baseline-not-comparable': {
      outcomes: ['inconclusive'],
      cause: 'The baseline does not have what the threshold compares.',
      nextStep: 'Use a baseline of the same tool with the same endpoints.',
    },
    'metrics-unreachable': {
      outcomes: ['inconclusive'],
      cause: 'Prometheus or Alertmanager could not be queried.',
      nextStep: 'Check the URL, the token and the network. The message has the response.',
    },
    'metrics-empty': {
      outcomes: ['inconclusive'],
      cause: 'The query returned no data.',
      nextStep:
        'Run the query in Prometheus for the same time range. Common causes: a wrong label, or a target that is not scraped.',
    },
    'metrics-ambiguous': {
      outcomes: ['inconclusive'],
      cause: 'Prometheus rejected the query, or it returned something that cannot be compared with a number.',
      nextStep:
        'Write a query that returns one number per series, and try it in Prometheus. The message has its response.',
    },
    'invalid-input': { outcomes: ['inconclusive'], ...commonReasons['invalid-input'] },
    'internal-error': { outcomes: ['inconclusive'], ...commonReasons['internal-error'] },
    cancelled: { outcomes: ['inconclusive'], ...commonReasons.cancelled },
  },
} as const satisfies Contract

export type InputName = keyof typeof contract.inputs
export type OutputName = keyof typeof contract.outputs
