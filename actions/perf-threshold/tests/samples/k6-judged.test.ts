import { describe, expect, it } from 'vitest'
import { failure } from '../../src/samples/columns.ts'
import { read } from '../support/samples/reading.ts'

interface Tags {
  readonly expected_response?: string
  readonly status?: string
}

const columns = 'metric_name,timestamp,metric_value,expected_response,method,name,status'

const written = {
  'k6-json': (all: readonly Tags[]) =>
    all
      .map((tags) => ({ time: '2026-11-21T09:34:18.08Z', value: 5, tags: { ...tags, method: 'GET', name: '/' } }))
      .map((data) => `${JSON.stringify({ metric: 'http_req_duration', type: 'Point', data })}\n`)
      .join(''),
  'k6-csv': (all: readonly Tags[]) =>
    `${columns}\n${all.map((tags) => `http_req_duration,1795253658,5,${tags.expected_response ?? ''},GET,/,${tags.status ?? ''}\n`).join('')}`,
}

const { no, yes, untold } = failure

describe.each(Object.entries(written))('failures of %s', (format, write) => {
  it.each<[string, Tags[], number[], boolean]>([
    ['by the tag', [{ expected_response: 'true', status: '500' }, { expected_response: 'false' }], [no, yes], true],
    ['by the status, without the tag', [{ status: '404' }, { status: '0' }, { status: '302' }], [yes, yes, no], true],
    ['not at all, without both', [{}, {}], [untold, untold], false],
    [
      'only of those that k6 judges',
      [{ status: '500' }, { expected_response: 'false', status: '500' }, { status: '200' }],
      [untold, yes, untold],
      true,
    ],
  ])('are told %s', async (_, all, expected, tells) => {
    const seen = await read(format, write(all))
    expect(seen.rows.map((row) => row.failure)).toEqual(expected)
    expect([seen.tellsFailures, seen.untold]).toEqual([tells, expected.filter((told) => told === untold).length])
  })
})
