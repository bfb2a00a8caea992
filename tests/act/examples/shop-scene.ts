import { expect } from 'vitest'
import type { Cluster } from '../../cluster/cluster.ts'
import type { Namespace } from '../../cluster/namespace.ts'
import type { AppsObject } from '../../cluster/rollback/site.ts'
import { deployment } from '../../cluster/workloads.ts'
import type { ActOptions } from '../act.ts'

const repository = 'registry.example.com/shop'

interface ShopOptions {
  readonly name?: string
  /** Beside `app`, which is the name of the Deployment. */
  readonly labels?: Readonly<Record<string, string>>
}

/** The shop in a namespace of the cluster, and what a workflow needs to reach it. */
export interface ShopScene extends AsyncDisposable {
  readonly namespace: Namespace
  readonly options: Pick<ActOptions, 'secrets' | 'commands'> & { readonly vars: Readonly<Record<string, string>> }
  /** Rolls out a version of a Deployment that is called like its container. */
  deploy(version: string, options?: ShopOptions): Promise<void>
  image(name?: string): Promise<string | undefined>
}

/** @param versions of the Deployment `shop`, one after the other */
export async function shopScene(cluster: Cluster, versions: readonly string[]): Promise<ShopScene> {
  const namespace = await cluster.namespace()
  const scene: ShopScene = {
    namespace,
    options: {
      secrets: { KUBECONFIG: cluster.kubeconfig({ user: 'admin' }) },
      commands: { kubectl: `exec '${cluster.connection.kubectl}' "$@"` },
      vars: { NAMESPACE: namespace.name, STABILITY_WINDOW: '500ms', IMAGE: repository },
    },
    deploy: async (version, { name = 'shop', labels = {} } = {}) => {
      const image = `${repository}:${version}`
      const object = deployment({ name, image, container: { name: 'shop' } })
      const more = { spec: { template: { metadata: { labels } } } }
      await namespace.apply(object)
      const how = ['patch', `deployment/${name}`, '-p', JSON.stringify(more)]
      expect((await namespace.kubectl(how)).exitCode).toBe(0)
      expect((await namespace.kubectl(['rollout', 'status', `deployment/${name}`, '--timeout=30s'])).exitCode).toBe(0)
    },
    image: async (name = 'shop') => {
      const { spec } = await namespace.get<AppsObject>(`deployments/${name}`, 'apis/apps/v1')
      return spec.template.spec.containers[0]?.image
    },
    [Symbol.asyncDispose]: () => namespace[Symbol.asyncDispose](),
  }
  for (const version of versions) await scene.deploy(version)
  return scene
}
