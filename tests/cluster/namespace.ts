import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, CommandResult, KubectlOptions } from './cluster.ts'
import type { Rule, UserName } from './users.ts'

/** A namespace of one test: nothing in it is shared, so that tests can run side by side. */
export class Namespace implements AsyncDisposable {
  readonly name: string
  readonly #cluster: Cluster

  constructor(cluster: Cluster, name: string) {
    this.#cluster = cluster
    this.name = name
  }

  kubectl(args: readonly string[], options: Omit<KubectlOptions, 'namespace'> = {}): Promise<CommandResult> {
    return this.#cluster.kubectl(args, { ...options, namespace: this.name })
  }

  /** Creates or changes what the objects say, by server-side apply. @throws Error that says why not */
  async apply(...objects: readonly object[]): Promise<void> {
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    const { exitCode, stderr } = await this.kubectl(['apply', '--server-side', '-f', '-'], { stdin })
    if (exitCode !== 0) throw new Error(`kubectl apply: ${stderr}`)
  }

  /** Reads an object or a list: `pods`, or `deployments/app` of `apis/apps/v1`. */
  get<Resource>(what: string, group = 'api/v1'): Promise<Resource> {
    return this.#cluster.api().call<Resource>(`/${group}/namespaces/${this.name}/${what}`)
  }

  /** Gives a user more rights here, and waits until they are in force; those of before stay. */
  async grant(user: UserName, rules: readonly Rule[]): Promise<void> {
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${this.name}`
    const name = `${user}-${randomBytes(4).toString('hex')}`
    const api = this.#cluster.api()
    await api.call(`${rbac}/roles`, { method: 'POST', body: { metadata: { name }, rules } })
    const apiGroup = 'rbac.authorization.k8s.io'
    const binding = { roleRef: { apiGroup, kind: 'Role', name }, subjects: [{ apiGroup, kind: 'User', name: user }] }
    await api.call(`${rbac}/rolebindings`, { method: 'POST', body: { metadata: { name }, ...binding } })
    await until(() => this.#isAllowed(user, rules))
  }

  /** A controller makes it a moment after the namespace, and no pod is admitted before. */
  waitForServiceAccount(): Promise<void> {
    return until(async () => {
      const { items } = await this.get<{ readonly items: readonly unknown[] }>('serviceaccounts')
      return items.length > 0
    })
  }

  /** Whether the last of some rules is in force: they come into force together. */
  async #isAllowed(user: UserName, rules: readonly Rule[]): Promise<boolean> {
    const { apiGroups = [], resources = [], verbs = [] } = rules.at(-1) ?? {}
    const [resource, subresource] = resources[0]?.split('/') ?? []
    const attributes = { namespace: this.name, group: apiGroups[0], resource, subresource, verb: verbs[0] }
    const body = { spec: { user, resourceAttributes: attributes } }
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
    const review = await this.#cluster.api().call<Review>(path, { method: 'POST', body })
    return review.status.allowed
  }

  /** Asks for its end and does not wait for it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster.api().call(`/api/v1/namespaces/${this.name}`, { method: 'DELETE' })
  }
}

interface Review {
  readonly status: { readonly allowed: boolean }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('The namespace was not ready within 30 s')
    await sleep(20)
  }
}
