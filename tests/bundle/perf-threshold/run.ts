import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type ActionRun, runAction } from '@deploy-safety/simulators/runner'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { expect } from 'vitest'
import { contract } from '../../../actions/perf-threshold/src/contract.ts'
import { actionFolder } from '../../../scripts/workspace.ts'
import { contractCheck } from '../bundle.ts'

export const folder = actionFolder('perf-threshold')
const place = temporaryFolder('perf-threshold')
let folders = 0

export type Inputs = Readonly<Record<string, string>>

/** A file that a real tool wrote. */
export function real(path: string): string {
  return join(folder, 'tests/fixtures/real', path)
}

export const locust = real('locust-2.47.0/workers_stats.csv')

/** A workspace with these files. */
export function workspace(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  folders += 1
  const path = join(place.path, String(folders))
  mkdirSync(path)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

/** Runs the bundle and checks what has to hold for every run, whatever its outcome. */
export async function check(inputs: Inputs, cwd = workspace()): Promise<ActionRun> {
  return meetsContract(await runAction({ folder, inputs, cwd, timeoutMs: 30_000 }))
}

const owes = contractCheck(contract)

export function meetsContract(run: ActionRun): ActionRun {
  expect(JSON.parse(run.outputs['failed-thresholds'] ?? '')).toBeInstanceOf(Array)
  expect(run.annotations.filter(({ title }) => !title?.startsWith('perf-threshold'))).toEqual([])
  return owes(run)
}

/** What people get to see. */
export function said(run: ActionRun): string {
  return `${run.log}${run.summary}`
}

export const heyHeader = 'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n'

/** A CSV of hey with so many requests, ten per second. */
export function hey(count: number, seconds = (index: number) => 0.1 + (index % 10) / 100): string {
  const rows = Array.from({ length: count }, (_, index) => `${seconds(index).toFixed(4)},0,0,0,0,0,200,${index / 10}\n`)
  return heyHeader + rows.join('')
}

/** NDJSON of k6. */
export function k6(
  count: number,
  { name = '/', ms = (index: number) => 100 + (index % 10), status = 200 } = {},
): string {
  const start = Date.parse('2026-11-21T09:00:00.137Z')
  return Array.from({ length: count }, (_, index) => {
    const tags = { expected_response: String(status < 400), method: 'GET', name, status: String(status) }
    const time = new Date(start + index * 100).toISOString()
    return `${JSON.stringify({ metric: 'http_req_duration', type: 'Point', data: { time, value: ms(index), tags } })}\n`
  }).join('')
}

/** What Prometheus responds with when a value was the same all the time. */
export const matrixOf = (value: string) => ({
  status: 'success',
  data: {
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: Array.from({ length: 400 }, (_, index) => [Math.floor(Date.now() / 1_000) - 350 + index, value]),
      },
    ],
  },
})

/** Answers by what is asked. */
export async function startPrometheus(answer: (query: string, form: URLSearchParams) => unknown) {
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request))
    response.setHeader('content-type', 'application/json')
    const query = form.get('query') ?? new URL(request.url ?? '', 'http://x').searchParams.get('query')
    response.end(JSON.stringify(answer(query ?? '', form)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It listens on no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
