import type { Metadata } from './objects.ts'

/** Who owns an object and would undo what others write to it. */
export interface Owner {
  /** `Argo CD (application shop)` */
  readonly name: string
  /** How to roll back there. */
  readonly instead: string
}

/** Finds the owner from what it leaves on the object; undefined: nobody. */
export function ownerOf(metadata: Metadata): Owner | undefined {
  const signs = [argoCd, fluxHelm, fluxKustomize, controller, argoRollouts, helm]
  for (const sign of signs) {
    const owner = sign(metadata)
    if (owner !== undefined) return owner
  }
  return undefined
}

function argoCd({ annotations = {}, labels, managedFields }: Metadata): Owner | undefined {
  const tracked = annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance']
  // This label alone is also that of Helm.
  const instance = isManagedBy(/^argocd/, managedFields)
    ? (labels['app.kubernetes.io/instance'] ?? '<name>')
    : undefined
  const application = tracked ?? instance
  if (application === undefined) return undefined
  return {
    name: `Argo CD (application ${application})`,
    instead: `Revert the commit in Git and sync, or disable auto-sync and run "argocd app rollback ${application}".`,
  }
}

function fluxHelm({ namespace, labels }: Metadata): Owner | undefined {
  const release = labels['helm.toolkit.fluxcd.io/name']
  if (release === undefined) return undefined
  return flux('HelmRelease', release, labels['helm.toolkit.fluxcd.io/namespace'] ?? namespace)
}

function fluxKustomize({ labels, managedFields }: Metadata): Owner | undefined {
  const name = labels['kustomize.toolkit.fluxcd.io/name']
  if (name === undefined && !isManagedBy(/^kustomize-controller$/, managedFields)) return undefined
  return flux('Kustomization', name ?? '<name>', labels['kustomize.toolkit.fluxcd.io/namespace'] ?? 'flux-system')
}

function flux(kind: string, name: string, namespace: string): Owner {
  const target = `${kind.toLowerCase()} ${name} -n ${namespace}`
  return {
    name: `Flux (${kind} ${name})`,
    instead: `Revert the commit in Git, or run "flux suspend ${target}" first and resume it when Git is right.`,
  }
}

function controller({ namespace, ownerReferences }: Metadata): Owner | undefined {
  const owner = ownerReferences.find((reference) => reference.controller)
  if (owner === undefined) return undefined
  const { kind, name } = owner
  if (kind === 'Rollout') return rollout(name, namespace)
  if (kind === 'Canary') {
    return {
      name: `Flagger (Canary ${name})`,
      instead: `Roll back the Deployment that the Canary ${name} targets: Flagger then promotes it.`,
    }
  }
  return { name: `the ${kind} ${name}`, instead: `Change the ${kind} ${name}: its controller writes this object.` }
}

function argoRollouts({ name, namespace, annotations = {}, managedFields }: Metadata): Owner | undefined {
  const managed = annotations['argo-rollouts.argoproj.io/managed-by-rollouts']
  if (managed === undefined && !isManagedBy(/^(rollouts-controller|argo-rollouts)/, managedFields)) return undefined
  return rollout(managed ?? name, namespace)
}

function rollout(name: string, namespace: string): Owner {
  return {
    name: `Argo Rollouts (Rollout ${name})`,
    instead: `Run "kubectl argo rollouts undo ${name} -n ${namespace}".`,
  }
}

function helm({ namespace, annotations = {}, labels }: Metadata): Owner | undefined {
  const release = annotations['meta.helm.sh/release-name']
  if (release === undefined || labels['app.kubernetes.io/managed-by'] !== 'Helm') return undefined
  const target = `${release} -n ${annotations['meta.helm.sh/release-namespace'] ?? namespace}`
  return {
    name: `Helm (release ${release})`,
    instead: `Run "helm history ${target}" and then "helm rollback ${release} <revision> --wait": otherwise the next helm upgrade starts from what is no longer true.`,
  }
}

function isManagedBy(pattern: RegExp, managedFields: Metadata['managedFields']): boolean {
  return managedFields.some(({ manager }) => pattern.test(manager ?? ''))
}
