import { kinds, type WorkloadName } from './kinds.ts'

/** One thing that the user has to be allowed to do in the namespace. */
export interface Right {
  readonly group: string
  /** `deployments`, `pods/log` */
  readonly resource: string
  readonly verb: string
  /** Undefined: any. */
  readonly name?: string
}

/** Without these nothing is done. */
export function neededRights(workloads: readonly WorkloadName[]): Right[] {
  const ofKind = workloads.flatMap(({ kind, name }) =>
    ['get', 'list', 'watch', 'patch'].map((verb) => ({ group: 'apps', resource: kinds[kind].plural, verb, name })),
  )
  const histories = [...new Set(workloads.map(({ kind }) => kinds[kind].history))]
  const lists = [
    ...histories.map((resource) => ({ group: 'apps', resource })),
    { group: '', resource: 'pods' },
    { group: '', resource: 'events' },
  ]
  return [...ofKind, ...lists.flatMap((one) => ['list', 'watch'].map((verb) => ({ ...one, verb })))]
}

/** Without these something is not checked or not shown, and a notice says so. */
export const usefulRights = [
  { group: '', resource: 'pods/log', verb: 'get' },
  { group: '', resource: 'configmaps', verb: 'get' },
  { group: '', resource: 'secrets', verb: 'get' },
  { group: '', resource: 'serviceaccounts', verb: 'get' },
] as const satisfies readonly Right[]

export type UsefulResource = (typeof usefulRights)[number]['resource']

/** To delete the one pod that keeps a StatefulSet from going on. */
export const recoveryRight: Right = { group: '', resource: 'pods', verb: 'delete' }

/** Questions to the API, one for each right, in their order. */
export function accessReviews(rights: readonly Right[], namespace: string): string {
  const items = rights.map(({ group, resource, verb, name }) => {
    const [plural, subresource] = resource.split('/')
    const resourceAttributes = { namespace, group, resource: plural, subresource, verb, name }
    return { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } }
  })
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

/** A Role with rights, ready to be applied. */
export function roleOf(rights: readonly Right[], namespace: string): string {
  const verbsOf = new Map<string, { readonly right: Right; readonly verbs: Set<string> }>()
  for (const right of rights) {
    const key = `${right.group}/${right.resource}`
    const entry = verbsOf.get(key) ?? { right, verbs: new Set<string>() }
    entry.verbs.add(right.verb)
    verbsOf.set(key, entry)
  }
  const rules = [...verbsOf.values()].map(
    ({ right, verbs }) =>
      `  - apiGroups: [${JSON.stringify(right.group)}]\n    resources: [${right.resource}]\n    verbs: [${[...verbs].join(', ')}]`,
  )
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    `metadata: { name: rollback, namespace: ${namespace} }`,
    'rules:',
    ...rules,
  ].join('\n')
}

/** For people: `patch deployments/api, list pods`. */
export function rightsText(rights: readonly Right[]): string {
  return rights
    .map(({ verb, resource, name }) => `${verb} ${resource}${name === undefined ? '' : `/${name}`}`)
    .join(', ')
}
