import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { filesOf, fixtures, whole } from '../support/results/reading.ts'

/** One file of every format. */
const files = {
  'locust-stats': 'locust-2.47.0/run_stats.csv',
  'locust-history': 'locust-2.47.0/run_stats_history.csv',
  'locust-json': 'locust-2.47.0/run.json',
  'locust-requests': 'locust-2.47.0/requests.csv',
  'k6-summary': 'k6-1.8.1/summary.json',
  'k6-json': 'k6-1.8.1/run.json.gz',
  'k6-csv': 'k6-1.8.1/run.csv.gz',
  'jmeter-csv': 'jmeter-5.6.3/results.jtl',
  'jmeter-statistics': 'jmeter-5.6.3/dashboard/statistics.json',
  artillery: 'artillery-2.0.34/report.json',
  autocannon: 'autocannon-9.0.0/result.json',
  'hey-csv': 'hey-0.1.4/result.csv',
  'oha-json': 'oha-1.16.0/result.json',
  'wrk-text': 'wrk-4.1.0/latency.txt',
  'ab-text': 'ab-2.4.71/result.txt',
  'ab-csv': 'ab-2.4.71/percentiles.csv',
}

/** What happens to files on their way: Windows, an editor, an artifact store. */
const ways: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  'with a byte order mark': (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]),
  'with CRLF': (bytes) => Buffer.from(bytes.toString('latin1').replaceAll(/\r*\n/g, '\r\n'), 'latin1'),
  'with LF': (bytes) => Buffer.from(bytes.toString('latin1').replaceAll(/\r+\n/g, '\n'), 'latin1'),
  packed: (bytes) => gzipSync(bytes),
  'in two packed parts': (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 100)), gzipSync(bytes.subarray(100))]),
}

async function figuresOf(bytes: Buffer) {
  const { format, test, damage } = await whole(join(filesOf({ result: bytes }), 'result'))
  const { all, endpoints } = test
  const names = endpoints.map(({ name }) => name)
  return { format, names, count: all.count, errors: all.errors, p95: all.percentile(0.95), damage }
}

describe.each(Object.entries(files))('%s', (format, file) => {
  const raw = readFileSync(join(fixtures, 'real', file))
  const bytes = file.endsWith('.gz') ? gunzipSync(raw) : raw

  it.each(Object.entries(ways))('says the same %s', async (_, change) => {
    const plain = await figuresOf(bytes)
    expect(plain.format).toBe(format)
    expect(plain.damage).toBeUndefined()
    expect(await figuresOf(change(bytes))).toEqual(plain)
  })
})
