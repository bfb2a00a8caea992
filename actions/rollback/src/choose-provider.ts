import { BlueGreenProvider } from './blue-green/provider.ts'
import { type ClusterEdges, openCluster } from './cluster-access/open-cluster.ts'
import type { Inputs } from './inputs.ts'
import { KubernetesProvider } from './kubernetes/provider.ts'
import type { Provider } from './provider.ts'

/** The platform that is asked for. @throws Stop when it cannot even be prepared */
export async function chooseProvider(
  { provider, cluster, mode, origin, timeoutMs }: Inputs,
  edges: ClusterEdges,
): Promise<Provider> {
  const opened = await openCluster(cluster, edges)
  const from = { ...origin, at: edges.clock.date().toISOString() }
  const isForRecord = mode === 'record'
  return provider.name === 'kubernetes'
    ? new KubernetesProvider(opened, { ...provider, timeoutMs, isForRecord }, from)
    : new BlueGreenProvider(opened, { ...provider, isForRecord }, from)
}
