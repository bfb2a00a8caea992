import { test } from 'vitest'
import { said, verdict } from '../../bundle/bundle.ts'
import { neededRights, usefulRights } from '../users.ts'
import { describeWithCluster } from '../with-cluster.ts'
import { deployment } from '../workloads.ts'
import { leftBehind, Site } from './site.ts'

const rightsOfDeployments = [
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['pods', 'events'], verbs: ['list', 'watch'] },
]

describeWithCluster('the rights and the cluster of a rollback', (cluster) => {
  const prepare = async () => {
    const site = await Site.start(cluster())
    await site.deploy('app:1.0.0', { container: { env: [{ name: 'PASSWORD', value: 'hidden-value-1' }] } })
    await site.deploy('app:2.0.0', { container: { env: [{ name: 'PASSWORD', value: 'hidden-value-2' }] } })
    return site
  }

  test.concurrent('missing ones are printed as a Role, which is enough', async ({ expect }) => {
    await using site = await prepare()
    await using run = await site.run({}, { user: 'weak' })
    expect(verdict(run), run.log).toBe('refused missing-permission')
    expect(run.summary).toContain('kind: Role')
    await site.namespace.grant('weak', rightsOfDeployments)
    await using allowed = await site.run({}, { user: 'weak' })
    expect(verdict(allowed), allowed.log).toBe('rolled-back ok')
  })

  test.concurrent.for(
    rightsOfDeployments.flatMap(({ apiGroups, resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => [verb, resource, apiGroups[0]] as const)),
    ),
  )('%s %s is needed', async ([verb, resource], { expect }) => {
    await using site = await Site.start(cluster())
    await site.apply(deployment({ image: 'app:1.0.0' }))
    const rest = rightsOfDeployments.map((rule) => ({
      ...rule,
      verbs: rule.verbs.filter((one) => one !== verb || !rule.resources.includes(resource)),
    }))
    await site.namespace.grant(
      'weak',
      rest.filter(({ verbs }) => verbs.length > 0),
    )
    await using run = await site.run({ mode: 'plan' }, { user: 'weak' })
    expect(verdict(run), run.log).toBe('refused missing-permission')
    expect(run.log).toMatch(new RegExp(`may not .*${verb} ${resource}`))
  })

  test.concurrent('what may not be read is said', async ({ expect }) => {
    await using site = await Site.start(cluster())
    await site.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' } })
    const container = { envFrom: [{ secretRef: { name: 'token' } }] }
    for (const image of ['app:1.0.0', 'app:2.0.0']) await site.deploy(image, { container })
    await site.namespace.kubectl(['delete', 'secret', 'token'])
    await using run = await site.run({ mode: 'plan' })
    expect(verdict(run), run.log).toBe('planned ok')
    expect(run.log).toMatch(/Not checked whether the .*secrets.* exist/)
    await site.namespace.grant('action', usefulRights)
    await using known = await site.run({ mode: 'plan' })
    expect(verdict(known), known.log).toBe('no-target all-excluded')
  })

  test.concurrent('no secret is shown, and no kubeconfig is left', async ({ expect }) => {
    await using site = await prepare()
    await using run = await site.run()
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(said(run)).not.toContain(cluster().connection.tokens.action)
    expect(said(run)).not.toContain('hidden-value')
    expect(run.summary).toContain('env PASSWORD')
    expect(leftBehind(run)).toEqual([])
  })

  test.concurrent('another cluster is refused', async ({ expect }) => {
    await using site = await prepare()
    const { metadata } = await cluster().api().call<{ metadata: { uid: string } }>('/api/v1/namespaces/kube-system')
    const [wrong, hidden, right] = await Promise.all([
      site.run({ 'cluster-uid': crypto.randomUUID() }, { user: 'admin' }),
      site.run({ 'cluster-uid': metadata.uid }),
      site.run({ 'cluster-uid': metadata.uid, mode: 'plan' }, { user: 'admin' }),
    ])
    expect(verdict(wrong), wrong.log).toBe('refused wrong-cluster')
    expect(verdict(hidden), hidden.log).toBe('refused wrong-cluster')
    expect(verdict(right), right.log).toBe('planned ok')
    expect(right.report).toMatchObject({ cluster: { uid: metadata.uid } })
  })

  test.concurrent('what is not there is not found, before rights are missing', async ({ expect }) => {
    await using site = await prepare()
    const [missing, elsewhere] = await Promise.all([
      site.run({ workload: 'deployment/other' }),
      site.run({ namespace: 'kube-public' }, { user: 'weak' }),
    ])
    expect(verdict(missing), missing.log).toBe('refused not-found')
    expect(verdict(elsewhere), elsewhere.log).toBe('refused missing-permission')
  })

  test.concurrent('the kubeconfig of the job is used where none is given', async ({ expect }) => {
    await using site = await prepare()
    const file = cluster().kubeconfigFile({ user: 'action', namespace: site.namespace.name })
    await using run = await site.run({ kubeconfig: '' }, { env: { KUBECONFIG: file } })
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(run.report).toMatchObject({ cluster: { server: cluster().connection.server } })
    expect(site.processes).toBeLessThanOrEqual(12)
    await using none = await site.run({ kubeconfig: '' }, { env: { HOME: '/nonexistent', KUBECONFIG: undefined } })
    expect(verdict(none), none.log).toBe('refused invalid-input')
  })

  test.concurrent('a program that logs in is not run, unless that is allowed', async ({ expect }) => {
    await using site = await prepare()
    const { ca, server, tokens } = cluster().connection
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: tokens.action },
    }
    const exec = {
      apiVersion: credential.apiVersion,
      command: 'sh',
      args: ['-c', `echo '${JSON.stringify(credential)}'`],
      interactiveMode: 'Never',
    }
    const kubeconfig = JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: site.namespace.name } }],
      clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
      users: [{ name: 'u', user: { exec } }],
    })
    await using refused = await site.run({ kubeconfig })
    expect(verdict(refused), refused.log).toBe('refused exec-refused')
    await using run = await site.run({
      kubeconfig: Buffer.from(kubeconfig).toString('base64'),
      'allow-exec': 'true',
      mode: 'plan',
    })
    expect(verdict(run), run.log).toBe('planned ok')
  })

  test.concurrent.for<readonly [name: string, metadata: object, how: string]>([
    [
      'Argo CD',
      { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/app' } },
      'argocd app rollback shop',
    ],
    ['Flux', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' } }, 'flux suspend kustomization shop'],
    [
      'Helm',
      { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: { 'meta.helm.sh/release-name': 'shop' } },
      'helm rollback shop',
    ],
    [
      'the Shop big',
      {
        ownerReferences: [
          { apiVersion: 'example.com/v1', kind: 'Shop', name: 'big', uid: crypto.randomUUID(), controller: true },
        ],
      },
      'Change the Shop big',
    ],
  ])('what belongs to %s is left to it', async ([name, metadata, how], { expect }) => {
    await using site = await prepare()
    const patch = JSON.stringify({ metadata })
    const { exitCode, stderr } = await site.namespace.kubectl(['patch', 'deployment/app', '--type=merge', '-p', patch])
    expect(exitCode, stderr).toBe(0)
    await using run = await site.run()
    expect(verdict(run), run.log).toBe('refused managed-by-other')
    expect(run.log).toContain(name)
    expect(run.log).toContain(how)
    if (name.startsWith('the ')) return
    await using allowed = await site.run({ 'allow-managed': 'true', mode: 'plan' })
    expect(verdict(allowed), allowed.log).toBe('planned ok')
  })

  test.concurrent('all rights of the documentation are those that a test user has', ({ expect }) => {
    const known = new Set(
      neededRights.flatMap(({ resources, verbs }) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
      ),
    )
    for (const { resources, verbs } of rightsOfDeployments) {
      for (const resource of resources) for (const verb of verbs) expect(known).toContain(`${verb} ${resource}`)
    }
  })
})
