import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { describe, expect, it } from 'vitest'
import { startProxy } from '../../../packages/probe/tests/support/proxies.ts'
import { before, verdict } from '../bundle.ts'
import { ended, Site } from './site.ts'

const tls = () => {
  const authority = createAuthority()
  const file = join(temporaryFolder('authority').path, 'ca.pem')
  writeFileSync(file, authority.certificate)
  const notAfter = new Date(Date.now() + 5 * 86_400_000)
  const identity = authority.issue({ names: ['api.test', '127.0.0.1'], notAfter })
  return { identity, trust: { NODE_EXTRA_CA_CERTS: file } }
}

/** The same server under a name, which only the proxy knows: nobody asks for the runner itself through a proxy. */
function named(site: Site): Record<string, string> {
  const names = ['GITHUB_API_URL', 'GITHUB_GRAPHQL_URL'] as const
  return Object.fromEntries(names.map((name) => [name, (site.env[name] ?? '').replace('127.0.0.1', 'api.test')]))
}

describe('a proxy', () => {
  it('is passed by HTTP, also by the post step', async () => {
    await using site = await Site.start()
    const proxy = await startProxy({ hosts: { 'api.test': '127.0.0.1' } })
    const action = site.begin({}, { env: { ...named(site), HTTP_PROXY: proxy.url } })
    await action.printed('asked')
    action.kill('SIGKILL')
    const run = await action.done
    expect(run.post).toMatchObject({ exitCode: 0, annotations: [] })
    expect(site.open).toEqual([])
    expect(site.requests.length).toBeGreaterThan(5)
    expect(proxy.asked).toHaveLength(site.requests.length)
  })

  it('is passed by a tunnel, and the certificate of GitHub is one that NODE_EXTRA_CA_CERTS trusts', async () => {
    const { identity, trust } = tls()
    await using site = await Site.start({ identity })
    const proxy = await startProxy({ hosts: { 'api.test': '127.0.0.1' }, credentials: 'robot:s3cret-of-proxy' })
    site.says(['alice', '/deny'])
    const through = { HTTPS_PROXY: proxy.url.replace('//', '//robot:s3cret-of-proxy@') }
    const run = await site.play({}, { env: { ...named(site), ...trust, ...through } })
    expect(verdict(run)).toBe('denied denied-by-vote')
    expect(new Set(proxy.asked.map(({ method }) => method))).toEqual(new Set(['CONNECT']))
    expect(run.stdout).not.toContain('s3cret-of-proxy')
  })

  it('that refuses is named', async () => {
    await using site = await Site.start()
    const proxy = await startProxy({ credentials: 'robot:s3cret-of-proxy' })
    const run = await site.play({}, { env: { ...named(site), HTTP_PROXY: proxy.url } })
    expect(verdict(run)).toBe('error api-error')
    expect(run.report).toMatchObject({ nextStep: expect.stringMatching(/proxy/i) })
  })
})

describe.concurrent('a certificate that nobody trusts', () => {
  it('is said, with what to do about it', async () => {
    await using site = await Site.start({ identity: tls().identity })
    const run = await site.play()
    expect(verdict(run)).toBe('error api-error')
    expect(run.report).toMatchObject({ nextStep: expect.stringContaining('NODE_EXTRA_CA_CERTS') })
    expect(site.requests).toEqual([])
  })
})

describe.concurrent('GitHub Enterprise Server', () => {
  it('is asked below the path of GITHUB_API_URL, also by the post step', async () => {
    await using site = await Site.start({ profile: 'ghes-3.17' })
    expect(site.apiUrl).toMatch(/\/api\/v3$/)
    site.says(['alice', '/approve'], ['bob', '/approve'])
    const run = await site.play()
    expect(verdict(run), run.log).toBe('approved ok')
    expect(run.outputs['issue-url']).toBe(`${site.env['GITHUB_SERVER_URL']}/octo-org/octo-app/issues/1`)
    expect(site.requests.filter(({ path }) => path === '/api/graphql').length).toBeGreaterThan(1)
    expect(site.github.violations).toEqual([])
    const killed = site.begin()
    await killed.printed('asked')
    killed.kill('SIGKILL')
    expect((await killed.done).post).toMatchObject({ exitCode: 0, annotations: [] })
    expect(site.open).toEqual([])
  })
})

describe.concurrent('a runner that says less than that of GitHub', () => {
  /** As act leaves them: empty, or not set at all. */
  const missing = ['GITHUB_WORKFLOW_REF', 'GITHUB_TRIGGERING_ACTOR', 'RUNNER_ENVIRONMENT', 'GITHUB_REPOSITORY_ID']

  it.each([undefined, ''])('(%j) is waited on as on any other', async (value) => {
    await using site = await Site.start()
    site.says(['alice', '/approve'], ['bob', '/approve'])
    const run = await site.play({}, { env: Object.fromEntries(missing.map((name) => [name, value])) })
    expect(verdict(run), run.log).toBe('approved ok')
  })

  it('is told what mode request needs of it', async () => {
    await using site = await Site.start()
    const env = Object.fromEntries(missing.map((name) => [name, undefined]))
    const run = await site.play({ mode: 'request', 'allowed-refs': 'refs/tags/v*' }, { env })
    expect(verdict(run)).toBe('error invalid-input')
    expect(run.report).toMatchObject({ message: expect.stringContaining('GITHUB_WORKFLOW_REF') })
    expect(site.requests).toEqual([])
  })

  it.each(['GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_SHA', 'GITHUB_API_URL', 'GITHUB_EVENT_PATH'])(
    'such as %s',
    async (name) => {
      await using site = await Site.start()
      const run = await site.play({}, { env: { [name]: name.endsWith('PATH') ? '/nowhere/event.json' : '' } })
      expect(verdict(run)).toBe('error invalid-input')
      expect(run.report).toMatchObject({ message: expect.stringContaining(name) })
      expect(run.post).toMatchObject({ exitCode: 0, log: '' })
    },
  )
})

describe.concurrent('a defect of the action', () => {
  const whenWaiting = (defect: string) =>
    before(`
      import { subscribe } from 'node:diagnostics_channel'
      let count = 0
      subscribe('http.client.request.start', () => { count += 1; if (count === 7) { ${defect} } })`)

  it.each([
    ['in its own code', "throw new TypeError('a d3fect')"],
    ['in a promise that nobody waits for', "void Promise.reject(new TypeError('a d3fect'))"],
    ['later', "setImmediate(() => { throw new TypeError('a d3fect') })"],
  ])('%s keeps what is known, and its issue is closed', async (_, defect) => {
    await using site = await Site.start()
    const run = await ended(site.begin({}, { env: whenWaiting(defect) }))
    expect(verdict(run), run.log).toBe('error internal-error')
    expect(run.report).toMatchObject({ message: expect.stringContaining('a d3fect'), record: { issueNumber: 1 } })
    expect(run.outputs).toMatchObject({ 'issue-number': '1', 'approved-sha': '' })
    expect(run.stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain(site.token.value)
    expect(site.open).toEqual([])
  })
})
