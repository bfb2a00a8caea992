import { closeSync, openSync, writeSync } from 'node:fs'
import { seededRandom } from '../random.ts'

export type Generated = 'k6-json' | 'jmeter-csv'

const seed = 95
const startMs = Date.UTC(2026, 10, 21, 9)
const blockLines = 2_000

interface Endpoint {
  readonly method: string
  readonly name: string
}

const endpoints: readonly Endpoint[] = [
  { method: 'GET', name: 'http://shop.example/' },
  { method: 'GET', name: 'http://shop.example/search?q=tea\\u0026page=2' },
  { method: 'POST', name: 'http://shop.example/checkout' },
  { method: 'GET', name: 'product' },
  { method: 'GET', name: 'http://shop.example/api/v1/users/me' },
  { method: 'PUT', name: 'cart' },
  { method: 'DELETE', name: 'cart item' },
  { method: 'GET', name: 'http://shop.example/static/app.js' },
]

/** Writes a result as the tool does, of at least so many bytes; the same for the same size. */
export function generate(format: Generated, file: string, bytes: number): void {
  const descriptor = openSync(file, 'w')
  const next = format === 'k6-json' ? k6Blocks() : jmeterBlocks()
  try {
    for (let size = 0; size < bytes; ) size += writeSync(descriptor, next())
  } finally {
    closeSync(descriptor)
  }
}

/** Requests of a run: which, when, how long, and whether it failed. */
function requests() {
  const random = seededRandom(seed)
  let atMs = startMs
  return () => {
    atMs += random() * 0.2
    const endpoint = endpoints[Math.floor(random() * endpoints.length)] ?? { method: 'GET', name: 'home' }
    // Log-normal, about: a sum of four is round enough.
    const latencyMs = Math.exp(4 + (random() + random() + random() + random() - 2) * 1.2)
    return { endpoint, atMs, latencyMs, failed: random() < 0.02, user: Math.floor(random() * 40) }
  }
}

type Request = ReturnType<ReturnType<typeof requests>>

const trends = ['blocked', 'connecting', 'tls_handshaking', 'sending', 'waiting', 'receiving']
const perIteration = ['data_sent', 'data_received', 'iteration_duration', 'iterations']
const requestsPerIteration = 3

/** One request is nine points, and an iteration four more. */
function k6Blocks(): () => string {
  const next = requests()
  return () => {
    let block = ''
    for (let lines = 0; lines < blockLines; lines += 9 * requestsPerIteration + perIteration.length) {
      const made = Array.from({ length: requestsPerIteration }, next)
      for (const request of made) block += k6Request(request)
      const { atMs } = made[made.length - 1] ?? next()
      for (const metric of perIteration)
        block += k6Point(metric, atMs, metric === 'iterations' ? 1 : 512.25, iterationTags)
    }
    return block
  }
}

const iterationTags = '{"group":"","scenario":"default"}'

function k6Request({ endpoint: { method, name }, atMs, latencyMs, failed }: Request): string {
  const status = failed ? 503 : 200
  const tags = `{"expected_response":"${!failed}","group":"","method":"${method}","name":"${name}","proto":"HTTP/1.1","scenario":"default","status":"${status}","tls_version":"tls1.3","url":"${name}"}`
  const point = (metric: string, value: number) => k6Point(metric, atMs, value, tags)
  const waiting = trends.map((trend, at) => point(`http_req_${trend}`, at < 3 ? 0 : latencyMs / (at + 1)))
  return [
    point('http_reqs', 1),
    point('http_req_duration', latencyMs),
    ...waiting,
    point('http_req_failed', failed ? 1 : 0),
  ].join('')
}

function k6Point(metric: string, atMs: number, value: number, tags: string): string {
  const nanoseconds = String(Math.floor((atMs % 1) * 1e6)).padStart(6, '0')
  const time = `${new Date(atMs).toISOString().slice(0, -1)}${nanoseconds}Z`
  return `{"metric":"${metric}","type":"Point","data":{"time":"${time}","value":${Number(value.toFixed(6))},"tags":${tags}}}\n`
}

const header =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect\n'

function jmeterBlocks(): () => string {
  const next = requests()
  let block = header
  return () => {
    for (let lines = 0; lines < blockLines; lines += 1) block += jmeterRow(next())
    const whole = block
    block = ''
    return whole
  }
}

function jmeterRow({ endpoint, atMs, latencyMs, failed, user }: Request): string {
  const label = endpoint.name.replace('http://shop.example', '').replace('\\u0026', '&') || '/'
  const elapsed = Math.floor(latencyMs)
  const answer = failed ? '503,Service Unavailable' : '200,OK'
  const failure = failed ? 'false,"no ""tea"", but an error"' : 'true,'
  const start = `${Math.floor(atMs)},${elapsed},${label},${answer},Users 1-${user},text,${failure}`
  return `${start},1520,129,40,40,http://shop.example/${encodeURIComponent(label)},${elapsed},0,0\n`
}
