import * as v from 'valibot'
import { unexpected } from './complaint.ts'

/** What is read of the objects of Kubernetes; all else in them is kept and passed over. */
const labels = v.optional(v.record(v.string(), v.string()), {})

const ownerReference = v.looseObject({
  kind: v.string(),
  name: v.string(),
  uid: v.string(),
  controller: v.optional(v.boolean(), false),
})

const managedFields = v.looseObject({
  manager: v.optional(v.string(), ''),
  time: v.optional(v.string(), ''),
  subresource: v.optional(v.string(), ''),
  fieldsV1: v.optional(v.record(v.string(), v.unknown()), {}),
})

const metadata = v.looseObject({
  name: v.string(),
  namespace: v.optional(v.string(), ''),
  uid: v.string(),
  resourceVersion: v.optional(v.string(), ''),
  generation: v.optional(v.number(), 0),
  creationTimestamp: v.optional(v.string(), ''),
  deletionTimestamp: v.optional(v.string()),
  labels,
  annotations: v.optional(v.record(v.string(), v.string())),
  ownerReferences: v.optional(v.array(ownerReference), []),
  managedFields: v.optional(v.array(managedFields), []),
})

const json = v.record(v.string(), v.unknown())
const count = v.optional(v.number(), 0)

const condition = v.looseObject({
  type: v.string(),
  status: v.string(),
  reason: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
})

const requirement = v.looseObject({
  key: v.string(),
  operator: v.string(),
  values: v.optional(v.array(v.string()), []),
})
const selector = v.looseObject({ matchLabels: labels, matchExpressions: v.optional(v.array(requirement), []) })

const workloadObject = v.looseObject({
  kind: v.string(),
  metadata,
  spec: v.looseObject({
    replicas: v.optional(v.number()),
    paused: v.optional(v.boolean(), false),
    selector,
    template: json,
    updateStrategy: v.optional(
      v.looseObject({
        type: v.optional(v.string(), 'RollingUpdate'),
        rollingUpdate: v.optional(v.looseObject({ partition: count }), { partition: 0 }),
      }),
    ),
    podManagementPolicy: v.optional(v.string(), ''),
  }),
  status: v.optional(
    v.looseObject({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
      unavailableReplicas: count,
      currentRevision: v.optional(v.string(), ''),
      updateRevision: v.optional(v.string(), ''),
      desiredNumberScheduled: count,
      updatedNumberScheduled: count,
      numberAvailable: count,
      conditions: v.optional(v.array(condition), []),
    }),
    {},
  ),
})

const replicaSet = v.looseObject({
  metadata,
  spec: v.looseObject({ replicas: count, template: json }),
  status: v.optional(v.looseObject({ replicas: count, availableReplicas: count }), {}),
})

const controllerRevision = v.looseObject({
  metadata,
  revision: v.number(),
  data: v.looseObject({ spec: v.looseObject({ template: json }) }),
})

const terminated = v.looseObject({
  exitCode: v.optional(v.number(), 0),
  reason: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
})

const containerState = v.optional(
  v.looseObject({
    waiting: v.optional(v.looseObject({ reason: v.optional(v.string(), ''), message: v.optional(v.string(), '') })),
    terminated: v.optional(terminated),
  }),
  {},
)

const containerStatus = v.looseObject({
  name: v.string(),
  image: v.optional(v.string(), ''),
  restartCount: count,
  state: containerState,
  lastState: containerState,
})

const pod = v.looseObject({
  metadata,
  spec: v.optional(
    v.looseObject({ containers: v.optional(v.array(v.looseObject({ image: v.optional(v.string(), '') })), []) }),
    {},
  ),
  status: v.optional(
    v.looseObject({
      phase: v.optional(v.string(), ''),
      conditions: v.optional(v.array(condition), []),
      containerStatuses: v.optional(v.array(containerStatus), []),
      initContainerStatuses: v.optional(v.array(containerStatus), []),
    }),
    {},
  ),
})

const event = v.looseObject({
  metadata,
  type: v.optional(v.string(), ''),
  reason: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
  involvedObject: v.looseObject({
    kind: v.optional(v.string(), ''),
    name: v.optional(v.string(), ''),
    uid: v.optional(v.string(), ''),
  }),
  lastTimestamp: v.optional(v.nullable(v.string())),
  eventTime: v.optional(v.nullable(v.string())),
})

const service = v.looseObject({
  metadata,
  spec: v.looseObject({ selector: v.optional(v.record(v.string(), v.string())), type: v.optional(v.string(), '') }),
})

const endpointSlice = v.looseObject({
  endpoints: v.optional(
    v.nullable(
      v.array(
        v.looseObject({
          conditions: v.optional(v.looseObject({ ready: v.optional(v.nullable(v.boolean())) }), {}),
          targetRef: v.optional(v.looseObject({ kind: v.optional(v.string(), ''), name: v.optional(v.string(), '') })),
        }),
      ),
    ),
  ),
})

export type WorkloadObject = v.InferOutput<typeof workloadObject>
export type ReplicaSet = v.InferOutput<typeof replicaSet>
export type ControllerRevision = v.InferOutput<typeof controllerRevision>
export type Pod = v.InferOutput<typeof pod>
export type KubernetesEvent = v.InferOutput<typeof event>
export type Service = v.InferOutput<typeof service>
export type EndpointSlice = v.InferOutput<typeof endpointSlice>
export type Metadata = v.InferOutput<typeof metadata>
export type ContainerStatus = v.InferOutput<typeof containerStatus>
/** The template of pods, as the API has it. */
export type Template = v.InferOutput<typeof json>

const schemas = {
  workload: workloadObject,
  replicaSet,
  controllerRevision,
  pod,
  event,
  service,
  endpointSlice,
} as const
type Schemas = typeof schemas

/** @throws KubectlError, when it is not what it should be */
export function read<Name extends keyof Schemas>(name: Name, value: unknown): v.InferOutput<Schemas[Name]> {
  const result = v.safeParse<Schemas[Name]>(schemas[name], value)
  if (result.success) return result.output
  const [issue] = result.issues
  throw unexpected(`no ${name} as it should be: ${issue.message}`)
}

/** The items of a list. @throws KubectlError */
export function readList<Name extends keyof Schemas>(name: Name, value: unknown): v.InferOutput<Schemas[Name]>[] {
  const result = v.safeParse(list, value)
  if (!result.success) throw unexpected(`no list of ${name}`)
  return (result.output.items ?? []).map((item) => read(name, item))
}

const list = v.looseObject({ items: v.nullable(v.array(v.unknown())) })
