import { randomBytes } from 'node:crypto'

/**
 * Who the control plane knows, by token. `admin` may do everything; `weak` nothing but what a test grants; `action` has
 * in each namespace of a test exactly what the documentation of the action asks for.
 */
const userNames = ['admin', 'weak', 'action'] as const
export type UserName = (typeof userNames)[number]
export type Tokens = Readonly<Record<UserName, string>>

export function createTokens(): Tokens {
  const token = () => randomBytes(16).toString('hex')
  return { admin: token(), weak: token(), action: token() }
}

/** The file that the API server reads: token, name, id and groups, one user a line. */
export function tokenFile(tokens: Tokens): string {
  return userNames
    .map((name) => `${tokens[name]},${name},${name},${name === 'admin' ? '"system:masters"' : ''}\n`)
    .join('')
}

/** A rule of a Role, as RBAC has it. */
export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

/** What the action `rollback` needs in a namespace, whatever the kind of the workload. */
export const neededRights: readonly Rule[] = [
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'daemonsets'],
    verbs: ['get', 'list', 'watch', 'patch'],
  },
  { apiGroups: ['apps'], resources: ['replicasets', 'controllerrevisions'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['pods', 'events'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['services'], verbs: ['get', 'patch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
]

/** What it only gives a notice about when it is missing. */
export const usefulRights: readonly Rule[] = [
  { apiGroups: [''], resources: ['pods/log', 'configmaps', 'secrets', 'serviceaccounts'], verbs: ['get'] },
]
