import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { createAuthority } from '@deploy-safety/simulators/certificates'
import { type ActionRun, runAction } from '@deploy-safety/simulators/runner'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { expect, test } from 'vitest'
import { testedVersion } from '../../../actions/rollback/src/cluster-access/tool.ts'
import { contract } from '../../../actions/rollback/src/contract.ts'
import { actionFolder } from '../../../scripts/workspace.ts'
import versions from '../../../tools/versions.json' with { type: 'json' }
import { contractCheck, verdict } from '../bundle.ts'

const owes = contractCheck(contract)
const [system, processor] = [
  process.platform === 'darwin' ? 'darwin' : 'linux',
  process.arch === 'x64' ? 'amd64' : process.arch,
]

/** Says in the words of kubectl that it was run: whoever downloads it gets this far and no further. */
const program = '#!/bin/sh\necho "Error from server (InternalError): kubectl was run" >&2\nexit 1\n'
const hash = createHash('sha256').update(program).digest('hex')

type Files = Readonly<Record<string, string>>

const published: Files = { '': program, '.sha256': hash }

/** dl.k8s.io on loopback, behind the proxy of the environment. */
class Site implements AsyncDisposable {
  readonly asked: string[] = []
  readonly #authority = createAuthority()
  readonly #folder = temporaryFolder('kubectl')
  readonly #files: Files
  readonly #server
  readonly #proxy = createHttpServer()

  constructor(files: Files) {
    this.#files = files
    this.#server = createServer(this.#authority.issue({ names: ['dl.k8s.io'] }), (request, response) => {
      this.#answer(request, response)
    })
  }

  static async start(files: Files = published): Promise<Site> {
    const site = new Site(files)
    for (const server of [site.#server, site.#proxy]) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    }
    site.#proxy.on('connect', ({ url = '' }, client) => {
      site.asked.push(url)
      const onward = connect((site.#server.address() as AddressInfo).port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        onward.pipe(client).pipe(onward)
      })
      for (const socket of [client, onward]) socket.on('error', () => {})
    })
    return site
  }

  /** Runs the action with nothing on the PATH but what is given by name. */
  async run(
    inputs: Readonly<Record<string, string>> = {},
    commands: Readonly<Record<string, string>> = {},
  ): Promise<ActionRun> {
    const folder = this.#folder.path
    for (const part of ['bin', 'cache']) mkdirSync(join(folder, part), { recursive: true })
    for (const [name, script] of Object.entries(commands)) {
      writeFileSync(join(folder, 'bin', name), script)
      chmodSync(join(folder, 'bin', name), 0o755)
    }
    writeFileSync(join(folder, 'ca.pem'), this.#authority.certificate)
    const run = await runAction({
      folder: actionFolder('rollback'),
      inputs: { provider: 'kubernetes', workload: 'deployment/app', mode: 'plan', kubeconfig, ...inputs },
      env: {
        PATH: join(folder, 'bin'),
        HTTPS_PROXY: `http://127.0.0.1:${(this.#proxy.address() as AddressInfo).port}`,
        NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
        RUNNER_TOOL_CACHE: join(folder, 'cache'),
      },
    })
    return owes(run)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#server, this.#proxy]) {
      server.close()
      server.closeAllConnections()
    }
    this.#folder.remove()
  }

  #answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    this.asked.push(url)
    const [, suffix = ''] = /\/kubectl(.*)$/.exec(url) ?? []
    const text = this.#files[suffix]
    response.writeHead(text === undefined ? 404 : 200).end(text)
  }
}

const kubeconfig = JSON.stringify({
  'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'u', user: { token: 'a-token-of-the-cluster' } }],
})

const wasRun = 'failed api-error'
const url = (version: string) => `/release/${version}/bin/${system}/${processor}/kubectl`

test('the tested version is that of the test cluster', () => {
  expect(testedVersion).toBe(versions.cluster.version)
})

test.concurrent('is downloaded where there is none, and kept', async ({ expect }) => {
  await using site = await Site.start()
  await using first = await site.run()
  expect(verdict(first), first.log).toBe(wasRun)
  expect(first.log).toContain('kubectl was run')
  const paths = site.asked.filter((one) => one.startsWith('/'))
  expect(paths).toEqual([`${url(testedVersion)}.sha256`, url(testedVersion)])
  await using second = await site.run()
  expect(verdict(second)).toBe(wasRun)
  // The kept one is compared with what is published, and not downloaded again.
  expect(site.asked.filter((one) => one.startsWith('/')).slice(2)).toEqual([`${url(testedVersion)}.sha256`])
})

test.concurrent('the one on the PATH is taken as it is', async ({ expect }) => {
  await using site = await Site.start()
  await using run = await site.run({}, { kubectl: program })
  expect(verdict(run), run.log).toBe(wasRun)
  expect(site.asked).toEqual([])
})

test.concurrent('a version that is asked for is exactly that', async ({ expect }) => {
  await using site = await Site.start()
  const client = { clientVersion: { gitVersion: 'v1.34.2' } }
  const other = `#!/bin/sh\necho '${JSON.stringify(client)}'\n`
  await using same = await site.run({ 'kubectl-version': '1.34.2' }, { kubectl: other })
  expect(same.outputs['reason-code'], same.log).not.toBe('tool-failed')
  expect(site.asked).toEqual([])
  await using run = await site.run({ 'kubectl-version': 'v1.33.1' }, { kubectl: other })
  expect(verdict(run), run.log).toBe(wasRun)
  expect(site.asked).toContain(url('v1.33.1'))
})

test.concurrent.for<readonly [name: string, files: Files, message: RegExp]>([
  [
    'another content than is published',
    { ...published, '': `${program}# changed\n` },
    /has the SHA-256 [\da-f]{64}, and/,
  ],
  ['no published hash', { '': program }, /404/],
  ['a page instead of a hash', { ...published, '.sha256': '<html>' }, /no SHA-256/],
  ['no such version', { '.sha256': hash }, /404/],
])('%s is never run', async ([, files, message], { expect }) => {
  await using site = await Site.start(files)
  await using run = await site.run()
  expect(verdict(run), run.log).toBe('failed tool-failed')
  expect(run.log).toMatch(message)
  expect(run.log).not.toContain('was run')
})
