import path from 'node:path'

/** What a kubelet, a scheduler or the cloud would feed is left out: nothing here sends heartbeats. */
const controllers = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'job-controller',
  'endpointslice-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'resourcequota-controller',
  'serviceaccount-controller',
]

export function etcdFlags(folder: string, port: number): string[] {
  const url = `http://127.0.0.1:${port}`
  const peers = 'http://127.0.0.1:0'
  return [
    `--data-dir=${path.join(folder, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ]
}

export function apiFlags(folder: string, { etcdPort, apiPort }: { etcdPort: number; apiPort: number }): string[] {
  const file = (name: string) => path.join(folder, name)
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--external-hostname=localhost',
    `--secure-port=${apiPort}`,
    `--tls-cert-file=${file('tls.crt')}`,
    `--tls-private-key-file=${file('tls.key')}`,
    `--cert-dir=${file('certificates')}`,
    `--token-auth-file=${file('tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${file('service-accounts.key')}`,
    `--service-account-signing-key-file=${file('service-accounts.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--endpoint-reconciler-type=none',
    // The names of the nodes are in no DNS.
    '--kubelet-preferred-address-types=InternalIP',
    // It would mark a new node as not ready until a controller that is not here sees its heartbeat.
    '--disable-admission-plugins=TaintNodesByCondition',
    '--profiling=false',
  ]
}

export function controllerFlags(folder: string): string[] {
  return [
    `--kubeconfig=${path.join(folder, 'admin.kubeconfig')}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--use-service-account-credentials=false',
    `--service-account-private-key-file=${path.join(folder, 'service-accounts.key')}`,
    `--controllers=${controllers.join(',')}`,
    // By default 20 requests a second, which is a limit for a cluster that a few test files share.
    '--kube-api-qps=500',
    '--kube-api-burst=500',
  ]
}
