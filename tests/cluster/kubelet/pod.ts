/** What the kubelet reads of a pod, as the API has it. */
export interface Pod {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly deletionTimestamp?: string
    readonly deletionGracePeriodSeconds?: number
  }
  readonly spec: {
    readonly nodeName?: string
    readonly nodeSelector?: Readonly<Record<string, string>>
    readonly affinity?: { readonly nodeAffinity?: NodeAffinity }
    readonly restartPolicy: 'Always' | 'OnFailure' | 'Never'
    readonly containers: readonly Container[]
    readonly volumes?: readonly Volume[]
  }
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly terminationMessagePolicy?: 'File' | 'FallbackToLogsOnError'
  readonly env?: readonly {
    readonly valueFrom?: { readonly secretKeyRef?: Reference; readonly configMapKeyRef?: Reference }
  }[]
  readonly envFrom?: readonly { readonly secretRef?: Reference; readonly configMapRef?: Reference }[]
}

interface Volume {
  readonly name: string
  readonly secret?: { readonly secretName: string; readonly optional?: boolean }
  readonly configMap?: Reference
}

export interface Reference {
  readonly name: string
  readonly key?: string
  readonly optional?: boolean
}

interface NodeAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: {
    readonly nodeSelectorTerms: readonly {
      readonly matchFields?: readonly { readonly key: string; readonly values: readonly string[] }[]
    }[]
  }
}

/** The path of a pod in the API. */
export function pathOf({ metadata: { namespace, name } }: Pod): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}`
}

/** `name_namespace(uid)`, as the messages of a kubelet have it. */
export function fullName({ metadata: { namespace, name, uid } }: Pod): string {
  return `${name}_${namespace}(${uid})`
}
