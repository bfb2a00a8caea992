import { Malformed } from '@deploy-safety/common/inputs'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import { describe, expect, it } from 'vitest'
import { parseGates } from '../../src/gates/parser.ts'

/** The problem, and what stands from the caret on. */
function refusal(line: string) {
  const { message, accepted } = thrownBy(() => parseGates(line), Malformed)
  const [problem = '', shown = '', caret = '', ...more] = message.split('\n')
  expect(more).toEqual([])
  expect(caret).toMatch(/^ {4,}\^ here$/)
  return { problem, accepted, at: Array.from(shown).slice(caret.indexOf('^')).join('') }
}

describe('refused, with the caret under the wrong character:', () => {
  it.each([
    // The measure.
    ['< 5ms', 'begins with what it compares', '< 5ms'],
    ['rps > 5', '"rps" is not known, did you mean throughput?', 'rps > 5'],
    ['requests > 5', 'did you mean count?', 'requests > 5'],
    ['eror_rate < 1%', 'did you mean error_rate?', 'eror_rate < 1%'],
    ['throughtput > 1/s', 'did you mean throughput?', 'throughtput > 1/s'],
    ['Errors == 0', 'did you mean errors?', 'Errors == 0'],
    ['P95 < 5ms', 'did you mean p95?', 'P95 < 5ms'],
    ['http_req_duration < 5', 'did you mean p95?', 'http_req_duration < 5'],
    ['http_req_failed: rate<0.01', 'nothing but warn stands before a colon', 'http_req_failed: rate<0.01'],
    ['prometheus < 5', 'did you mean prometheus.name?', 'prometheus < 5'],
    ['xyzzy < 5', '"xyzzy" is not known', 'xyzzy < 5'],
    ['for every 5s', '"for" is not known', 'for every 5s'],
    ['WARN: p95 < 5ms', 'did you mean warn?', 'WARN: p95 < 5ms'],
    ['warn: warn: p95 < 5ms', 'did you mean warn?', 'warn: p95 < 5ms'],
    ['warn p90 < 300ms', 'there is no colon behind warn', 'p90 < 300ms'],
    ['warn\tp90 < 300ms', 'there is no colon behind warn', 'p90 < 300ms'],
    ['warn < 300ms', 'there is no colon behind warn', '< 300ms'],
    ['warn:', 'begins with what it compares', ''],
    ['p100 < 1s', 'no percentile 100', 'p100 < 1s'],
    ['p(100.0) < 1s', 'no percentile 100', '100.0) < 1s'],
    ['p0 < 1s', 'no percentile 0', 'p0 < 1s'],
    ['p101 < 1s', '"101" is more than 100 percent', 'p101 < 1s'],
    ['p(0.95) < 500', 'less than one percent, did you mean p95?', '0.95) < 500'],
    ['p99,9 < 1s', '"99,9" is not a percentile', 'p99,9 < 1s'],
    ['p99.9.9 < 1s', '"99.9.9" is not a percentile', 'p99.9.9 < 1s'],
    ['p95% < 1s', '"95%" is not a percentile', 'p95% < 1s'],
    ['p(95%) < 1s', '"95%" is not a percentile', '95%) < 1s'],
    ['p() < 1s', '"" is not a percentile', ') < 1s'],
    ['p(95 < 1s', 'a ")" is missing', '< 1s'],
    ['p(95 99) < 1s', 'a ")" is missing', '99) < 1s'],
    ['p 95 < 1s', 'did you mean p95?', 'p 95 < 1s'],
    ['p99.99999999999999999999 < 1s', 'no percentile 100', 'p99.99999999999999999999 < 1s'],
    ['prometheus.1x < 5', '"1x" is not the name of a query', '1x < 5'],
    ['prometheus.a.b < 5', '"a.b" is not the name', 'a.b < 5'],
    ['apdex > 0.9', 'a "(" is missing', '> 0.9'],
    ['apdex(500) > 0.9', 'apdex needs a time above zero with a unit', '500) > 0.9'],
    ['apdex(0ms) > 0.9', 'apdex needs a time above zero', '0ms) > 0.9'],
    ['apdex(5%) > 0.9', 'apdex needs a time', '5%) > 0.9'],
    ['drift < 5%', 'a "(" is missing', '< 5%'],
    ['drift(avg) < 5%', 'drift is that of a percentile', 'avg) < 5%'],
    ['drift(drift(p95)) < 5%', 'drift is that of a percentile', 'drift(p95)) < 5%'],
    // Labels.
    ['alerts{severity=critical} == 0', 'the value of a label needs quotes', 'critical} == 0'],
    ['alerts{severity} == 0', 'a label is compared with', '} == 0'],
    ['alerts{a=="x"} == 0', 'a label is compared with', '=="x"} == 0'],
    ['alerts{a="x" b="y"} == 0', 'a comma or "}" is missing', 'b="y"} == 0'],
    ['alerts{a="x" == 0', 'a comma or "}" is missing', '== 0'],
    ['alerts{"a"="x"} == 0', 'the name of a label is missing', '"a"="x"} == 0'],
    ['alerts{a=~"("} == 0', 'is not a regular expression', '"("} == 0'],
    [`alerts{a=~"${'x'.repeat(1_001)}"} == 0`, 'more than 1000 characters', `"${'x'.repeat(59)}…`],
    ['alerts{a="\\d"} == 0', 'a backslash goes before', '\\d"} == 0'],
    // Endpoints.
    ['p95 of', 'the name of an endpoint is missing', ''],
    ['p95 of < 5ms', 'the name of an endpoint is missing', '< 5ms'],
    ['p95 of for every 5s', 'the name of an endpoint is missing', 'for every 5s'],
    ['p95 of "" < 5ms', 'the name of the endpoint is empty', '"" < 5ms'],
    ['p95 of "x < 5ms', 'the quotation mark is not closed', '"x < 5ms'],
    ['p95 of “x” < 5ms', 'not a quotation mark of this grammar', '“x” < 5ms'],
    ['p95 of "a\\\\\\d" < 5ms', 'a backslash goes before', '\\d" < 5ms'],
    ['p95 of EACH < 5ms', 'is written in lower case', 'EACH < 5ms'],
    ['p95 OF x < 5ms', '"OF" is written of', 'OF x < 5ms'],
    ['p95 of GET /x < 5ms', 'needs quotes', 'GET /x < 5ms'],
    ['p95 of a,b < 5ms', 'needs quotes', 'a,b < 5ms'],
    ['p95 of x#1 < 5ms', 'needs quotes', 'x#1 < 5ms'],
    ['p95 of /a/b/ < 5ms', 'can be a name or a regular expression', '/a/b/ < 5ms'],
    ['p95 of /a/g < 5ms', 'has a flag that is not supported', '/a/g < 5ms'],
    ['p95 of /a/ii < 5ms', 'is not a regular expression', '/a/ii < 5ms'],
    ['p95 of /(/ < 5ms', 'is not a regular expression', '/(/ < 5ms'],
    ['p95 of /^GET < 5ms', 'needs quotes', '/^GET < 5ms'],
    [`p95 of /${'x'.repeat(1_001)}/ < 5ms`, 'more than 1000 characters', `/${'x'.repeat(59)}…`],
    ['p95 < 5ms of x', '"of" comes before the operator', 'of x'],
    ['prometheus.x of each < 5', 'is of the whole run and has no endpoint', 'of each < 5'],
    ['alerts of each == 0', 'has no endpoint', 'of each == 0'],
    ['dropped_iterations of x < 1%', 'has no endpoint', 'of x < 1%'],
    // Operators.
    ['p95', 'the operator and the limit are missing', ''],
    ['p95 of checkout', 'the operator and the limit are missing', ''],
    ['p95 500ms', 'an operator is missing', '500ms'],
    ['p95 = 5ms', '"=" is not an operator, did you mean ==?', '= 5ms'],
    ['p95 =< 5ms', 'did you mean <=?', '=< 5ms'],
    ['p95 ≤ 5ms', 'did you mean <=?', '≤ 5ms'],
    ['p95 <> 5ms', 'did you mean !=?', '<> 5ms'],
    ['p95 ==== 5ms', '"====" is not an operator', '==== 5ms'],
    ['p95 for every 5s < 5ms', '"for every" comes behind the limit', 'for every 5s < 5ms'],
    // Numbers.
    ['p95 <', 'a number is missing', ''],
    ['p95 < # 5ms', 'a number is missing', '# 5ms'],
    ['p95 < -5ms', 'a limit cannot be negative', '-5ms'],
    ['prometheus.x > --5', 'a limit cannot be negative', '-5'],
    ['prometheus.x > -', 'a number is missing', ''],
    ['p95 < +5ms', 'no plus sign', '+5ms'],
    ['p95 < .5s', 'a number begins with a digit', '.5s'],
    ['p95 < 5.s', '"5." is not a number', '5.s'],
    ['p95 < NaN', '"NaN" is not a number', 'NaN'],
    ['p95 < Infinity', '"Infinity" is not a number', 'Infinity'],
    ['p95 < fast', '"fast" is not a number', 'fast'],
    ['p95 < ٣ms', 'is not a number', '٣ms'],
    ['p95 < 1,000ms', '"1,000" has a sign that numbers do not have', '1,000ms'],
    ['p95 < 1_000ms', '"1_000" has a sign', '1_000ms'],
    ["p95 < 1'000ms", 'has a sign', "1'000ms"],
    ['p95 < 1,5s', '"1,5" has a sign', '1,5s'],
    ['p95 < 1.2.3s', '"1.2.3" is not a number', '1.2.3s'],
    ['p95 < 0x10ms', '"x" is not a unit', 'x10ms'],
    ['p95 < 1e999s', 'is too large', '1e999s'],
    ['count < 1e999', 'is too large', '1e999'],
    // Units.
    ['p95 < 500', 'a latency needs a unit, 500ms?', '500'],
    ['p50 < 500', 'a latency needs a unit', '500'],
    ['median < 500', 'a latency needs a unit', '500'],
    ['mean < 500', 'a latency needs a unit', '500'],
    ['avg of x < 500', 'a latency needs a unit', '500'],
    ['med of x < 500', 'a latency needs a unit', '500'],
    ['min of each < 500', 'a latency needs a unit', '500'],
    ['max of "x" < 500', 'a latency needs a unit', '500'],
    ['p95 < 5%', 'a latency is not a percentage', '5%'],
    ['p(95) < 5%', 'a latency is not a percentage', '5%'],
    ['p95 < 5/s', 'a latency is not a rate', '5/s'],
    ['p95 < 500MS', '"MS" is not a unit', 'MS'],
    ['p95 < 5 sec', '"sec" is not a unit', 'sec'],
    ['p95 < 5parsec', '"parsec" is not a unit', 'parsec'],
    ['p95 < 1h', '"h" is not a unit', 'h'],
    ['p95 < 30s1m', 'whole parts from large to small', '1m'],
    ['p95 < 1.5m30s', 'whole parts from large to small', '30s'],
    ['p95 < 1m30', 'whole parts from large to small', '30'],
    ['error_rate < 1', '1 can be one percent or all', '1'],
    ['error_rate < 1.0', '1.0 can be one percent or all', '1.0'],
    ['error_rate < 5', '5 is more than all, is it meant in percent?', '5'],
    ['rate > 100', 'is more than all', '100'],
    ['error_rate < 5ms', 'a share is not a time', '5ms'],
    ['dropped_iterations < 1', 'can be one percent or all', '1'],
    ['apdex(1s) > 85', '85 is no apdex', '85'],
    ['apdex(1s) > 85%', 'apdex is not a percentage', '85%'],
    ['drift(p95) < 0.2', 'drift needs a percent sign', '0.2'],
    ['drift(p95) < 5ms', 'drift is not a time', '5ms'],
    ['throughput > 100', 'throughput needs /s, 100/s?', '100'],
    ['throughput > 100/h', 'throughput is per s or per min', 'h'],
    ['throughput > 100/', 'throughput is per s or per min', ''],
    ['throughput > 100rps', '"rps" is not a unit', 'rps'],
    ['throughput > 5ms', 'throughput is not a time', '5ms'],
    ['errors < 1%', 'a count is not a percentage', '1%'],
    ['errors < 1.5', '1.5 is not a whole number', '1.5'],
    ['count > 1e20', 'is not a whole number', '1e20'],
    ['count > 10k', '"k" is not a unit', 'k'],
    ['prometheus.x < 5ms', 'a value of Prometheus is not a time', '5ms'],
    ['prometheus.x < 5/s', 'a value of Prometheus is not a rate', '5/s'],
    ['alerts < 0.5', 'is not a whole number', '0.5'],
    // The baseline.
    ['p95 < base + 10%', 'did you mean baseline?', 'base + 10%'],
    ['p95 < Baseline', 'did you mean baseline?', 'Baseline'],
    ['p95 < baselines', '"baselines" is not a number', 'baselines'],
    ['p95 < baseline + 20', 'a latency needs a unit', '20'],
    ['p(95) < baseline + 20', 'a latency needs a unit', '20'],
    ['p95 < baseline + 1% + 2%', 'a second relative tolerance', '2%'],
    ['p95 < baseline + 1ms + 2ms', 'a second absolute tolerance', '2ms'],
    ['p95 < baseline +', 'a number is missing', ''],
    ['p95 < baseline - 100%', 'nothing is left of the baseline', 'baseline - 100%'],
    ['p95 < baseline * 2', 'no arithmetic', '* 2'],
    ['p95 < baseline 10%', 'is not expected here', '10%'],
    ['p95 < 10% of baseline', 'a latency is not a percentage', '10% of baseline'],
    ['error_rate < baseline + 1', 'can be one percent or all', '1'],
    ['throughput > baseline - 5', 'throughput needs /s', '5'],
    ['drift(p95) < baseline', 'a baseline is a result of a load test', 'baseline'],
    ['prometheus.x < baseline', 'a baseline is a result', 'baseline'],
    ['alerts < baseline + 1', 'a baseline is a result', 'baseline + 1'],
    // Stretches.
    ['p95 < 5ms for 10s', 'the word every is missing', '10s'],
    ['p95 < 5ms for', 'the word every is missing', ''],
    ['p95 < 5ms for every', 'a number is missing', ''],
    ['p95 < 5ms for every 30', 'needs a unit of time', '30'],
    ['p95 < 5ms for every 0s', 'whole seconds, at least one', '0s'],
    ['p95 < 5ms for every 1.5s', 'whole seconds', '1.5s'],
    ['p95 < 5ms FOR EVERY 3s', '"FOR" is written for', 'FOR EVERY 3s'],
    ['drift(p95) < 5% for every 30s', 'has no windows', 'for every 30s'],
    ['prometheus.x < 5 for every 30s', 'has no windows', 'for every 30s'],
    ['alerts == 0 for every 30s', 'has no windows', 'for every 30s'],
    ['dropped_iterations < 1% for every 30s', 'has no windows', 'for every 30s'],
    ['p95 < baseline for every 30s', 'a baseline is that of a whole run', 'for every 30s'],
    // The rest.
    ['p95 < 5ms and errors == 0', 'one line holds one threshold', 'and errors == 0'],
    ['p95 < 5ms, p99 < 1s', 'one line holds one threshold', ', p99 < 1s'],
    ['p95 < 5ms p99 < 1s', 'one line holds one threshold', 'p99 < 1s'],
    ['p95 < 5ms && p99 < 1s', 'one line holds one threshold', '&& p99 < 1s'],
    ['p95 < 5ms# x', 'a comment needs a blank before it', '# x'],
    ['p95 < 5ms ! ', '"!" is not expected here', '! '],
    ['- p95 < 5ms', 'no list mark', '- p95 < 5ms'],
    ["'p(95)<500',", 'no quotes around it', "'p(95)<500',"],
    // What no run can keep, and what every run keeps.
    ['error_rate < 0', 'this threshold can never hold, it is always from 0 to 1', '0'],
    ['p95 < 0ms', 'this threshold can never hold, it is never below 0', '0ms'],
    ['apdex(1s) > 1', 'this threshold can never hold', '1'],
    ['count < 0', 'this threshold can never hold', '0'],
    ['throughput < 0/s', 'this threshold can never hold', '0/s'],
    ['alerts < 0', 'this threshold can never hold', '0'],
    ['error_rate > 100%', 'this threshold can never hold', '100%'],
    ['error_rate >= 101%', 'this threshold can never hold', '101%'],
    ['error_rate == 150%', 'this threshold can never hold', '150%'],
    ['error_rate <= 100%', 'this threshold can never fail', '100%'],
    ['error_rate < 150%', 'this threshold can never fail', '150%'],
    ['error_rate != 150%', 'this threshold can never fail', '150%'],
    ['warn: p95 >= 0ms', 'this threshold can never fail', '0ms'],
    ['errors >= 0', 'this threshold can never fail', '0'],
    ['apdex(1s) <= 1', 'this threshold can never fail', '1'],
    ['dropped_iterations >= 0%', 'this threshold can never fail', '0%'],
  ])('%s', (line, problem, at) => {
    const found = refusal(line)
    expect(found.problem).toMatch(/^line 1: /)
    expect(found.problem).toContain(problem)
    expect(found.at).toBe(at)
    expect(found.accepted).not.toBe('')
  })

  it.each([
    ['p95 < 500', 'Write 500ms or 500s.'],
    ['error_rate < 5', 'Write 5% or 0.05.'],
    ['apdex(1s) >= 90%', 'Write 0.9.'],
    ['apdex(1s) >= 90', 'Write 0.9.'],
    ['drift(p95) < 0.2', 'Write 20%.'],
    ['drift(p95) < 20', 'Write 20%.'],
    ['throughput > 100', 'Write 100/s.'],
    ['errors < 1%', 'error_rate'],
    ['prometheus.x < 500ms', 'Write 0.5 if the query is in seconds.'],
    ['p95 of GET /x < 5ms', 'Write for example "GET /x".'],
    ['p95 < 500MS', 'Write ms'],
    ['p100 < 1s', 'max'],
    ['error_rate < baseline + 2', 'baseline + 0.01 (absolute)'],
  ])('%s: %s', (line, fix) => {
    expect(refusal(line).accepted).toContain(fix)
  })
})

describe('the line that is shown', () => {
  it('keeps the caret in its place behind tabs, emoji and controls', () => {
    expect(refusal('\tp95\tof "🚀🚀" < 500').at).toBe('500')
    expect(refusal('p95 of "\u202e\u0007" < 500').at).toBe('500')
    expect(refusal('p95 of "\ud800" < 500').at).toBe('500')
    expect(refusal('p95 of "::error::x" < 500').at).toBe('500')
  })

  it('is harmless for the runner', () => {
    const { message } = thrownBy(() => parseGates('p95 of "##[error]\u001b[31m" < 500'), Malformed)
    expect(message).toContain('# #[error]\\u001b[31m')
  })

  it('is cut on both sides when it is long', () => {
    const line = `p95 of "${'🚀'.repeat(500)}" < 500 ${'x'.repeat(500)}`
    const { message } = thrownBy(() => parseGates(line), Malformed)
    expect(message.length).toBeLessThan(600)
    expect(refusal(line).at).toBe(`500 ${'x'.repeat(56)}…`)
  })
})
