import leven from 'leven'

/** How people and other tools call what is called otherwise here. */
const otherNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    throughput: ['rps', 'qps', 'tps', 'req/s', 'reqs', 'requests_per_second', 'request_rate', 'hits_per_second'],
    count: ['requests', 'samples', 'hits', 'total', 'http_reqs', 'num_requests', 'request_count'],
    errors: ['failures', 'failed', 'fails', 'failure_count', 'error_count', 'num_failures'],
    error_rate: ['error', 'fail', 'http_req_failed', 'fail_ratio', 'failure_rate', 'failure_ratio', 'success_rate'],
    p95: ['p', 'percentile', 'latency', 'duration', 'response_time', 'http_req_duration', 'rt', 'quantile'],
    avg: ['average', 'avg-rt', 'mean_latency'],
    max: ['worst', 'slowest', 'maximum'],
    min: ['best', 'fastest', 'minimum'],
    dropped_iterations: ['dropped'],
    'prometheus.name': ['prometheus', 'prom', 'promql', 'query'],
  }).flatMap(([name, others]) => others.map((other) => [other, name] as const)),
)

/** The known word that is meant most likely: the same in lower case, by another name, or with one or two slips. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  if (word.length > 30) return undefined
  const lower = word.toLowerCase()
  const alias = otherNames.get(lower)
  if (known.includes(lower)) return lower
  if (alias !== undefined) return alias
  const [nearest] = known
    .map((candidate) => ({ candidate, slips: leven(lower, candidate) }))
    .filter(({ candidate, slips }) => slips <= 2 && slips * 2 < Math.max(lower.length, candidate.length))
    .toSorted((one, other) => one.slips - other.slips)
  return nearest?.candidate
}
