import type { Cluster } from '../cluster.ts'
import { type ApiProxy, startProxy } from '../proxy.ts'
import { Site } from './site.ts'

/** The patch of the Deployment `app` itself, and what tries it before. */
export const write = { method: 'PATCH', path: /\/deployments\/app\?(?!.*dryRun)/ } as const
export const dryRun = { method: 'PATCH', path: /\/deployments\/app\?.*dryRun/ } as const

interface Stage extends AsyncDisposable {
  readonly site: Site
  readonly proxy: ApiProxy
}

/** A Deployment `app` with two versions, the newer one live, and a proxy in front of the API server. */
export async function prepareStage(cluster: Cluster, images = ['app:1.0.0', 'app:2.0.0']): Promise<Stage> {
  const site = await Site.start(cluster)
  for (const image of images) await site.deploy(image)
  const proxy = await startProxy(cluster.connection)
  return {
    site,
    proxy,
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
    },
  }
}

/** How often the Deployment was really written to through the proxy. */
export function writes(proxy: ApiProxy): number {
  return proxy.count(write.method, write.path)
}
