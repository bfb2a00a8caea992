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
  ['vegeta-json', 'vegeta formats are not supported yet.'],
  ['vegeta-csv', 'vegeta formats are not supported yet.'],
  ['vegeta-report', 'vegeta formats are not supported yet.'],
  ['vegeta-gob', 'vegeta formats are not supported yet.'],
  ['jmeter-xml', 'Let JMeter write its results as CSV: jmeter.save.saveservice.output_format=csv.'],
  ['gatling-json', 'Gatling formats are not supported yet.'],
  ['gatling-log', 'Gatling formats are not supported yet.'],
  ['hey-text', 'Let hey write CSV: hey -o csv.'],
  ['hdr-log', 'HdrHistogram logs are not supported yet.'],
])
