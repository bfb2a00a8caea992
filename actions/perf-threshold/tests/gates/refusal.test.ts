import { Malformed } from '@deploy-safety/common/inputs'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import { describe, expect, it } from 'vitest'
import { parseGates } from '../../src/gates/parser.ts'

/** The problem, the hint under the caret, and what stands from the caret on. */
function refusal(line: string) {
  const { message, accepted } = thrownBy(() => parseGates(line), Malformed)
  const [problem = '', shown = '', caret = '', hint = '', ...more] = message.split('\n')
  expect(more).toEqual([])
  expect(caret).toMatch(/^ {4,}\^$/)
  expect(hint).toMatch(/^ {4}\S/)
  expect(accepted).toBe('Correct the marked line; the README lists every form of a threshold.')
  return { problem, hint: `${hint.trim()}.`, at: Array.from(shown).slice(caret.indexOf('^')).join('') }
}

describe('refused, with the caret under the wrong character:', () => {
  it.each([
    // The measure.
    ['< 5ms', 'must start with a measure', '< 5ms'],
    ['rps > 5', '"rps" is not known, did you mean throughput?', 'rps > 5'],
    ['requests > 5', 'did you mean count?', 'requests > 5'],
    ['eror_rate < 1%', 'did you mean error_rate?', 'eror_rate < 1%'],
    ['throughtput > 1/s', 'did you mean throughput?', 'throughtput > 1/s'],
    ['Errors == 0', 'did you mean errors?', 'Errors == 0'],
    ['P95 < 5ms', 'did you mean p95?', 'P95 < 5ms'],
    ['http_req_duration < 5', 'did you mean p95?', 'http_req_duration < 5'],
    [
      'http_req_failed: rate<0.01',
      'unknown prefix "http_req_failed:"; for a k6 threshold write p(95)<500',
      'http_req_failed: rate<0.01',
    ],
    ['prometheus < 5', 'did you mean prometheus.name?', 'prometheus < 5'],
    ['xyzzy < 5', '"xyzzy" is not known', 'xyzzy < 5'],
    ['for every 5s', '"for" is not known', 'for every 5s'],
    ['WARN: p95 < 5ms', 'did you mean warn?', 'WARN: p95 < 5ms'],
    ['warn: warn: p95 < 5ms', 'did you mean warn?', 'warn: p95 < 5ms'],
    ['warn p90 < 300ms', 'warn needs a colon', 'p90 < 300ms'],
    ['warn\tp90 < 300ms', 'warn needs a colon', 'p90 < 300ms'],
    ['warn < 300ms', 'warn needs a colon', '< 300ms'],
    ['warn:', 'must start with a measure', ''],
    ['p100 < 1s', 'percentile 100 does not exist', 'p100 < 1s'],
    ['p(100.0) < 1s', 'percentile 100 does not exist', '100.0) < 1s'],
    ['p0 < 1s', 'percentile 0 does not exist', 'p0 < 1s'],
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
    ['p99.99999999999999999999 < 1s', 'percentile 100 does not exist', 'p99.99999999999999999999 < 1s'],
    ['prometheus.1x < 5', '"1x" is not a valid query name', '1x < 5'],
    ['prometheus.a.b < 5', '"a.b" is not a valid query name', 'a.b < 5'],
    ['apdex > 0.9', 'a "(" is missing', '> 0.9'],
    ['apdex(500) > 0.9', 'apdex needs a time above zero with a unit', '500) > 0.9'],
    ['apdex(0ms) > 0.9', 'apdex needs a time above zero', '0ms) > 0.9'],
    ['apdex(5%) > 0.9', 'apdex needs a time', '5%) > 0.9'],
    ['drift < 5%', 'a "(" is missing', '< 5%'],
    ['drift(avg) < 5%', 'drift needs a percentile', 'avg) < 5%'],
    ['drift(drift(p95)) < 5%', 'drift needs a percentile', 'drift(p95)) < 5%'],
    // Labels.
    ['alerts{severity=critical} == 0', 'a label value needs quotes', 'critical} == 0'],
    ['alerts{severity} == 0', 'the operators for labels are', '} == 0'],
    ['alerts{a=="x"} == 0', 'the operators for labels are', '=="x"} == 0'],
    ['alerts{a="x" b="y"} == 0', 'a comma or "}" is missing', 'b="y"} == 0'],
    ['alerts{a="x" == 0', 'a comma or "}" is missing', '== 0'],
    ['alerts{"a"="x"} == 0', 'a label name is missing', '"a"="x"} == 0'],
    ['alerts{a=~"("} == 0', 'is not a valid regular expression', '"("} == 0'],
    [`alerts{a=~"${'x'.repeat(1_001)}"} == 0`, 'more than 1000 characters', `"${'x'.repeat(59)}…`],
    ['alerts{a="\\d"} == 0', 'a backslash can only stand before', '\\d"} == 0'],
    // Endpoints.
    ['p95 of', 'an endpoint name is missing', ''],
    ['p95 of < 5ms', 'an endpoint name is missing', '< 5ms'],
    ['p95 of for every 5s', 'an endpoint name is missing', 'for every 5s'],
    ['p95 of "" < 5ms', 'the endpoint name is empty', '"" < 5ms'],
    ['p95 of "x < 5ms', 'the quote is not closed', '"x < 5ms'],
    ['p95 of “x” < 5ms', 'use " or \' as quotes', '“x” < 5ms'],
    ['p95 of "a\\\\\\d" < 5ms', 'a backslash can only stand before', '\\d" < 5ms'],
    ['p95 of EACH < 5ms', 'write "EACH" in lower case', 'EACH < 5ms'],
    ['p95 OF x < 5ms', 'write "OF" in lower case', 'OF x < 5ms'],
    ['p95 of GET /x < 5ms', 'quote endpoint names that contain spaces: "GET /x"', 'GET /x < 5ms'],
    ['p95 of a,b < 5ms', 'quote endpoint names that contain special characters', 'a,b < 5ms'],
    ['p95 of x#1 < 5ms', 'quote endpoint names that contain special characters', 'x#1 < 5ms'],
    ['p95 of /a/b/ < 5ms', 'is ambiguous: a name or a regular expression', '/a/b/ < 5ms'],
    ['p95 of /a/g < 5ms', 'has a flag that is not supported', '/a/g < 5ms'],
    ['p95 of /a/ii < 5ms', 'is not a regular expression', '/a/ii < 5ms'],
    ['p95 of /(/ < 5ms', 'is not a regular expression', '/(/ < 5ms'],
    ['p95 of /^GET < 5ms', 'quote endpoint names that contain special characters', '/^GET < 5ms'],
    [`p95 of /${'x'.repeat(1_001)}/ < 5ms`, 'more than 1000 characters', `/${'x'.repeat(59)}…`],
    ['p95 < 5ms of x', '"of" comes before the operator', 'of x'],
    ['prometheus.x of each < 5', 'covers the whole run and has no endpoints', 'of each < 5'],
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
    ['p95 for every 5s < 5ms', '"for every" comes after the limit', 'for every 5s < 5ms'],
    // Numbers.
    ['p95 <', 'a number is missing', ''],
    ['p95 < # 5ms', 'a number is missing', '# 5ms'],
    ['p95 < -5ms', 'a limit cannot be negative', '-5ms'],
    ['prometheus.x > --5', 'a limit cannot be negative', '-5'],
    ['prometheus.x > -', 'a number is missing', ''],
    ['p95 < +5ms', 'a plus sign is not allowed', '+5ms'],
    ['p95 < .5s', 'a number must start with a digit', '.5s'],
    ['p95 < 5.s', '"5." is not a number', '5.s'],
    ['p95 < NaN', '"NaN" is not a number', 'NaN'],
    ['p95 < Infinity', '"Infinity" is not a number', 'Infinity'],
    ['p95 < fast', '"fast" is not a number', 'fast'],
    ['p95 < ٣ms', 'is not a number', '٣ms'],
    ['p95 < 1,000ms', '"1,000" has a separator that is not allowed in numbers', '1,000ms'],
    ['p95 < 1_000ms', '"1_000" has a separator', '1_000ms'],
    ["p95 < 1'000ms", 'has a separator', "1'000ms"],
    ['p95 < 1,5s', '"1,5" has a separator', '1,5s'],
    ['p95 < 1.2.3s', '"1.2.3" is not a number', '1.2.3s'],
    ['p95 < 0x10ms', '"x" is not a unit', 'x10ms'],
    ['p95 < 1e999s', 'is too large', '1e999s'],
    ['count < 1e999', 'is too large', '1e999'],
    // Units.
    ['p95 < 500', 'a latency needs a unit', '500'],
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
    ['p95 < 30s1m', 'whole numbers, from large to small', '1m'],
    ['p95 < 1.5m30s', 'whole numbers, from large to small', '30s'],
    ['p95 < 1m30', 'whole numbers, from large to small', '30'],
    ['error_rate < 1', '"1" is ambiguous: write 1% or 100%', '1'],
    ['error_rate < 1.0', '"1.0" is ambiguous: write 1% or 100%', '1.0'],
    ['error_rate < 5', '5 is more than 1, did you mean 5%?', '5'],
    ['rate > 100', 'is more than 1', '100'],
    ['error_rate < 5ms', 'a share is not a time', '5ms'],
    ['dropped_iterations < 1', 'is ambiguous: write 1% or 100%', '1'],
    ['apdex(1s) > 85', 'apdex is from 0 to 1, not 85', '85'],
    ['apdex(1s) > 85%', 'apdex is not a percentage', '85%'],
    ['drift(p95) < 0.2', 'drift needs a percent sign', '0.2'],
    ['drift(p95) < 5ms', 'drift is not a time', '5ms'],
    ['throughput > 100', 'throughput needs a unit, /s or /min', '100'],
    ['throughput > 100/h', 'throughput is per second (/s) or per minute (/min)', 'h'],
    ['throughput > 100/', 'throughput is per second (/s) or per minute (/min)', ''],
    ['throughput > 100rps', '"rps" is not a unit', 'rps'],
    ['throughput > 5ms', 'throughput is not a time', '5ms'],
    ['errors < 1%', 'a count is not a percentage', '1%'],
    ['errors < 1.5', '1.5 is not a whole number', '1.5'],
    ['count > 1e20', 'is not a whole number', '1e20'],
    ['count > 10k', '"k" is not a unit', 'k'],
    ['prometheus.x < 5ms', 'has the unit of its query and is not a time', '5ms'],
    ['prometheus.x < 5/s', 'has the unit of its query and is not a rate', '5/s'],
    ['alerts < 0.5', 'is not a whole number', '0.5'],
    // The baseline.
    ['p95 < base + 10%', 'did you mean baseline?', 'base + 10%'],
    ['p95 < Baseline', 'did you mean baseline?', 'Baseline'],
    ['p95 < baselines', '"baselines" is not a number', 'baselines'],
    ['p95 < baseline + 20', 'a latency needs a unit', '20'],
    ['p(95) < baseline + 20', 'a latency needs a unit', '20'],
    ['p95 < baseline + 1% + 2%', 'only one relative tolerance is allowed', '2%'],
    ['p95 < baseline + 1ms + 2ms', 'only one absolute tolerance is allowed', '2ms'],
    ['p95 < baseline +', 'a number is missing', ''],
    ['p95 < baseline - 100%', 'this leaves nothing of the baseline', 'baseline - 100%'],
    ['p95 < baseline * 2', 'arithmetic with "*" is not supported', '* 2'],
    ['p95 < baseline 10%', 'unexpected "10"', '10%'],
    ['p95 < 10% of baseline', 'a latency is not a percentage', '10% of baseline'],
    ['error_rate < baseline + 1', 'is ambiguous: write 1% or 100%', '1'],
    ['throughput > baseline - 5', 'throughput needs a unit', '5'],
    ['drift(p95) < baseline', 'a baseline has no value for this measure', 'baseline'],
    ['prometheus.x < baseline', 'a baseline has no value', 'baseline'],
    ['alerts < baseline + 1', 'a baseline has no value', 'baseline + 1'],
    // Stretches.
    ['p95 < 5ms for 10s', '"every" is missing after "for"', '10s'],
    ['p95 < 5ms for', '"every" is missing after "for"', ''],
    ['p95 < 5ms for every', 'a number is missing', ''],
    ['p95 < 5ms for every 30', 'needs a unit of time', '30'],
    ['p95 < 5ms for every 0s', 'whole seconds, at least 1s', '0s'],
    ['p95 < 5ms for every 1.5s', 'whole seconds', '1.5s'],
    ['p95 < 5ms FOR EVERY 3s', 'write "FOR" in lower case: for', 'FOR EVERY 3s'],
    ['drift(p95) < 5% for every 30s', 'has no windows', 'for every 30s'],
    ['prometheus.x < 5 for every 30s', 'has no windows', 'for every 30s'],
    ['alerts == 0 for every 30s', 'has no windows', 'for every 30s'],
    ['dropped_iterations < 1% for every 30s', 'has no windows', 'for every 30s'],
    ['p95 < baseline for every 30s', 'a baseline covers a whole run', 'for every 30s'],
    // The rest.
    ['p95 < 5ms and errors == 0', 'only one threshold per line', 'and errors == 0'],
    ['p95 < 5ms, p99 < 1s', 'only one threshold per line', ', p99 < 1s'],
    ['p95 < 5ms p99 < 1s', 'only one threshold per line', 'p99 < 1s'],
    ['p95 < 5ms && p99 < 1s', 'only one threshold per line', '&& p99 < 1s'],
    ['p95 < 5ms# x', 'a comment needs a space before the #', '# x'],
    ['p95 < 5ms ! ', 'unexpected "!"', '! '],
    ['- p95 < 5ms', 'remove the list mark', '- p95 < 5ms'],
    ["'p(95)<500',", 'remove the quotes', "'p(95)<500',"],
    // What no run can keep, and what every run keeps.
    ['error_rate < 0', 'this threshold can never pass: its value is always from 0 to 1', '0'],
    ['p95 < 0ms', 'this threshold can never pass: its value is never below 0', '0ms'],
    ['apdex(1s) > 1', 'this threshold can never pass', '1'],
    ['count < 0', 'this threshold can never pass', '0'],
    ['throughput < 0/s', 'this threshold can never pass', '0/s'],
    ['alerts < 0', 'this threshold can never pass', '0'],
    ['error_rate > 100%', 'this threshold can never pass', '100%'],
    ['error_rate >= 101%', 'this threshold can never pass', '101%'],
    ['error_rate == 150%', 'this threshold can never pass', '150%'],
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
    ['p95 of GET /x < 5ms', 'Write an endpoint as "GET /checkout"'],
    ['p95 < 500MS', 'Write ms'],
    ['p100 < 1s', 'max'],
    ['error_rate < baseline + 2', 'baseline + 0.01 (absolute)'],
  ])('%s: %s', (line, fix) => {
    expect(refusal(line).hint).toContain(fix)
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
