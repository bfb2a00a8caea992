import { join } from 'node:path'
import { drainingBalancer } from '@deploy-safety/simulators/balancer'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import { type Fault, startFault } from '@deploy-safety/simulators/fault-server'
import { faults } from '@deploy-safety/simulators/faults'
import { redirectTo, respond, sequence, wireFormat } from '@deploy-safety/simulators/responder'
import { runAction, startAction } from '@deploy-safety/simulators/runner'
import { startService, startTlsService } from '@deploy-safety/simulators/service'
import { describe, expect, it } from 'vitest'
import { verdict } from '../bundle.ts'
import { brief, check, folder, meetsContract } from './check.ts'

// What hangs is given less time.
const hasty = { timeout: '300ms' }

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10))
}

describe.concurrent('a server that misbehaves ends in the right verdict', () => {
  it.each<[keyof typeof faults, Record<string, string>, string]>([
    ['silentAccept', hasty, 'unhealthy response-timeout'],
    ['dripHeaders', hasty, 'unhealthy response-timeout'],
    ['dripBody', hasty, 'unhealthy response-timeout'],
    ['resetMidBody', {}, 'unhealthy connection-reset'],
    ['closeMidBody', {}, 'unhealthy connection-reset'],
    ['closeAtOnce', {}, 'unhealthy connection-reset'],
    ['resetAtOnce', {}, 'unhealthy connection-reset'],
    ['halfOpenBeforeAnswer', {}, 'unhealthy connection-reset'],
    ['halfOpenAfterHeaders', {}, 'unhealthy connection-reset'],
    // A body that cannot be unpacked fails only where an expectation looks into it.
    ['malformedGzip', {}, 'healthy ok'],
    ['malformedGzip', { 'expect-body': 'never' }, 'unhealthy protocol-error'],
    ['malformedGzip', { 'expect-json': '$.a exists' }, 'unhealthy protocol-error'],
    ['malformedGzip', { 'expect-version': '1' }, 'unhealthy protocol-error'],
    ['notHttp', {}, 'unhealthy protocol-error'],
    ['injectedHeaderCr', {}, 'unhealthy protocol-error'],
    ['redirectLoop', {}, 'unhealthy protocol-error'],
    // A body that is too large fails only where an expectation needs the rest of it.
    ['gzipBomb', {}, 'healthy ok'],
    ['gzipBomb', { 'expect-body': 'something' }, 'unhealthy body-too-large'],
    ['gzipBomb', { 'expect-json': '$.a exists' }, 'unhealthy body-too-large'],
    ['endlessBody', {}, 'healthy ok'],
    ['endlessBody', { 'expect-body': '/^x+$/' }, 'unhealthy body-too-large'],
    ['endlessBody', { 'expect-body': '/^xxx/' }, 'healthy ok'],
  ])('%s with %j: %s', async (name, inputs, expected) => {
    await using server = await startFault(faults[name])
    const run = await check({ url: server.url, ...inputs })
    expect(verdict(run)).toBe(expected)
    const attempts = expected === 'healthy ok' ? 1 : 2
    // A connection that is closed without a word is followed by one that looks for TLS.
    const looks = ['closeAtOnce', 'resetAtOnce', 'halfOpenBeforeAnswer'].includes(name) ? attempts : 0
    expect(server.connections()).toBeGreaterThanOrEqual(attempts)
    expect(server.connections()).toBeLessThanOrEqual(attempts + looks)
  })

  it('a port where nothing listens is connect-refused', async () => {
    const server = await startFault(faults.silentAccept)
    await server.close()
    expect(verdict(await check({ url: server.url }))).toBe('unhealthy connect-refused')
  })

  it('a name that does not resolve is dns-failure, and unverifiable', async () => {
    expect(verdict(await check({ url: 'http://no-such-host.invalid/', timeout: '5s' }))).toBe(
      'unverifiable dns-failure',
    )
  })
})

describe.concurrent('foreign text has no power', () => {
  it.each(['injectedBody', 'injectedHeaders'] as const)(
    '%s forges no command, annotation, output or Markdown',
    async (name) => {
      await using server = await startFault(faults[name])
      const run = await check({
        url: server.url,
        'expect-version': '2.0.0',
        'version-from': 'header:x-version',
        'expect-header': 'x-hostile-0: nothing',
        'follow-redirects': 'all',
      })
      expect(run.outputs.outcome).toBe('unhealthy')
      expect(
        run.stdout.split(/\r\n|\r|\n/).filter((line) => /^\s*::(?!error |warning |add-mask|debug)/.test(line)),
      ).toEqual([])
      expect(run.stdout).not.toMatch(/##\[/)
      expect(run.stdout).not.toMatch(/[^\P{Cc}\n]/u)
      const outsideOfBlocks = run.summary.replace(/^(`{3,})text\n.*?\n\1$/gms, '')
      expect(outsideOfBlocks).not.toMatch(/<script|<img|!\[|\]\(/)
      expect(outsideOfBlocks.match(/<\/details>/g)).toHaveLength(1)
    },
  )

  it('a secret header reaches neither another origin nor log, summary or report', async () => {
    const secret = 'k3y-of-the-kingdom'
    await using thief = await startFault(respond({ status: 200, body: 'thanks' }))
    await using back = await startFault(sequence([redirectTo(`${thief.url}/`), respond({ status: 200, body: 'back' })]))
    const headers = `X-Api-Key: ${secret}\nAuthorization: Bearer ${secret}`
    const all = await check({ url: back.url, headers, 'follow-redirects': 'all' })
    expect(verdict(all)).toBe('healthy ok')
    expect(back.requests().join()).toContain(secret)
    expect(thief.requests()).toHaveLength(1)
    expect(thief.requests().join()).not.toMatch(/x-api-key|authorization/i)
    expect(`${all.log}${all.summary}${JSON.stringify(all.report)}`).not.toContain(secret)
    expect(all.masks).toContain(secret)
  })

  it('a redirect to another origin is refused by default, at once and with no request to it', async () => {
    await using thief = await startFault(respond({ status: 200 }))
    await using server = await startFault(redirectTo(`${thief.url}/`))
    const run = await check({ url: server.url, attempts: '5' })
    expect(verdict(run)).toBe('unverifiable redirect-refused')
    expect([server.connections(), thief.connections()]).toEqual([1, 0])
  })

  it.each([
    'http://169.254.169.254/latest',
    'http://2852039166/',
    'http://0xa9.0xfe.0xa9.0xfe/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fd00:ec2::254]/',
  ])('%s is a metadata address and refused at once', async (url) => {
    expect(verdict(await check({ url }))).toBe('unverifiable address-refused')
  })

  it('a redirect to a metadata address is refused', async () => {
    await using server = await startFault(redirectTo('http://0251.0376.0251.0376/'))
    expect(verdict(await check({ url: server.url, 'follow-redirects': 'all' }))).toBe('unverifiable address-refused')
  })

  it('a catastrophic regular expression ends', async () => {
    await using server = await startFault(respond({ status: 200, body: `${'a'.repeat(60)}!` }))
    const run = await check({ url: server.url, 'expect-body': '/^(a+)+$/' })
    expect(verdict(run)).toBe('unhealthy body-mismatch')
    expect(run.log).toContain('ran longer than 500 ms')
  })
})

describe.concurrent('the version gate', () => {
  it('stays with no old instance behind a draining balancer', async () => {
    await using balancer = await drainingBalancer({ oldVersion: '1.9.0', newVersion: '2.0.0' })
    const checked = check({
      url: `${balancer.url}/health`,
      'expect-version': '2.0.0',
      interval: '100ms',
      attempts: '100',
    })
    await until(() => balancer.old.requestCount >= 3)
    balancer.switchOver()
    const run = await checked
    expect(verdict(run)).toBe('healthy ok')
    expect(run.outputs['observed-version']).toBe('2.0.0')
    expect(balancer.connections()).toBe(Number(run.outputs.attempts))
  })

  it('waits while the old version still answers, and says so when it goes on', async () => {
    const versioned = (version: string) => respond({ status: 200, headers: { 'x-version': version } })
    await using late = await startFault(
      sequence([versioned('1.9.0'), versioned('1.9.0'), versioned('1.9.0'), versioned('v2.0.0')]),
    )
    const good = await check({ url: late.url, 'expect-version': '2.0.0', attempts: '5' })
    expect([verdict(good), good.outputs.attempts]).toEqual(['healthy ok', '4'])
    await using old = await startFault(versioned('1.9.0'))
    const bad = await check({ url: old.url, 'expect-version': '2.0.0', attempts: '3' })
    expect([verdict(bad), bad.outputs['observed-version']]).toEqual(['unhealthy wrong-version', '1.9.0'])
    expect(bad.log).toContain('in 3 of 3 responses')
  })

  it('is closed when the response names no version', async () => {
    await using server = await startFault(respond({ status: 200, body: '{"status":"UP"}' }))
    expect(verdict(await check({ url: server.url, 'expect-version': '2.0.0' }))).toBe('unhealthy version-missing')
  })

  const commit = '3f9c1e7ab04d5586c1e2f3a4b5c6d7e8f9a0b1c2'
  const page = '<!doctype html>\n<script src="/assets/index-Dm1dxfK-.js"></script>\n'
  it.each([
    ['healthy ok', commit, { version: 'unknown', sha: commit }, {}],
    ['healthy ok', commit, { git: { branch: 'main', commit: { id: '3f9c1e7' } } }, {}],
    ['healthy ok', '1.4.0', { build: { version: '1.4.0+3f9c1e7' }, java: { version: '21' } }, {}],
    ['healthy ok', 'index-Dm1dxfK-.js', page, { 'version-from': 'body' }],
    ['unhealthy wrong-version', commit, { git: { commit: { id: '3f9c1e8' } } }, {}],
    ['unhealthy version-missing', commit, { version: 'unknown' }, {}],
  ])('ends in %s when %s is expected and %j is said', async (outcome, version, said, rest) => {
    const body = typeof said === 'string' ? said : JSON.stringify(said)
    await using server = await startFault(respond({ status: 200, body }))
    expect(verdict(await check({ url: server.url, 'expect-version': version, ...rest }))).toBe(outcome)
  })

  it('says what to write when the version stands in another place', async () => {
    await using server = await startFault(respond({ status: 200, body: JSON.stringify({ app: { rev: commit } }) }))
    const missing = await check({ url: server.url, 'expect-version': commit })
    expect(verdict(missing)).toBe('unhealthy version-missing')
    const [, advised = ''] = /"version-from: (\S+)"/.exec(missing.log) ?? []
    expect(advised).toBe('json:$.app.rev')
    const good = await check({ url: server.url, 'expect-version': commit, 'version-from': advised })
    expect(verdict(good)).toBe('healthy ok')
  })

  it('names the merge commit on a pull request', async () => {
    await using service = await startService({ version: '2.0.0', commit: 'a'.repeat(40) })
    const inputs = { url: `${service.url}/health`, 'expect-version': 'b'.repeat(40), 'version-from': 'json:$.commit' }
    const run = await check(inputs, { GITHUB_EVENT_NAME: 'pull_request' })
    expect(verdict(run)).toBe('unhealthy wrong-version')
    expect(run.summary).toContain('github.event.pull&#95;request.head.sha')
  })
})

describe.concurrent('Retry-After', () => {
  const busy = (retryAfter: () => string, status = 503): Fault => ({
    request: (socket) => socket.write(wireFormat({ status, headers: { 'retry-after': retryAfter() } })),
  })
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toUTCString()

  it.each([
    ['seconds', () => '2'],
    // To the second: up to one less than it says.
    ['a date', () => inSeconds(3)],
  ])('%s: obeyed', async (_, value) => {
    await using server = await startFault(sequence([busy(value), respond({ status: 200 })]))
    const run = await check({ url: server.url, attempts: '', deadline: '20s' })
    expect(verdict(run)).toBe('healthy ok')
    expect(Number(run.outputs['elapsed-ms'])).toBeGreaterThanOrEqual(1_900)
  })

  it.each([
    ['garbage', () => 'soon'],
    ['a past date', () => inSeconds(-60)],
    ['a negative number', () => '-5'],
  ])('%s: ignored', async (_, value) => {
    await using server = await startFault(sequence([busy(value), respond({ status: 200 })]))
    const run = await check({ url: server.url, attempts: '', deadline: '20s' })
    expect(verdict(run)).toBe('healthy ok')
    expect(Number(run.outputs['elapsed-ms'])).toBeLessThan(4_000)
  })

  it.each([
    ['an hour', '3600'],
    ['more than any number', '9'.repeat(30)],
  ])('%s: one last attempt, as late as it fits', async (_, value) => {
    await using server = await startFault(busy(() => value, 429))
    const run = await check({ url: server.url, attempts: '', deadline: '3s', timeout: '1s' })
    expect([verdict(run), run.outputs.attempts]).toEqual(['unverifiable rate-limited', '2'])
    expect(Number(run.outputs['elapsed-ms'])).toBeGreaterThanOrEqual(2_000)
    expect(Number(run.outputs['elapsed-ms'])).toBeLessThan(6_000)
  })
})

describe.concurrent('waiting', () => {
  it('makes the deadline hold, and an attempt that it cuts off names no reason', async () => {
    await using server = await startFault(faults.silentAccept)
    const run = await check({ url: server.url, attempts: '', deadline: '600ms', timeout: '10s' })
    expect(verdict(run)).toBe('unhealthy deadline-exceeded')
    expect(Number(run.outputs['elapsed-ms'])).toBeLessThan(5_000)
  })

  it('keeps the measured reason when the last attempt is cut off', async () => {
    await using server = await startFault(sequence([respond({ status: 500 }), faults.silentAccept]))
    const run = await check({ url: server.url, attempts: '', deadline: '2s', timeout: '10s' })
    expect(verdict(run)).toBe('unhealthy http-status')
  })

  it('counts no failure in the start period as an attempt', async () => {
    await using service = await startService({ version: '1', state: 'starting', becomesHealthyAfterMs: 600 })
    const inputs = { url: `${service.url}/health`, attempts: '1', 'start-period': '5s', interval: '100ms' }
    const run = await check(inputs)
    expect([verdict(run), run.outputs.attempts]).toEqual(['healthy ok', '1'])
  })

  it('probes several targets at once and names those that fail', async () => {
    await using good = await startService({ version: '1' })
    await using bad = await startService({ version: '1', state: 'broken' })
    const targets = [
      `- { name: api, url: "${good.url}/health" }`,
      `- { name: web, url: "${bad.url}/health" }`,
      `- { name: docs, url: "${bad.url}/nothing", required: "false" }`,
    ]
    const run = await check({ targets: targets.join('\n') })
    expect([verdict(run), run.outputs['failed-targets']]).toEqual(['unhealthy http-status', 'web'])
  })
})

describe.concurrent('TLS', () => {
  it('verifies certificates, trusts the given authority too, and says loudly when told to trust anyone', async () => {
    const authority = createAuthority()
    const identity = authority.issue({ names: ['localhost', '127.0.0.1'] })
    await using service = await startTlsService({ version: '1', identity })
    const url = `https://127.0.0.1:${service.port}/health`
    expect(verdict(await check({ url }))).toBe('unverifiable tls-untrusted')
    expect(verdict(await check({ url, 'ca-certificate': authority.certificate }))).toBe('healthy ok')
    const insecure = await check({ url, insecure: 'true' })
    expect(verdict(insecure)).toBe('healthy ok')
    expect(insecure.summary).toContain('certificates were **not** verified')
    expect(insecure.annotations.map(({ title }) => title)).toContain('healthcheck: insecure')
  })

  it.each([
    [
      'expired',
      { names: ['127.0.0.1'], notBefore: new Date('2020-01-01'), notAfter: new Date('2020-02-01') },
      'tls-expired',
    ],
    ['for another name', { names: ['other.example.com'] }, 'tls-name-mismatch'],
    [
      'not yet valid',
      { names: ['127.0.0.1'], notBefore: new Date('2090-01-01'), notAfter: new Date('2091-01-01') },
      'tls-untrusted',
    ],
    ['self-signed', { names: ['127.0.0.1'], selfSigned: true }, 'tls-untrusted'],
  ])('a certificate that is %s is %s', async (_, options, reasonCode) => {
    const authority = createAuthority()
    await using service = await startTlsService({ version: '1', identity: authority.issue(options) })
    const run = await check({ url: service.url, 'ca-certificate': authority.certificate })
    expect(verdict(run)).toBe(`unverifiable ${reasonCode}`)
  })

  it('HTTP on an HTTPS port, and the other way round, is protocol-error', async () => {
    await using service = await startService({ version: '1' })
    expect(verdict(await check({ url: `https://127.0.0.1:${service.port}/health` }))).toBe('unhealthy protocol-error')
    await using secure = await startTlsService({
      version: '1',
      identity: createAuthority().issue({ names: ['127.0.0.1'] }),
    })
    const run = await check({ url: secure.url.replace('https:', 'http:') })
    expect(verdict(run)).toBe('unhealthy protocol-error')
    expect(run.log).toContain('the server speaks TLS on this port; use https:// or another port')
  })
})

describe.concurrent('a cancelled job', () => {
  it.each([
    ['SIGINT', 'a sleep', respond({ status: 500 })],
    ['SIGINT', 'an attempt', faults.silentAccept],
    ['SIGTERM', 'a sleep', respond({ status: 500 })],
    ['SIGTERM', 'an attempt', faults.dripBody],
  ] as const)('%s in %s: outputs, report and summary are written at once', async (signal, _, fault) => {
    await using server = await startFault(fault)
    // SIGTERM alone is what a cancelled background step gets.
    const ladder = { sigtermAfterMs: 7_500, sigkillAfterMs: 2_500 }
    const inputs = { ...brief, url: server.url, interval: '30s', timeout: '30s' }
    const action = startAction({ folder, inputs, ladder })
    await until(() => server.requests().length > 0)
    const start = performance.now()
    if (signal === 'SIGINT') action.cancel()
    else action.kill(signal)
    await using run = meetsContract(await action.done)
    expect(verdict(run)).toBe('unverifiable cancelled')
    expect([run.exitCode, run.signal]).toEqual([1, null])
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})

describe.concurrent('inputs of the runner', () => {
  it.each([
    ['no target', { url: '' }],
    ['a bad URL', { url: 'example.com' }],
    ['a bare number', { timeout: '20' }],
    ['a bad fail-on', { 'fail-on': 'unwell' }],
    ['a folder as report', { 'report-path': '.' }],
    ['a bad summary', { summary: 'loud' }],
  ])('%s is refused before any request, with report and summary', async (_, inputs) => {
    await using service = await startService({ version: '1' })
    const run = await check({ url: `${service.url}/health`, ...inputs })
    expect(verdict(run)).toBe('unverifiable invalid-input')
    expect(service.requestCount).toBe(0)
    expect(run.annotations).toHaveLength(1)
  })

  it('fail-on decides about findings only', async () => {
    await using bad = await startService({ version: '1', state: 'broken' })
    const inputs = { ...brief, url: `${bad.url}/health` }
    const exit = async (more: Record<string, string>) =>
      (await runAction({ folder, inputs: { ...inputs, ...more } })).exitCode
    expect(await exit({ 'fail-on': 'never' })).toBe(0)
    expect(await exit({ 'fail-on': 'unverifiable' })).toBe(0)
    expect(await exit({ 'fail-on': 'unverifiable, unhealthy' })).toBe(1)
    expect(await exit({ 'fail-on': 'never', timeout: '20' })).toBe(1)
  })

  it('ends at once and writes the report where it is asked to, without a summary if so told', async () => {
    await using service = await startService({ version: '1' })
    const inputs = { url: `${service.url}/health`, 'report-path': 'reports/health.json', summary: 'false' }
    let printedMs = 0
    const onLog = () => {
      printedMs = performance.now()
    }
    const run = await runAction({ folder, inputs, onLog })
    const afterThatMs = performance.now() - printedMs
    expect(run.outputs.report).toBe(join(run.workspace, 'reports', 'health.json'))
    expect(run.report).toMatchObject({ outcome: 'healthy' })
    expect(run.summary).toBe('')
    expect(afterThatMs).toBeLessThan(3_000)
  })
})
