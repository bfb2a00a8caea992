/** Every format that is read. */
export const formatNames = [
  'locust-stats',
  'locust-history',
  'locust-json',
  'locust-requests',
  'k6-summary',
  'k6-json',
  'k6-csv',
  'jmeter-csv',
  'jmeter-statistics',
  'artillery',
  'autocannon',
  'hey-csv',
  'oha-json',
  'wrk-text',
  'ab-text',
  'ab-csv',
  'report',
] as const

export type FormatName = (typeof formatNames)[number]

/** Formats that are known, but not read yet, and what to do instead. */
export const laterFormats: ReadonlyMap<string, string> = new Map([
  ['vegeta-json', 'No format of vegeta is read yet.'],
  ['vegeta-csv', 'No format of vegeta is read yet.'],
  ['vegeta-report', 'No format of vegeta is read yet.'],
  ['vegeta-gob', 'No format of vegeta is read yet.'],
  ['jmeter-xml', 'Let JMeter write its results as CSV: jmeter.save.saveservice.output_format=csv.'],
  ['gatling-json', 'No format of Gatling is read yet.'],
  ['gatling-log', 'No format of Gatling is read yet.'],
  ['hey-text', 'Let hey write CSV: hey -o csv.'],
  ['hdr-log', 'HdrHistogram logs are not read yet.'],
])
