/** The kinds of workloads, and where the API has them and their history. */
export const kinds = {
  deployment: { kind: 'Deployment', plural: 'deployments', history: 'replicasets' },
  statefulset: { kind: 'StatefulSet', plural: 'statefulsets', history: 'controllerrevisions' },
  daemonset: { kind: 'DaemonSet', plural: 'daemonsets', history: 'controllerrevisions' },
} as const

export type KindName = keyof typeof kinds

/** A workload as the input names it. */
export interface WorkloadName {
  readonly kind: KindName
  readonly name: string
}

/** `deployment/api` */
export function textOf({ kind, name }: WorkloadName): string {
  return `${kind}/${name}`
}
