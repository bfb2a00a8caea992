import { commonReasons } from '@deploy-safety/common/outcome'

interface ReasonText {
  readonly verdict: 'failed' | 'inconclusive'
  readonly cause: string
  readonly nextStep: string
}

/** Why a run did not pass. The README takes its table from here. */
export const findings = {
  'threshold-exceeded': {
    verdict: 'failed',
    cause: 'A limit does not hold.',
    nextStep:
      'Look at the gate with the worst margin and at the slowest endpoints, and compare with the last good run.',
  },
  'alerts-firing': {
    verdict: 'failed',
    cause: 'Alerts are firing that the gate does not allow.',
    nextStep: 'Look at the alerts that the message names.',
  },
  'no-results': {
    verdict: 'inconclusive',
    cause: 'No file matches a line of results, or one of them cannot be opened.',
    nextStep:
      'Check the path and the working directory, and that the load test wrote its result there, for this user to read.',
  },
  'unknown-format': {
    verdict: 'inconclusive',
    cause: 'The content of a file is that of no load tool that is known here.',
    nextStep:
      'Check that the file is the result and not a log or an error page. The README lists the formats and how each tool writes them.',
  },
  'ambiguous-format': {
    verdict: 'inconclusive',
    cause: 'The files are of several formats, or a result is there packed and unpacked.',
    nextStep: 'Give the files of one format, or choose it with format: the same run read twice would count twice.',
  },
  'malformed-results': {
    verdict: 'inconclusive',
    cause: 'A file is damaged.',
    nextStep:
      'Look at the line that the message names. Two writers of one file, or a disk that ran full, are usual causes.',
  },
  'truncated-results': {
    verdict: 'inconclusive',
    cause: 'A file ends in the middle.',
    nextStep: 'Let the load tool end by itself before the file is read, and upload the file whole.',
  },
  'empty-results': {
    verdict: 'inconclusive',
    cause: 'There is no request to judge, or none is left after warm-up and filters.',
    nextStep: 'Check that the load test reached the service, and what warm-up, cool-down, include and exclude leave.',
  },
  'unknown-endpoint': {
    verdict: 'inconclusive',
    cause: 'A gate is about an endpoint that the result does not have.',
    nextStep: 'Compare its name with those in the message.',
  },
  'too-few-samples': {
    verdict: 'inconclusive',
    cause: 'There are fewer requests than the percentile needs.',
    nextStep: 'Run the load test longer, gate a lower percentile, or lower min-samples if you accept the chance in it.',
  },
  'not-reported': {
    verdict: 'inconclusive',
    cause: 'The load tool does not report what the gate is about.',
    nextStep: 'Give a result of this tool that has it: the README names the best one of each tool.',
  },
  'rounded-too-coarsely': {
    verdict: 'inconclusive',
    cause: 'The number is known only roughly, and the limit lies in what it may be.',
    nextStep: 'Give a more exact result of the load tool, or a limit that is not so near.',
  },
  'saturated-histogram': {
    verdict: 'inconclusive',
    cause:
      'The percentile lies in the last, open bucket of the histogram, which can show no more than its lower bound.',
    nextStep: 'Add buckets above the limit to the histogram of the service.',
  },
  'not-a-number': {
    verdict: 'inconclusive',
    cause: 'A value is NaN or infinite.',
    nextStep: 'Look at the query: a division by zero and a histogram without observations are usual causes.',
  },
  'no-timestamps': {
    verdict: 'inconclusive',
    cause: 'The format does not say when requests were made.',
    nextStep: 'Give the raw result of the load tool, which has times: the README names it.',
  },
  'shards-not-mergeable': {
    verdict: 'inconclusive',
    cause: 'Several files carry only percentiles, and those cannot be merged.',
    nextStep: 'Give raw results, histograms (Locust: --json), or the reports of this action.',
  },
  'baseline-missing': {
    verdict: 'inconclusive',
    cause: 'There is no baseline to compare with.',
    nextStep: 'On the first run this is as it should be: keep the report of this run as the baseline.',
  },
  'baseline-not-comparable': {
    verdict: 'inconclusive',
    cause: 'The baseline lacks what the gate compares.',
    nextStep: 'Give a baseline of the same tool and with the same endpoints.',
  },
  'metrics-unreachable': {
    verdict: 'inconclusive',
    cause: 'Prometheus or Alertmanager cannot be asked.',
    nextStep: 'Check URL, token and network; the message has the answer.',
  },
  'metrics-empty': {
    verdict: 'inconclusive',
    cause: 'The query finds no data.',
    nextStep: 'Run the query in Prometheus for the same time range: a wrong label, or a target that is not scraped.',
  },
  'metrics-ambiguous': {
    verdict: 'inconclusive',
    cause: 'Prometheus refuses the query, or it gives what cannot be compared with a number.',
    nextStep: 'Write a query that gives a number per series, and try it in Prometheus; the message has its answer.',
  },
} as const satisfies Record<string, ReasonText>

export type Finding = keyof typeof findings

/** Why a gate, or a run, did not pass: by what was found, or because nobody could wait for it. */
export type Obstacle = Finding | 'cancelled'

/** All reason codes, for the README. @public for the contract tests */
export const reasons = {
  ok: { verdict: 'passed', cause: 'Every gate holds.', nextStep: 'Nothing to do.' },
  ...findings,
  'invalid-input': { verdict: 'inconclusive', ...commonReasons['invalid-input'] },
  'internal-error': { verdict: 'inconclusive', ...commonReasons['internal-error'] },
  cancelled: { verdict: 'inconclusive', ...commonReasons.cancelled },
} as const
