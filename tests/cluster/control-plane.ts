import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAuthority, type Identity } from '../../packages/simulators/src/certificates.ts'
import { temporaryFolder } from '../../packages/simulators/src/temporary-folder.ts'
import { Api } from './api.ts'
import { apiFlags, controllerFlags, etcdFlags } from './flags.ts'
import { freePorts } from './free-ports.ts'
import { kubeconfig } from './kubeconfig.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { createTokens, type Tokens, tokenFile } from './users.ts'

/** How to reach a running control plane: all that another process needs, and can be sent as JSON. */
export interface Connection {
  /** `https://127.0.0.1:port` */
  readonly server: string
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string
  /** What another server on loopback can prove itself with to the same clients. */
  readonly loopback: Identity
  readonly tokens: Tokens
  /** Gone when the control plane has stopped. */
  readonly folder: string
  /** Of `kubectl` in the version of the control plane. */
  readonly kubectl: string
}

export interface ControlPlane {
  readonly connection: Connection
  /** Rejects when one of its servers ends too early. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

const attempts = 3

/** Starts etcd, API server and controllers on loopback, with their data in a fresh folder. */
export async function startControlPlane(command: string): Promise<ControlPlane> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(command)
    } catch (error) {
      // Somebody else took one of the ports in the moment between.
      if (attempt === attempts || !String(error).includes('address already in use')) throw error
    }
  }
}

async function startOnce(command: string): Promise<ControlPlane> {
  const { path: folder, remove } = temporaryFolder('cluster')
  const servers: ServerProcess[] = []
  const stop = async () => {
    for (const server of servers.reverse()) await server.end()
    remove()
  }
  try {
    const [etcdPort = 0, apiPort = 0] = await freePorts(2)
    const connection = writeFiles(folder, command, `https://127.0.0.1:${apiPort}`)
    const start = (program: string, flags: readonly string[]) => {
      servers.push(startServer({ command, program, flags, folder }))
    }
    start('etcd', etcdFlags(folder, etcdPort))
    start('kube-apiserver', apiFlags(folder, { etcdPort, apiPort }))
    await readyUnless(connection, firstFailure(servers))
    start('kube-controller-manager', controllerFlags(folder))
    return { connection, failed: firstFailure(servers), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function firstFailure(servers: readonly ServerProcess[]): Promise<never> {
  const failed = Promise.race(servers.map((server) => server.failed))
  // It may come while nobody waits for it.
  failed.catch(() => {})
  return failed
}

function writeFiles(folder: string, command: string, server: string): Connection {
  const authority = createAuthority('Test cluster')
  const loopback = authority.issue({ names: ['127.0.0.1', 'localhost'] })
  const tokens = createTokens()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const connection = { server, ca: authority.certificate, loopback, tokens, folder }
  const write = (name: string, content: string) => writeFileSync(path.join(folder, name), content, { mode: 0o600 })
  write('tokens.csv', tokenFile(tokens))
  write('tls.crt', loopback.cert)
  write('tls.key', loopback.key)
  write('service-accounts.key', privateKey.export({ type: 'sec1', format: 'pem' }).toString())
  write('admin.kubeconfig', kubeconfig({ ...connection, token: tokens.admin }))
  const kubectl = path.join(folder, 'bin', 'kubectl')
  mkdirSync(path.dirname(kubectl))
  symlinkSync(command, kubectl)
  return { ...connection, kubectl }
}

/** Waits until the API server is ready. @throws Error of a server that ends before, or that it takes too long */
async function readyUnless({ server, ca, tokens }: Connection, failed: Promise<never>): Promise<void> {
  const api = new Api({ server, ca, token: tokens.admin })
  const limit = AbortSignal.timeout(60_000)
  try {
    while (!(await isReady(api))) await Promise.race([failed, sleep(50, undefined, { signal: limit })])
  } finally {
    api.close()
  }
}

async function isReady(api: Api): Promise<boolean> {
  try {
    await api.text('/readyz')
    return true
  } catch {
    return false
  }
}
