import { describe, expect, it } from 'vitest'
import { recognise } from '../../src/formats/recognise.ts'
import { isLocustSibling } from '../../src/formats/refusal.ts'
import { readText, recognisers, refusalOf } from '../support/formats/figures.ts'
import { autocannonDocument, locustJsonText, samples } from '../support/formats/samples.ts'

const locustLines = locustJsonText.split('\n').length

describe('what a file is', () => {
  it.each(samples)('%s is recognised by its format and no other', (name, text) => {
    expect(recognise(text)?.name).toBe(name)
    expect(recognisers(text)).toEqual([name])
  })

  it.each(samples)('%s is recognised behind a byte order mark', (name, text) => {
    expect(recognise(`\uFEFF${text}`)?.name).toBe(name)
    expect(readText(`\uFEFF${text}`)).toEqual(expect.objectContaining({ notes: readText(text).notes }))
  })

  it.each([
    ['{"metric":"http_reqs","type":"Point","data":{"value":1}}\n{"metric":"http_reqs"'],
    ['{"type":"Metric","data":{},"metric":"http_reqs"}\n'],
    ['metric_name,timestamp,metric_value\nhttp_reqs,1,1\n'],
    ['timeStamp,elapsed,label\n1,2,x\n'],
    ['timestamp,request_type,name,response_time_ms,response_length\n'],
    ['response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n'],
    ['{"any":"thing"}'],
    ['[1, 2]'],
    ['hello'],
    [''],
  ])('%j is none of the summaries', (text) => {
    expect(recognise(text)).toBeUndefined()
  })

  it.each([
    ['a vegeta report', '{"latencies":{"total":1,"95th":2},"requests":1}'],
    ['a vegeta result', '{"attack":"","seq":0,"code":200,"timestamp":"2026-01-01T00:00:00Z","latency":1}'],
    ['a vegeta result', '{"attack":"","seq":0,"code":200,"latency":1}\n{"attack":"","seq":1,"code":200,"latency":1}\n'],
    ['a vegeta result as CSV', '1795253683000000000,200,1234,0,8,,b2s=,,0,GET,http://a/,\n'],
    [
      'a binary vegeta result (gob)',
      '\u007f\uFFFD\u0003\u0001\u0001\u0006Result\u0001\uFFFD\u0000\u0001\u000b\u0001\u0006Attack\u0001\u000c\u0000\u0001\u0003Seq\u0001\u0006\u0000\u0001\u0004Code\u0001\u0006\u0000\u0001\u0009Timestamp\u0001\uFFFD\u0000\u0001\u0007Latency',
    ],
    [
      'a vegeta report as text',
      'Requests      [total, rate, throughput]  1, 2, 3\nLatencies     [min, mean, 50, 90, 95, 99, max]  1ms\n',
    ],
    ['a JMeter JTL as XML', '<?xml version="1.0" encoding="UTF-8"?>\n<testResults version="1.2">\n'],
    [
      'the console output of JMeter',
      'Creating summariser <summary>\nsummary =   1000 in 00:00:10 =  100.0/s Avg:    12\n',
    ],
    ['the binary simulation.log', '\u0000\u0000\u0000\u0000\u00063.14.0\u0000'],
    ['the simulation.log of Gatling', 'RUN\tcomputerdatabase.A\ta\t1\t \t3.9.5\n'],
    ['Gatling statistics', '{"type":"GROUP","stats":{"numberOfRequests":{"total":1},"percentiles1":{"total":1}}}'],
    ['Gatling statistics', '{"numberOfRequests":{"total":1},"percentiles1":{"total":1}}'],
    ['stats.js of Gatling', 'var stats = {\n'],
    [
      'the text output of hey',
      '\nSummary:\n  Total:\t1 secs\n  Fastest:\t0.1 secs\n\nLatency distribution:\n  95% in 0.1 secs\n',
    ],
    ['the CSV of oha', 'request-start,DNS,DNS+dialup,Response-delay,request-duration,bytes,status\n'],
    ['the -g file of ApacheBench', 'starttime\tseconds\tctime\tdtime\tttime\twait\n'],
    ['an HdrHistogram log', '#[Histogram log format version 1.3]\n#[StartTime: 1 (seconds since epoch), x]\n'],
    ['a percentile plot', '       Value   Percentile   TotalCount 1/(1-Percentile)\n'],
    ['the console output of k6', '\n     http_req_duration..............: avg=12ms min=1ms\n'],
    ['the console output of Locust', 'Type     Name      # reqs      # fails |    Avg\n'],
    ['the list of failures', 'Method,Name,Error,Occurrences,First Seen,Last Seen\n'],
    ['the list of exceptions', 'Count,Message,Traceback,Nodes\n'],
    ['a CSV of Locust before 0.12', '"Method","Name","# requests","# failures","Median response time"\n'],
    ['the table of autocannon', 'Running 1s test @ http://a/\n\n│ Stat    │ 2.5% │ 50%   │\n'],
    ['the console output of Artillery', 'All virtual users finished\nSummary report @ 12:46:24(+0000)\n  Codes:\n'],
    ['the console output of Artillery', '------\nMetrics for period to: 12:36:20(+0000) (width: 4s)\n'],
    ['the HTML table of ab -w', '<p>\n This is ApacheBench, Version 2.3 <i>&lt;$Revision$&gt;</i><br>\n'],
    ['an HTML page', '\n<!DOCTYPE html>\n<html>'],
    ['XML', '<?xml version="1.0"?>\n<testsuites/>'],
    ['a response of Prometheus', '{"status":"success","data":{"resultType":"vector","result":[]}}'],
    ['a result of autocannon before 3', '{"requests":{"total":1,"sent":2},"latency":{"p50":1,"p999":2}}'],
    ['a fortio result', '{"DurationHistogram":{"Count":1}}'],
    ['a ghz result', '{"endReason":"normal","latencyDistribution":[]}'],
  ])('%s is refused with what to give instead', (what, text) => {
    const refusal = refusalOf(() => recognise(text))
    expect(refusal).toContain(`unknown-format: this is ${what}`)
    expect(refusal).toMatch(/not supported; use \w+/)
  })

  it('does not take a list inside another document for the JSON of Locust', () => {
    const text = JSON.stringify(autocannonDocument).replace(/\}$/, ',"list":\n[\n{"a":1}\n]\n}')
    expect(recognise(text)?.name).toBe('autocannon')
  })

  it.each([
    ['autocannon', `${JSON.stringify(autocannonDocument)}\n${JSON.stringify(autocannonDocument)}\n`, 2],
    ['Locust', `${locustJsonText}\n[2026-11-21 09:00:00,000] host/INFO: done\n${locustJsonText}\n`, locustLines + 2],
    ['Locust, of which the second is empty', `${locustJsonText}\n[]\n`, locustLines + 1],
    ['Locust, of which the first is empty', `[]\n${locustJsonText}\n`, 2],
  ])('refuses two runs of %s in one file', (_, text, line) => {
    expect(refusalOf(() => recognise(text))).toContain(`malformed-results: line ${line}: a second run starts here`)
  })

  it.each([
    [
      'k6',
      { root_group: {}, metrics: { iterations: { count: 5 }, grpc_req_duration: { avg: 3 } } },
      '"grpc_req_duration"',
    ],
    [
      'Artillery',
      { aggregate: { counters: { 'vusers.created': 1, 'websocket.messages_sent': 9 } } },
      '"websocket.messages_sent"',
    ],
  ])('refuses a run of %s without HTTP, and names what there is', (_, document, names) => {
    expect(refusalOf(() => readText(JSON.stringify(document)))).toBe(
      `not-reported: the file has no HTTP requests, only ${names}`,
    )
  })

  it('tells the files that Locust writes beside its statistics', () => {
    expect(isLocustSibling('Count,Message,Traceback,Nodes\r\n')).toBe(true)
    expect(isLocustSibling('Method,Name,Error,Occurrences\r\n')).toBe(true)
    expect(isLocustSibling('Type,Name,Request Count\r\n')).toBe(false)
  })
})
