import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesOf, read } from '../support/results/reading.ts'

const point = (metric: string) =>
  `{"metric":"${metric}","type":"Point","data":{"time":"2026-11-21T12:00:00.5Z","value":100,"tags":{"name":"http://shop.example/","status":"200"}}}\n`
const csv = (metric: string) => `metric_name,timestamp,metric_value,name\n${metric},1795253658,1.000000,tea\n`
const jtl = 'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success\n'
const onlyHttp = (format: string) =>
  `the file has no requests: of ${format} only http_req_duration is read, not the metrics of gRPC, WebSocket and browser`

describe('results without a request', () => {
  it.each([
    ['k6-json', point('grpc_req_duration')],
    ['k6-json', point('ws_session_duration')],
    ['k6-json', point('browser_web_vital_lcp')],
    ['k6-csv', csv('grpc_req_duration')],
    ['k6-csv', csv('ws_connecting')],
  ])('of %s say that only HTTP is read', async (format, content) => {
    const results = join(filesOf({ result: content }), 'result')
    const expected = { missing: 'empty-results', detail: onlyHttp(format) }
    expect(await read(results)).toMatchObject(expected)
    // There are no times either; that they cannot be cut would lead astray.
    expect(await read(results, { warmUpMs: 1_000 })).toMatchObject(expected)
  })

  it('of another tool say no more than that', async () => {
    const results = join(filesOf({ result: jtl }), 'result')
    expect(await read(results)).toMatchObject({ missing: 'empty-results', detail: 'the file has no requests' })
  })

  it('that have some, but not after the cut, say so', async () => {
    const results = join(filesOf({ result: point('http_req_duration') }), 'result')
    expect(await read(results, { warmUpMs: 1_000 })).toMatchObject({
      missing: 'empty-results',
      detail: 'no requests are left after warm-up, cool-down, include and exclude',
    })
  })
})
