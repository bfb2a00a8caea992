import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { VirtualClock } from '@deploy-safety/simulators/clock'
import { onTestFinished } from 'vitest'
import { type MetricsEdges, requestThrough } from '../../../src/metrics/edges.ts'

/** A question as it arrived. */
interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly form: Readonly<Record<string, string>>
}

interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

interface Stub {
  readonly url: string
  readonly asked: readonly Asked[]
}

/** A server on loopback until the end of the test; a text is sent as it is, anything else as JSON. */
export async function stub(answer: (asked: Asked, count: number) => Answer): Promise<Stub> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
    const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, form }
    asked.push(one)
    const { status = 200, headers = { 'content-type': 'application/json' }, body } = answer(one, asked.length)
    response.writeHead(status, headers)
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

interface TestEdges extends MetricsEdges {
  readonly clock: VirtualClock
}

/** Real requests; the pauses between them take no time. */
export function edgesOf(signal: AbortSignal = new AbortController().signal): TestEdges {
  const clock = new VirtualClock()
  const request = requestThrough(() => undefined)
  return { clock, signal, request: (question, options) => clock.standStill(request(question, options)) }
}

export const success = (resultType: string, result: unknown, rest: object = {}) => ({
  body: { status: 'success', data: { resultType, result }, ...rest },
})

/** Series with these values, one a second from second 1000. */
export const matrix = (...series: readonly [labels: object, values: readonly string[]][]) =>
  success(
    'matrix',
    series.map(([metric, values]) => ({ metric, values: values.map((value, index) => [1_000 + index, value]) })),
  )
