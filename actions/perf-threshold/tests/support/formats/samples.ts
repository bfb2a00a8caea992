/** A small whole file of each format. In each, p95 (or its neighbours) would be misread by a reader that knows only the usual case. */

const percentHeader = '50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%'
const totals =
  'Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size'

export const locustStatsText = [
  `Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,${percentHeader}`,
  'GET,/,190,0,7,7.13,2.98,19.17,5.0,38.2,0.0,7,8,9,9,10,11,14,19,19,19,19',
  'GET,"/a, ""b""\n🍵",10,2,100,102.2,62.6,496.4,4.0,2.2,0.4,100,110,120,120,130,500,500,500,500,500,500',
  ',Aggregated,200,2,8,11.9,2.98,496.4,5.0,40.4,0.4,8,9,10,10,100,500,500,500,500,500,500',
  '',
].join('\r\n')

const historyHeader = `Timestamp,User Count,Type,Name,Requests/s,Failures/s,${percentHeader},${totals}`
const nothing = Array(11).fill('N/A').join()
export const locustHistoryText = [
  historyHeader,
  `1795253765,0,,Aggregated,0.000000,0.000000,${nothing},0,0,0,0.0,0,0,0`,
  '1795253766,8,,Aggregated,0.000000,0.000000,25,40,99,120,130,900,900,900,900,900,900,92,1,25,48.6,2.9,901.2,7.2',
  '1795253770,8,,Aggregated,93.000000,2.000000,28,43,84,100,130,140,170,220,310,900,900,498,11,28,49.3,2.9,901.2,7.4',
  '',
].join('\r\n')

/** The run was slow in its first ten seconds, and fast in its last ones. */
export const locustWindowsText = [
  historyHeader,
  `1795253771,0,,Aggregated,0.000000,0.000000,${nothing},0,0,0,0.0,0,0,0`,
  '1795253772,4,GET,/,0.000000,0.000000,0,0,0,0,0,0,0,0,0,0,0,19,0,700,866.3,4.1,920.7,5.0',
  '1795253772,4,,Aggregated,0.000000,0.000000,0,0,0,0,0,0,0,0,0,0,0,19,0,700,866.3,4.1,920.7,5.0',
  '1795253782,4,GET,/,9.000000,0.000000,700,710,800,810,820,900,910,920,920,920,920,100,0,700,706.6,4.1,920.7,5.0',
  '1795253782,4,,Aggregated,9.000000,0.000000,700,710,800,810,820,900,910,920,920,920,920,100,0,700,706.6,4.1,920.7,5.0',
  '1795253792,4,GET,/,9.700000,1.000000,10,12,12,13,13,14,14,16,16,16,16,227,12,600,600.6,4.1,920.7,4.0',
  '1795253792,4,,Aggregated,9.700000,1.000000,10,12,12,13,13,14,14,16,16,16,16,227,12,600,600.6,4.1,920.7,4.0',
  '',
].join('\r\n')

export const locustEntry = {
  name: '/search, "tea"',
  method: 'GET',
  last_request_timestamp: 1795253770.5,
  start_time: 1795253760.5,
  num_requests: 100,
  num_none_requests: 0,
  num_failures: 3,
  total_response_time: 14_700,
  max_response_time: 503.9,
  min_response_time: 12.4,
  total_content_length: 500,
  response_times: { '12': 90, '500': 9, '100': 1 },
  num_reqs_per_sec: { '1795253760': 10 },
  num_fail_per_sec: {},
}
export const locustJsonText = JSON.stringify([locustEntry, { ...locustEntry, name: '/', num_failures: 0 }], null, 4)

const slow = { avg: 52.1, min: 2.1, med: 28.9, max: 984.8, 'p(90)': 126.8, 'p(95)': 737.8, 'p(99)': 952.9 }
const fast = { avg: 41.4, min: 15.6, med: 28.1, max: 384.8, 'p(90)': 44.8, 'p(95)': 54.8 }
/** The threshold is crossed, and says so with `true`. */
export const k6Legacy = {
  root_group: { name: '', path: '', id: '', groups: {}, checks: {} },
  metrics: {
    http_reqs: { count: 182, rate: 57.8 },
    http_req_failed: { passes: 6, fails: 176, value: 0.03, thresholds: { 'rate<0.01': true } },
    http_req_duration: { ...slow, thresholds: { 'p(95)<500': true } },
    'http_req_duration{name:login}': { ...fast, count: 60, thresholds: { 'p(95)<500': false } },
    'http_req_duration{status:200,name:"a b"}': fast,
    'http_req_duration{expected_response:true}': fast,
    iterations: { count: 60, rate: 19 },
  },
}
export const k6Handled = {
  state: { isStdOutTTY: false, isStdErrTTY: false, testRunDurationMs: 10_000 },
  metrics: {
    http_reqs: { type: 'counter', contains: 'default', values: { count: 182 } },
    http_req_failed: { type: 'rate', contains: 'default', values: { rate: 0.03, passes: 6, fails: 176 } },
    http_req_duration: { type: 'trend', contains: 'time', values: slow, thresholds: { 'p(95)<500': { ok: false } } },
    iterations: { values: { count: 60 } },
    dropped_iterations: { values: { count: 4 } },
  },
}
export const k6MachineReadable = {
  version: '1.0.0',
  metadata: { generated_at: '2026-11-21T10:00:00Z', k6_version: '1.8.1' },
  config: { duration: 10, execution: 'local' },
  results: {
    metrics: [
      {
        name: 'http_req_duration',
        type: 'trend',
        contains: 'time',
        values: { avg: 52.1, max: 984.8, med: 28.9, min: 2.1, p90: 126.8, p95: 737.8 },
      },
      { name: 'http_reqs', type: 'counter', contains: 'default', values: { count: 182 } },
      { name: 'http_req_failed', type: 'rate', contains: 'default', values: { matches: 6, total: 182, rate: 0.03 } },
    ],
  },
}

export const jmeterEntry = {
  transaction: 'search',
  sampleCount: 96,
  errorCount: 0,
  errorPct: 0,
  meanResTime: 45.8,
  medianResTime: 36,
  minResTime: 16,
  maxResTime: 309,
  pct1ResTime: 48.3,
  pct2ResTime: 142.5,
  pct3ResTime: 309,
  throughput: 32.6,
}
export const jmeterDocument = {
  search: jmeterEntry,
  Total: { ...jmeterEntry, transaction: 'Total', sampleCount: 100, errorCount: 4, minResTime: 2, pct2ResTime: 200 },
  'tea, "green"': { ...jmeterEntry, transaction: 'tea, "green"', sampleCount: 4, errorCount: 4 },
}

const artillerySummary = {
  min: 2.1,
  max: 375,
  count: 118,
  mean: 42.4,
  p50: 22.9,
  median: 22.9,
  p75: 50,
  p90: 111.1,
  p95: 498,
  p99: 510.1,
  p999: 520,
}
export const artilleryDocument = {
  aggregate: {
    counters: {
      'vusers.created': 40,
      'http.requests': 120,
      'http.responses': 118,
      'http.codes.200': 108,
      'http.codes.503': 10,
      'errors.ETIMEDOUT': 2,
      'plugins.metrics-by-endpoint./a.codes.x.codes.200': 50,
      'plugins.metrics-by-endpoint./b (🍵).codes.200': 58,
      'plugins.metrics-by-endpoint./b (🍵).codes.503': 10,
      'plugins.metrics-by-endpoint./b (🍵).errors.ETIMEDOUT': 2,
    },
    rates: { 'http.request_rate': 12 },
    firstMetricAt: 1_795_254_886_694,
    lastMetricAt: 1_795_254_896_694,
    period: 1_795_254_880_000,
    summaries: {
      'http.response_time': artillerySummary,
      'http.response_time.2xx': { ...artillerySummary, count: 108, p95: 440 },
      'plugins.metrics-by-endpoint.response_time./a.codes.x': { ...artillerySummary, count: 50, p95: 60 },
      'plugins.metrics-by-endpoint.response_time./b (🍵)': { ...artillerySummary, count: 68 },
    },
    histograms: {},
  },
  intermediate: [],
}
export const artilleryLegacyDocument = {
  aggregate: {
    timestamp: '2021-01-02T03:04:15.000Z',
    requestsCompleted: 200,
    latency: { min: 4.2, max: 330.1, median: 31.5, p95: 140.2, p99: 'NaN' },
    rps: { count: 200, mean: 20 },
    errors: { ETIMEDOUT: 2 },
    codes: { '200': 190, '500': 10 },
    counters: {},
  },
  intermediate: [],
}

export const autocannonDocument = {
  url: 'http://127.0.0.1:8099/search',
  connections: 4,
  pipelining: 1,
  duration: 4,
  start: '2026-11-21T09:35:01.000Z',
  finish: '2026-11-21T09:35:05.000Z',
  errors: 5,
  timeouts: 5,
  mismatches: 0,
  non2xx: 20,
  latency: {
    average: 42.45,
    mean: 42.45,
    min: 14,
    max: 392,
    p2_5: 16,
    p50: 31,
    p90: 44,
    p97_5: 299,
    p99: 373,
    p99_9: 392,
    totalCount: 355,
  },
  requests: { average: 90.5, p50: 90, p97_5: 94, total: 355, sent: 364 },
}

export const ohaDocument = {
  summary: {
    successRate: 1,
    total: 2,
    slowest: 0.371735861,
    fastest: 0.015113263,
    average: 0.0401,
    requestsPerSec: 94.4,
  },
  metrics: { success_rate: 1, latency_ms: { p95: 70 } },
  latencyPercentiles: { p10: 0.017, p50: 0.0295, p95: 0.07, p99: 0.337, 'p99.9': 0.371735861, 'p99.99': null },
  latencyPercentilesSuccessful: { p50: 0.0305, p95: 0.08 },
  statusCodeDistribution: { '200': 150, '503': 40 },
  errorDistribution: { 'aborted due to deadline': 4, 'connection closed before message completed': 10 },
}

export const wrkSample = `Running 4s test @ http://127.0.0.1:8099/search
  2 threads and 4 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    68.91ms   84.65ms   1.20s    85.12%
    Req/Sec    46.51     16.33    80.00     58.97%
  Latency Distribution
     50%  635.00us
     75%   44.48ms
     90%  211.01ms
     99%    1.05s
  400 requests in 4.01s, 57.63KB read
  Socket errors: connect 1, read 2, write 3, timeout 4
  Non-2xx or 3xx responses: 50
Requests/sec:     99.75
Transfer/sec:     14.38KB
`
export const wrk2Sample = `Running 30s test @ http://127.0.0.1:8099/search
  2 threads and 4 connections
  Thread calibration: mean lat.: 25.124ms, rate sampling interval: 102ms
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    25.43ms   19.87ms  90.25ms   85.41%
    Req/Sec    49.87     12.10   100.00     78.12%
  Latency Distribution (HdrHistogram - Recorded Latency)
 50.000%   13.17ms
 99.000%   84.54ms
100.000%   90.25ms

  Detailed Percentile spectrum:
       Value   Percentile   TotalCount 1/(1-Percentile)

      10.000       0.000000          1           1.00
      13.165       0.500000       1000           2.00
      63.550       0.943750       1888          17.78
      65.944       0.950000       1900          20.00
      90.250       1.000000       2000            inf
#[Mean    =       25.431, StdDeviation   =       19.874]
#[Max     =       90.250, Total count    =         2000]
#[Buckets =           27, SubBuckets     =         2048]
----------------------------------------------------------

  Latency Distribution (HdrHistogram - Uncorrected Latency (measured without taking delayed starts into account))
 50.000%    1.00ms
 99.000%    1.50ms
100.000%    2.00ms

  Detailed Percentile spectrum:
       Value   Percentile   TotalCount 1/(1-Percentile)

       1.000       0.950000       1900          20.00
       2.000       1.000000       2000            inf
#[Max     =        2.000, Total count    =         2000]
----------------------------------------------------------
  3000 requests in 30.01s, 0.46MB read
Requests/sec:     99.97
Transfer/sec:     15.72KB
`

export const abSample = `This is ApacheBench, Version 2.3 <$Revision$>
Copyright 1996 Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/

Benchmarking 127.0.0.1 (be patient).....done


Document Length:        8 bytes

Concurrency Level:      5
Time taken for tests:   3.674 seconds
Complete requests:      400
Failed requests:        63
   (Connect: 1, Receive: 2, Length: 60, Exceptions: 0)
Non-2xx responses:      20
Total transferred:      53320 bytes
HTML transferred:       5000 bytes
Requests per second:    108.86 [#/sec] (mean)
Time per request:       45.931 [ms] (mean)
Transfer rate:          14.17 [Kbytes/sec] received

Connection Times (ms)
              min  mean[+/-sd] median   max
Connect:        0    0   0.0      0       1
Total:         15   44  63.2     31     400

Percentage of the requests served within a certain time (ms)
  50%     31
  66%     35
  90%     44
  95%    203
  99%    384
 100%    400 (longest request)
`
export const abTable = `Percentage served,Time in ms\n${Array.from({ length: 101 }, (_, percent) => `${percent},${(percent + 0.5).toFixed(3)}\n`).join('')}`

/** A whole file by the name of its format. */
export const samples: readonly (readonly [format: string, text: string])[] = [
  ['locust-stats', locustStatsText],
  ['locust-history', locustHistoryText],
  ['locust-history', locustWindowsText],
  ['locust-json', locustJsonText],
  ['k6-summary', JSON.stringify(k6Legacy, null, 4)],
  ['k6-summary', JSON.stringify(k6Handled)],
  ['k6-summary', JSON.stringify(k6MachineReadable)],
  ['jmeter-statistics', JSON.stringify(jmeterDocument, null, 2)],
  ['artillery', JSON.stringify(artilleryDocument)],
  ['artillery', JSON.stringify(artilleryLegacyDocument)],
  ['autocannon', JSON.stringify(autocannonDocument)],
  ['oha-json', JSON.stringify(ohaDocument, null, 2)],
  ['wrk-text', wrkSample],
  ['wrk-text', wrk2Sample],
  ['ab-text', abSample],
  ['ab-csv', abTable],
]
