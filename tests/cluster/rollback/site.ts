import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ActionHandle, type ActionRun, startAction } from '@deploy-safety/simulators/runner'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { expect, vi } from 'vitest'
import { contract } from '../../../actions/rollback/src/contract.ts'
import { actionFolder } from '../../../scripts/workspace.ts'
import { contractCheck } from '../../bundle/bundle.ts'
import type { Cluster } from '../cluster.ts'
import type { Namespace } from '../namespace.ts'
import type { UserName } from '../users.ts'
import { deployment, type WorkloadOptions } from '../workloads.ts'

const owes = contractCheck(contract)

export type Inputs = Readonly<Record<string, string>>

interface RunOptions {
  readonly user?: UserName
  /** Instead of the API server: a proxy in front of it. */
  readonly server?: string
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** An object of the apps API, as far as tests look at it. */
export interface AppsObject {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>>
    readonly uid: string
    readonly generation: number
  }
  readonly spec: {
    readonly replicas: number
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } }
  }
}

/** A namespace of the cluster with workloads in it, and the action beside it. */
export class Site implements AsyncDisposable {
  readonly namespace: Namespace
  readonly #cluster: Cluster
  readonly #folder = temporaryFolder('rollback-site')

  private constructor(cluster: Cluster, namespace: Namespace) {
    this.#cluster = cluster
    this.namespace = namespace
    const bin = join(this.#folder.path, 'bin')
    mkdirSync(bin)
    const script = `#!/bin/sh\nprintf . >> '${this.#counter}'\nexec '${cluster.connection.kubectl}' "$@"\n`
    writeFileSync(join(bin, 'kubectl'), script)
    chmodSync(join(bin, 'kubectl'), 0o755)
  }

  static async start(cluster: Cluster): Promise<Site> {
    return new Site(cluster, await cluster.namespace())
  }

  /** How often kubectl was started by the action. */
  get processes(): number {
    return readFileSync(this.#counter, 'utf8').length
  }

  /** Rolls out an image of the Deployment `app`, and waits until it is live. */
  async deploy(image: string, options: Partial<WorkloadOptions> = {}): Promise<void> {
    await this.begin(image, options)
    await this.settled(`deployment/${options.name ?? 'app'}`)
  }

  /** The same without waiting: for what never becomes live. */
  async begin(image: string, options: Partial<WorkloadOptions> = {}): Promise<void> {
    await this.apply(deployment({ image, ...options }))
    // The rollback has to find what the controllers have made of it.
    const name = options.name ?? 'app'
    await vi.waitFor(async () => expect(await this.isObserved(`deployments/${name}`)).toBe(true), { timeout: 20_000 })
  }

  /** As whoever deploys does after a rollback, which owns the template from then on. */
  async apply(...items: readonly object[]): Promise<void> {
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
    const { exitCode, stderr } = await this.namespace.kubectl(
      ['apply', '--server-side', '--force-conflicts', '-f', '-'],
      { stdin },
    )
    expect(exitCode, stderr).toBe(0)
  }

  async isObserved(resource: string): Promise<boolean> {
    const { metadata, status } = await this.namespace.get<AppsObject & { status?: { observedGeneration?: number } }>(
      resource,
      'apis/apps/v1',
    )
    return status?.observedGeneration === metadata.generation
  }

  async settled(resource: string): Promise<void> {
    const { exitCode, stdout, stderr } = await this.namespace.kubectl(['rollout', 'status', resource, '--timeout=30s'])
    expect(exitCode, `${stdout}${stderr}`).toBe(0)
  }

  start(inputs: Inputs = {}, { user = 'action', server, env = {} }: RunOptions = {}): ActionHandle {
    const { name: namespace } = this.namespace
    const target = server === undefined ? { user, namespace } : { user, namespace, server }
    return startAction({
      folder: actionFolder('rollback'),
      inputs: {
        provider: 'kubernetes',
        workload: 'deployment/app',
        kubeconfig: this.#cluster.kubeconfig(target),
        'stability-window': '500ms',
        ...inputs,
      },
      env: { PATH: `${join(this.#folder.path, 'bin')}:${process.env.PATH}`, ...env },
    })
  }

  async run(inputs: Inputs = {}, options: RunOptions = {}): Promise<ActionRun> {
    return owes(await this.start(inputs, options).done)
  }

  get(resource = 'deployments/app'): Promise<AppsObject> {
    return this.namespace.get(resource, 'apis/apps/v1')
  }

  async image(resource?: string): Promise<string | undefined> {
    return (await this.get(resource)).spec.template.spec.containers[0]?.image
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#folder.remove()
    await this.namespace[Symbol.asyncDispose]()
  }

  get #counter(): string {
    return join(this.#folder.path, 'count')
  }
}

interface Candidate {
  readonly version: string
  readonly images: readonly string[]
  readonly chosen: boolean
  readonly whyNot: string | null
  readonly detail: string
}

/** The candidates of the first subject in the report. */
function candidatesOf({ report }: ActionRun): readonly Candidate[] {
  return (report as { subjects: readonly { candidates: readonly Candidate[] }[] }).subjects[0]?.candidates ?? []
}

/** Why each version was not taken, by its image; the chosen one is `chosen`. */
export function table(run: ActionRun): Record<string, string | null> {
  return Object.fromEntries(
    candidatesOf(run).map(({ images, chosen, whyNot }) => [images[0] ?? '', chosen ? 'chosen' : whyNot]),
  )
}

/** The folders that hold a kubeconfig, if any are left. */
export function leftBehind({ temp }: ActionRun): string[] {
  return readdirSync(temp).filter((name) => name.startsWith('rollback-private'))
}
