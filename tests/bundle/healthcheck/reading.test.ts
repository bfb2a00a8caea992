import { startFault } from '@deploy-safety/simulators/fault-server'
import { redirectTo, respond, sequence } from '@deploy-safety/simulators/responder'
import { runAction, startAction } from '@deploy-safety/simulators/runner'
import { startService } from '@deploy-safety/simulators/service'
import { describe, expect, it } from 'vitest'
import { brief, check, folder, meetsContract } from './check.ts'

const lastLine = (log: string) => log.trimEnd().split('\n').at(-1)

/** A person looks at the end of the log, at the annotations and at the top of the summary. */
describe.concurrent('what a person reads', () => {
  it('of a broken target: the status, the beginning of the body, and the next step', async () => {
    await using server = await startFault(
      respond({ status: 503, body: 'upstream connect error\n::error::forged ##[error]forged' }),
    )
    const run = await check({ url: `shop = ${server.url}/` })
    expect(lastLine(run.log)).toBe('unhealthy (http-status): shop: HTTP 503, expected 2xx')
    expect(run.log).toMatch(
      /^shop: attempt 1 after .*: HTTP 503, expected 2xx \(http-status\); body: upstream connect error .*forged; next attempt in \d/m,
    )
    const [annotation, ...others] = run.annotations
    expect(others).toEqual([])
    expect(annotation?.message).toMatch(
      /^shop: HTTP 503, expected 2xx; body: upstream connect error [^\n]*\nRead the response body in the summary/,
    )
    expect(run.summary).toMatch(
      /^### ❌ healthcheck: unhealthy\n\n\*\*shop\*\* HTTP 503, expected 2xx · `http-status` · 2 attempts in [^\n]*\n\n\*\*Next:\*\* Read the response body/,
    )
  })

  it('of a healthy target: what was checked, what was not, and where redirects led', async () => {
    await using service = await startService({ version: '2.0.0' })
    await using server = await startFault(redirectTo(`${service.url}/health`))
    const inputs = { url: `shop = ${server.url}/`, 'follow-redirects': 'all' }
    const text = `HTTP 200 (redirected to ${service.url}/health), version 2.0.0`
    const unchecked = await check(inputs)
    expect(unchecked.log).toContain(`${text} (not checked: expect-version is empty)\n`)
    expect(lastLine(unchecked.log)).toMatch(
      /^healthy: shop: .* \(not checked: expect-version is empty\), after 1 attempt in /,
    )
    const checked = await check({ ...inputs, 'expect-version': '2.0.0' })
    expect(lastLine(checked.log)).toContain(`healthy: shop: ${text}, after 1 attempt in `)
    expect(checked.summary).toContain('checked: status, version')
  })

  it('of phases: where each begins', async () => {
    const [bad, good] = [respond({ status: 500 }), respond({ status: 200 })]
    await using server = await startFault(sequence([bad, bad, bad, good]))
    const run = await check({ url: `shop = ${server.url}/`, attempts: '9', samples: '20', soak: '100ms' })
    const lines = run.log.split('\n')
    expect(lines[1]).toBe('shop: (2 more like this)')
    expect(lines).toContain('shop: healthy after 4 attempts; taking 20 samples')
    expect(lines).toContain('shop: soaking for 100 ms')
  })

  it('where fail-on lets a bad outcome pass: that it does, in the last line', async () => {
    await using server = await startFault(respond({ status: 500 }))
    const run = await runAction({ folder, inputs: { ...brief, url: server.url, 'fail-on': 'never' } })
    expect([run.exitCode, lastLine(run.log)]).toEqual([0, 'The step passes: fail-on does not include unhealthy'])
  })

  it('of a cancelled job: its last result', async () => {
    await using server = await startFault(respond({ status: 503 }))
    const inputs = { ...brief, url: `shop = ${server.url}/`, interval: '60s' }
    const { promise: judged, resolve } = Promise.withResolvers<void>()
    const onLog = (line: string) => {
      if (line.includes('next attempt in')) resolve()
    }
    const action = startAction({ folder, inputs, onLog })
    await judged
    action.cancel()
    await using run = meetsContract(await action.done)
    expect(lastLine(run.log)).toMatch(
      /^unverifiable \(cancelled\): Cancelled after [\d.]+ m?s; last result: HTTP 503, expected 2xx$/,
    )
    expect(run.summary).toContain('last result&#58; HTTP 503, expected 2xx')
  })
})
