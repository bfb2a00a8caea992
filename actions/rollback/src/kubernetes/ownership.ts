import type { Metadata } from './objects.ts'

/** Who owns an object and would undo what others write to it. */
export interface Owner {
  /** `Argo CD` */
  readonly name: string
  /** How to roll back there. */
  readonly instead: string
}

/** Finds the owner from what it leaves on the object; undefined: nobody. */
export function ownerOf({ name, namespace, ...metadata }: Metadata): Owner | undefined {
  const { labels, ownerReferences } = metadata
  const annotations = metadata.annotations ?? {}
  const label = (key: string) => labels[key]
  const isManagedBy = (pattern: RegExp) => metadata.managedFields.some(({ manager }) => pattern.test(manager))
  const controller = ownerReferences.find((reference) => reference.controller)
  const argo = annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? label('argocd.argoproj.io/instance')
  if (argo !== undefined) return argoCd(argo)
  if (isManagedBy(/^argocd/)) return argoCd(label('app.kubernetes.io/instance') ?? '<application>')
  const helmRelease = label('helm.toolkit.fluxcd.io/name')
  const fluxNamespace = label('helm.toolkit.fluxcd.io/namespace') ?? label('kustomize.toolkit.fluxcd.io/namespace')
  if (helmRelease !== undefined) {
    const target = `${helmRelease} -n ${fluxNamespace ?? namespace}`
    return {
      name: `Flux (HelmRelease ${helmRelease})`,
      instead: `Revert the commit in Git, or run "flux suspend helmrelease ${target}" first and resume it when Git is right.`,
    }
  }
  const kustomization = label('kustomize.toolkit.fluxcd.io/name')
  if (kustomization !== undefined || isManagedBy(/^kustomize-controller$/)) {
    const target = `${kustomization ?? '<name>'} -n ${fluxNamespace ?? 'flux-system'}`
    return {
      name: `Flux (Kustomization ${kustomization ?? 'unknown'})`,
      instead: `Revert the commit in Git, or run "flux suspend kustomization ${target}" first and resume it when Git is right.`,
    }
  }
  if (controller !== undefined) return operator(controller, namespace)
  if (isManagedBy(/^(rollouts-controller|argo-rollouts)/) || annotations['argo-rollouts.argoproj.io/managed-by-rollouts'] !== undefined) {
    const rollout = annotations['argo-rollouts.argoproj.io/managed-by-rollouts'] ?? name
    return { name: 'Argo Rollouts', instead: `Run "kubectl argo rollouts undo ${rollout} -n ${namespace}".` }
  }
  const release = annotations['meta.helm.sh/release-name']
  if (release !== undefined && label('app.kubernetes.io/managed-by') === 'Helm') {
    const target = `${release} -n ${annotations['meta.helm.sh/release-namespace'] ?? namespace}`
    return {
      name: `Helm (release ${release})`,
      instead: `Run "helm history ${target}" and "helm rollback ${target} <revision> --wait": otherwise the next helm upgrade starts from what is no longer true.`,
    }
  }
  return undefined
}

function argoCd(application: string): Owner {
  return {
    name: `Argo CD (application ${application})`,
    instead: `Revert the commit in Git and sync, or disable auto-sync and run "argocd app rollback ${application}".`,
  }
}

function operator({ kind, name }: { readonly kind: string; readonly name: string }, namespace: string): Owner {
  if (kind === 'Rollout') {
    return { name: `Argo Rollouts (Rollout ${name})`, instead: `Run "kubectl argo rollouts undo ${name} -n ${namespace}".` }
  }
  if (kind === 'Canary') {
    return { name: `Flagger (Canary ${name})`, instead: `Roll back the Deployment that the Canary ${name} targets: Flagger then promotes it.` }
  }
  return { name: `the ${kind} ${name}`, instead: `Change the ${kind} ${name}: its controller writes this object.` }
}
