import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { Api } from './api.ts'
import { type Connection, startControlPlane } from './control-plane.ts'
import { kubeconfig } from './kubeconfig.ts'
import { startKubelet } from './kubelet/kubelet.ts'
import { Namespace } from './namespace.ts'
import { neededRights, type UserName } from './users.ts'

export interface KubectlOptions {
  /** By default `admin`. */
  readonly user?: UserName
  /** By default the namespace `default`. */
  readonly namespace?: string
  /** Instead of the API server: a proxy in front of it. */
  readonly server?: string
  readonly stdin?: string
}

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** A running cluster, as tests use it from any process. */
export class Cluster {
  readonly connection: Connection
  readonly #apis = new Map<UserName, Api>()

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** The API for one user, without kubectl. */
  api(user: UserName = 'admin'): Api {
    const { server, ca, tokens } = this.connection
    const api = this.#apis.get(user) ?? new Api({ server, ca, token: tokens[user] })
    this.#apis.set(user, api)
    return api
  }

  /** The text of a kubeconfig. */
  kubeconfig({ user = 'admin', namespace, server }: KubectlOptions = {}): string {
    const { ca, tokens } = this.connection
    const target = { server: server ?? this.connection.server, ca, token: tokens[user] }
    return kubeconfig(namespace === undefined ? target : { ...target, namespace })
  }

  /** The same as a file, which goes with the cluster. */
  kubeconfigFile(options: KubectlOptions = {}): string {
    const file = path.join(this.connection.folder, `${randomBytes(6).toString('hex')}.kubeconfig`)
    writeFileSync(file, this.kubeconfig(options), { mode: 0o600 })
    return file
  }

  /** Runs kubectl to its end, whatever that is. */
  kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<CommandResult> {
    const { folder, kubectl } = this.connection
    const env = { ...process.env, HOME: folder, KUBECACHEDIR: path.join(folder, 'cache'), KUBERC: 'off' }
    return new Promise((resolve, reject) => {
      const child = execFile(
        kubectl,
        ['--kubeconfig', this.kubeconfigFile(options), ...args],
        { env, maxBuffer: 16 * 1_048_576, timeout: 60_000 },
        (error, stdout, stderr) => {
          if (error !== null && typeof error.code !== 'number') return reject(error)
          resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr })
        },
      )
      child.stdin?.on('error', () => {})
      child.stdin?.end(options.stdin ?? '')
    })
  }

  /** Makes a namespace of a test's own, in which the user `action` has the rights that the action needs. */
  async namespace(): Promise<Namespace> {
    const name = `test-${randomBytes(4).toString('hex')}`
    await this.api().call('/api/v1/namespaces', { method: 'POST', body: { metadata: { name } } })
    const namespace = new Namespace(this, name)
    await Promise.all([namespace.grant('action', neededRights), namespace.waitForServiceAccount()])
    return namespace
  }

  close(): void {
    for (const api of this.#apis.values()) api.close()
  }
}

export interface StartedCluster extends AsyncDisposable {
  readonly cluster: Cluster
  /** What went wrong in the cluster itself: never a defect of what is tested. */
  readonly errors: readonly unknown[]
  stop(): Promise<void>
}

/** Starts a cluster: a real control plane, and nodes whose pods are played. */
export async function startCluster(command: string): Promise<StartedCluster> {
  const { connection, failed, stop: stopControlPlane } = await startControlPlane(command)
  const cluster = new Cluster(connection)
  try {
    const { server, ca, tokens, loopback } = connection
    const kubelet = await startKubelet({ server, ca, token: tokens.admin }, loopback)
    const errors: unknown[] = kubelet.errors
    failed.catch((error: unknown) => errors.push(error))
    const stop = async () => {
      await kubelet.stop()
      cluster.close()
      await stopControlPlane()
    }
    return { cluster, errors, stop, [Symbol.asyncDispose]: stop }
  } catch (error) {
    cluster.close()
    await stopControlPlane()
    throw error
  }
}
