import type { BaseEdges } from '@deploy-safety/common/action'
import type { RunCommand } from '../command.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { complaintOf, jsonOf } from '../kubernetes/complaint.ts'
import { Kubectl } from '../kubernetes/kubectl.ts'
import { Stop } from '../outcome.ts'
import type { PrivateFolder } from '../private-folder.ts'
import type { ClusterInputs } from './cluster-inputs.ts'
import { type FindTool, ToolFailed } from './tool.ts'

export interface ClusterEdges extends Pick<BaseEdges, 'clock' | 'log' | 'signal'> {
  readonly runCommand: RunCommand
  readonly findTool: FindTool
  /** Where what has secrets in it lies. */
  readonly folder: Pick<PrivateFolder, 'path' | 'write'>
}

/** Prepares kubectl for one cluster; nothing is asked of it yet. @throws Stop */
export async function openCluster(inputs: ClusterInputs, edges: ClusterEdges): Promise<Cluster> {
  const { clock, log, signal, runCommand, folder } = edges
  refusePrograms(inputs)
  const file = await findKubectl(inputs, edges)
  const env = {
    ...inputs.env,
    ...(inputs.kubeconfig === undefined ? {} : { KUBECONFIG: folder.write('kubeconfig', inputs.kubeconfig.text) }),
    KUBECACHEDIR: `${folder.path}/cache`,
    // Preferences of the user of a runner can change what a command does.
    KUBERC: 'off',
  }
  const flags = inputs.context === undefined || inputs.kubeconfig !== undefined ? [] : [`--context=${inputs.context}`]
  const kubectl = new Kubectl({ file, flags, env, run: runCommand, clock, signal })
  const known = inputs.kubeconfig ?? (await jobContext(kubectl, inputs.env))
  await kubectl.findPrefix(known.server)
  return {
    kubectl,
    namespace: inputs.namespace ?? known.namespace ?? 'default',
    server: known.server,
    expectedUid: inputs.uid,
    writeFile: (name, text) => folder.write(name, text),
    ...{ clock, log, signal },
  }
}

function refusePrograms({ kubeconfig, allowExec }: ClusterInputs): void {
  if (kubeconfig?.program === undefined || allowExec) return
  const sentence = `The kubeconfig runs ${kubeconfig.program} to log in, and allow-exec is false`
  throw new Stop({ outcome: 'refused', reasonCode: 'exec-refused', sentence })
}

async function findKubectl(
  { kubectlVersion, env }: ClusterInputs,
  { findTool, runCommand, signal }: ClusterEdges,
): Promise<string> {
  try {
    return await findTool(kubectlVersion, { runCommand, env, signal })
  } catch (error) {
    if (!(error instanceof ToolFailed)) throw error
    throw new Stop({ outcome: 'failed', reasonCode: 'tool-failed', sentence: error.message }, error)
  }
}

interface KnownContext {
  readonly server: string
  readonly namespace: string | undefined
}

/** The context that the job has by `KUBECONFIG`, by ~/.kube/config, or as a pod of the cluster. @throws Stop */
async function jobContext(kubectl: Kubectl, env: Readonly<Record<string, string>>): Promise<KnownContext> {
  const result = await kubectl.view()
  const complaint = complaintOf(result)
  const { contexts, clusters } = complaint === undefined ? (jsonOf(result.stdout) as View) : {}
  const server = clusters?.[0]?.cluster?.server
  if (server !== undefined) return { server, namespace: contexts?.[0]?.context?.namespace }
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env
  if (host !== undefined)
    return { server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`, namespace: undefined }
  const said = complaint === undefined || /current-context must exist/.test(complaint.text) ? '' : `: ${complaint.text}`
  const sentence = `There is no cluster: the input kubeconfig is empty, and the job has none${said}`
  const nextStep = 'Set kubeconfig, or log in to the cluster in a step before.'
  throw new Stop({ outcome: 'refused', reasonCode: 'invalid-input', sentence, nextStep })
}

interface View {
  readonly contexts?: readonly { readonly context?: { readonly namespace?: string } }[] | null
  readonly clusters?: readonly { readonly cluster?: { readonly server?: string } }[] | null
}
