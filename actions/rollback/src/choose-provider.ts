import { openCluster } from './cluster-access/open-cluster.ts'
import type { Inputs } from './inputs.ts'
import { KubernetesProvider } from './kubernetes/provider.ts'
import { Stop } from './outcome.ts'
import type { Provider } from './provider.ts'
import type { Edges } from './step.ts'

/** The platform that is asked for. @throws Stop when it cannot even be prepared */
export async function chooseProvider(
  { provider, cluster, mode, origin, timeoutMs }: Inputs,
  edges: Edges,
): Promise<Provider> {
  const opened = await openCluster(cluster, edges)
  const from = { ...origin, at: edges.clock.date().toISOString() }
  if (provider.name === 'kubernetes') {
    return new KubernetesProvider(opened, { ...provider, timeoutMs, isForRecord: mode === 'record' }, from)
  }
  throw new Stop({ outcome: 'refused', reasonCode: 'invalid-input', sentence: `${provider.name} is not built yet` })
}
