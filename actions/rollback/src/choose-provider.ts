import { BlueGreenProvider } from './blue-green/provider.ts'
import { openCluster } from './cluster-access/open-cluster.ts'
import type { Inputs } from './inputs.ts'
import { KubernetesProvider } from './kubernetes/provider.ts'
import type { Provider } from './provider.ts'
import type { Edges } from './step.ts'

/** The platform that is asked for. @throws Stop when it cannot even be prepared */
export async function chooseProvider(
  { provider, cluster, mode, origin, timeoutMs }: Inputs,
  edges: Edges,
): Promise<Provider> {
  const opened = await openCluster(cluster, edges)
  const from = { ...origin, at: edges.clock.date().toISOString() }
  const isForRecord = mode === 'record'
  return provider.name === 'kubernetes'
    ? new KubernetesProvider(opened, { ...provider, timeoutMs, isForRecord }, from)
    : new BlueGreenProvider(opened, { ...provider, isForRecord }, from)
}
