import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAuthority, type Identity } from '../../packages/simulators/src/certificates.ts'
import { temporaryFolder } from '../../packages/simulators/src/temporary-folder.ts'
import { Api } from './api.ts'
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
  stop(): Promise<void>
}

/** What a kubelet, a scheduler or the cloud would feed is left out: nothing here sends heartbeats. */
const controllers = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'job-controller',
  'endpointslice-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'resourcequota-controller',
  'serviceaccount-controller',
]

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
    const failed = servers.map((server) => server.failed)
    await Promise.race([ready(connection), ...failed])
    start('kube-controller-manager', controllerFlags(folder))
    return { connection, stop }
  } catch (error) {
    await stop()
    throw error
  }
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

function etcdFlags(folder: string, port: number): string[] {
  const url = `http://127.0.0.1:${port}`
  const peers = 'http://127.0.0.1:0'
  return [
    `--data-dir=${path.join(folder, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ]
}

function apiFlags(folder: string, { etcdPort, apiPort }: { etcdPort: number; apiPort: number }): string[] {
  const file = (name: string) => path.join(folder, name)
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--external-hostname=localhost',
    `--secure-port=${apiPort}`,
    `--tls-cert-file=${file('tls.crt')}`,
    `--tls-private-key-file=${file('tls.key')}`,
    `--cert-dir=${file('certificates')}`,
    `--token-auth-file=${file('tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${file('service-accounts.key')}`,
    `--service-account-signing-key-file=${file('service-accounts.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--endpoint-reconciler-type=none',
    // The names of the nodes are in no DNS.
    '--kubelet-preferred-address-types=InternalIP',
    // It would mark a new node as not ready until a controller that is not here sees its heartbeat.
    '--disable-admission-plugins=TaintNodesByCondition',
    '--profiling=false',
  ]
}

function controllerFlags(folder: string): string[] {
  return [
    `--kubeconfig=${path.join(folder, 'admin.kubeconfig')}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--use-service-account-credentials=false',
    `--service-account-private-key-file=${path.join(folder, 'service-accounts.key')}`,
    `--controllers=${controllers.join(',')}`,
    // By default 20 requests a second, which is a limit for a cluster that a few test files share.
    '--kube-api-qps=500',
    '--kube-api-burst=500',
  ]
}

/** Waits until the API server is ready; the caller sees whether it ends before. */
async function ready({ server, ca, tokens }: Connection): Promise<void> {
  const api = new Api({ server, ca, token: tokens.admin })
  const deadline = performance.now() + 60_000
  try {
    while (!(await isReady(api))) {
      if (performance.now() > deadline) throw new Error('The API server was not ready within 60 s')
      await sleep(50)
    }
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
