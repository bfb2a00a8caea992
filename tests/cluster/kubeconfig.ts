export interface KubeconfigOptions {
  readonly server: string
  /** PEM. */
  readonly ca: string
  readonly token: string
  /** By default `default`, as kubectl has it. */
  readonly namespace?: string
}

/** A kubeconfig with one context and all data in it. It is JSON, which is YAML. */
export function kubeconfig({ server, ca, token, namespace }: KubeconfigOptions): string {
  const name = 'test'
  const data = Buffer.from(ca).toString('base64')
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': data } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) } }],
    'current-context': name,
  })
}
