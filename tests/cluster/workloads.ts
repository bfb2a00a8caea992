/** What differs between the workloads of two tests. */
export interface WorkloadOptions {
  readonly name?: string
  /** Its tag says what becomes of the containers: see `kubelet/image.ts`. */
  readonly image: string
  readonly replicas?: number
  /** Merged into `spec`. */
  readonly spec?: object
  /** Merged into `spec.template.spec`. */
  readonly pod?: object
  /** Merged into the one container, which is called `app`. */
  readonly container?: object
}

/** A Deployment that replaces its pods one by one, and gives up after 60 s. */
export function deployment(options: WorkloadOptions): object {
  const { replicas = 1, spec } = options
  const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  return workload('Deployment', options, { replicas, progressDeadlineSeconds: 60, strategy, ...spec })
}

export function statefulSet(options: WorkloadOptions): object {
  const { name = 'app', replicas = 1, spec } = options
  return workload('StatefulSet', options, { replicas, serviceName: name, ...spec })
}

export function daemonSet(options: WorkloadOptions): object {
  return workload('DaemonSet', options, options.spec ?? {})
}

/** A Service in front of the pods of one workload. */
export function service(name = 'app'): object {
  const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] }
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }
}

function workload(kind: string, { name = 'app', image, pod, container }: WorkloadOptions, spec: object): object {
  const labels = { app: name }
  const containers = [{ name: 'app', image, ports: [{ containerPort: 8080 }], ...container }]
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers, ...pod } },
      ...spec,
    },
  }
}
