import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
import { parse } from 'yaml'
import { contract } from '../src/contract.ts'
import { read, refusal } from './support/reading.ts'

beforeEach(() => {
  // Secrets are masked there.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const run = 'https://github.com/octo-org/octo-app/actions/runs/77'
const blueGreen = { provider: 'blue-green', workload: '', service: 'shop', 'selector-key': 'slot' }

describe('with nothing but what is required', () => {
  it('every default can be read', async () => {
    const { cluster: _, repository: __, ...inputs } = await read()
    expect(inputs).toEqual({
      mode: 'execute',
      provider: {
        name: 'kubernetes',
        workloads: [{ kind: 'deployment', name: 'api' }],
        recoverStuckPods: false,
        allowManaged: false,
      },
      to: 'last-known-good',
      expectedCurrent: undefined,
      deny: [],
      sources: ['record', 'github-deployments', 'cluster', 'provider'],
      requireEvidence: false,
      recordPath: '',
      ...{ timeoutMs: 600_000, convergeMs: 300_000, stabilityMs: 30_000 },
      verification: undefined,
      migrations: undefined,
      origin: { run, by: 'dave', reason: `job rollback of ${run}` },
      commit: 'c0ffee'.padEnd(40, '0'),
      secrets: ['ghs_token'],
      notices: [],
    })
  })

  it('a blank input is its default', async () => {
    const optional = Object.keys(contract.inputs).filter((name) => !['provider', 'workload'].includes(name))
    const { repository: _, cluster: __, ...blank } = await read(Object.fromEntries(optional.map((name) => [name, ' '])))
    const { repository: ___, cluster: ____, ...usual } = await read()
    expect({ ...blank, secrets: usual.secrets }).toEqual(usual)
  })

  it('a default is what stands in action.yml', () => {
    const { inputs } = parse(readFileSync(new URL('../action.yml', import.meta.url), 'utf8'))
    const defaults = Object.entries<{ default?: string }>(inputs).map(([name, input]) => [name, input.default ?? ''])
    expect(Object.fromEntries(defaults)).toEqual(contract.inputs)
  })
})

describe('what is given', () => {
  it('is taken for Kubernetes', async () => {
    const inputs = await read({
      ...{ mode: 'plan', to: 'revision:3', 'expected-current': 'tag:1.5.0', reason: 'broken `login`' },
      ...{ evidence: 'cluster', 'require-evidence': 'true', 'record-path': 'state/record.json' },
      ...{ deny: ' 1.4.0, revision:2\n\ntag:x ', timeout: '20m', 'converge-timeout': '10m', 'stability-window': '0s' },
      ...{ 'recover-stuck-pods': 'true', 'allow-managed': 'true', migrations: 'db/**', 'on-migrations': 'block' },
    })
    expect(inputs).toMatchObject({
      mode: 'plan',
      provider: { recoverStuckPods: true, allowManaged: true },
      sources: ['cluster'],
      requireEvidence: true,
      recordPath: 'state/record.json',
      deny: [
        { kind: 'any', text: '1.4.0' },
        { kind: 'revision', text: '2' },
        { kind: 'tag', text: 'x' },
      ],
      ...{ timeoutMs: 1_200_000, convergeMs: 600_000, stabilityMs: 0 },
      migrations: { action: 'block' },
      origin: { reason: 'broken `login`' },
    })
    expect(inputs.to).toHaveProperty('of')
    expect(typeof inputs.to === 'object' && inputs.to.of('deployment/api')).toEqual({ kind: 'revision', text: '3' })
    expect(inputs.expectedCurrent?.of('deployment/api')).toEqual({ kind: 'tag', text: '1.5.0' })
  })

  test.each(['shop', 'service/shop', 'svc/shop'])('is taken for blue-green: %s', async (service) => {
    const { provider } = await read({ ...blueGreen, service, 'allow-managed': 'true' })
    expect(provider).toEqual({ name: 'blue-green', service: 'shop', selectorKey: 'slot', allowManaged: true })
  })

  test.each([
    ['deployment/api', 'deployment'],
    ['Deployment/api', 'deployment'],
    ['deployments/api', 'deployment'],
    ['deployments.apps/api', 'deployment'],
    ['deployment.apps/api', 'deployment'],
    ['deploy/api', 'deployment'],
    ['sts/api', 'statefulset'],
    ['StatefulSets/api', 'statefulset'],
    ['ds/api', 'daemonset'],
    ['daemonset/api', 'daemonset'],
  ])('workload %s is a %s', async (workload, kind) => {
    const { provider } = await read({ workload })
    expect(provider).toMatchObject({ workloads: [{ kind, name: 'api' }] })
  })

  it('each line of workload is one', async () => {
    const { provider } = await read({ workload: 'deployment/api\n\n sts/db \r\ndaemonset/log.v1\n' })
    const names = ['deployment/api', 'statefulset/db', 'daemonset/log.v1']
    expect(provider).toMatchObject({ workloads: names.map((name) => ({ name: name.split('/')[1] })) })
  })

  it('twenty workloads are not too many', async () => {
    const { provider } = await read({ workload: lines(20) })
    expect(provider).toHaveProperty('workloads.length', 20)
  })

  test.each([
    ['4m', 240_000],
    ['5m', 300_000],
    ['6m', 300_000],
  ])('with timeout %s the usual time to converge is clipped to %d ms', async (timeout, convergeMs) => {
    expect(await read({ timeout })).toMatchObject({ convergeMs })
  })

  it('a long reason is cut, and half a character is none', async () => {
    const { origin } = await read({ reason: `${'x'.repeat(999)}😀` })
    expect(origin.reason).toBe(`${'x'.repeat(999)}\ufffd`)
  })

  it('without a run there is no reason', async () => {
    const { origin } = await read({}, { GITHUB_RUN_ID: '', GITHUB_JOB: '' })
    expect(origin).toEqual({ run: '', by: 'dave', reason: '' })
  })
})

const lines = (count: number) => Array.from({ length: count }, (_, index) => `deployment/api-${index}`).join('\n')

describe('the repository', () => {
  it('is that of the run', async () => {
    const { repository } = await read()
    expect(repository).toMatchObject({
      ...{ workspace: '/work', apiUrl: 'https://api.github.com', repository: 'octo-org/octo-app', token: 'ghs_token' },
    })
  })

  it('may be on a server of one’s own, and be read by nobody', async () => {
    const given = { GITHUB_API_URL: 'https://ghe.example.com/api/v3/', GITHUB_WORKSPACE: '' }
    const { repository, secrets } = await read({ 'github-token': '' }, given)
    expect(repository).toMatchObject({ apiUrl: 'https://ghe.example.com/api/v3', workspace: process.cwd(), token: '' })
    expect(secrets).toEqual([])
    expect((await read({}, { GITHUB_API_URL: '' })).repository.apiUrl).toBe('https://api.github.com')
  })
})

describe('it is refused', () => {
  test.each<[Record<string, string>, string]>([
    [{ provider: '' }, '"provider" is missing'],
    [{ provider: 'Kubernetes' }, '"provider"'],
    [{ workload: '' }, '"workload" is missing'],
    [{ workload: 'api' }, '"api" is no workload'],
    [{ workload: 'pod/api' }, '"pod/api" is no workload'],
    [{ workload: 'deployment/' }, 'is no workload'],
    [{ workload: 'deployment/-api' }, '"-api" is no name'],
    [{ workload: 'deployment/API' }, '"API" is no name'],
    [{ workload: 'deployment/a/b' }, '"a/b" is no name'],
    [{ workload: 'deployment/api --server=x' }, 'is no name'],
    [{ workload: `deployment/${'a'.repeat(254)}` }, 'is no name'],
    [{ workload: 'constructor/api' }, 'is no workload'],
    [{ workload: 'deploy/api\ndeployment/api' }, '"deployment/api" is there twice'],
    [{ workload: lines(21) }, 'there are 21 workloads'],
    [{ mode: 'undo' }, '"mode"'],
    [{ to: '--server=x' }, '"to"'],
    [{ to: 'deployment/db=1.4.0' }, '"to" names a version for deployment/db'],
    [{ 'expected-current': '-n' }, '"expected-current"'],
    [{ 'expected-current': 'deployment/apl=1.4.0' }, '"expected-current" names a version for deployment/apl'],
    [{ workload: lines(2), to: 'deployment/api-0=1.4.0' }, '"to" names no version for deployment/api-1'],
    [{ deny: '1.4.0, a b' }, '"deny"'],
    [{ evidence: 'cluster,record' }, '"evidence"'],
    [{ evidence: 'provider', 'require-evidence': 'true' }, 'require-evidence refuses what is unproven'],
    [{ evidence: 'record' }, 'record-path is empty'],
    [{ evidence: 'github-deployments' }, 'evidence is github-deployments, which this version does not read yet'],
    [{ mode: 'record', to: 'previous' }, 'Mode record'],
    [{ 'on-migrations': 'block' }, 'migrations is empty'],
    [{ 'on-migrations': 'stop', migrations: 'db/**' }, '"on-migrations"'],
    [{ timeout: '0s' }, '"timeout": "0s" is no time'],
    [{ timeout: 'soon' }, '"timeout"'],
    [{ 'converge-timeout': '11m' }, 'is longer than timeout ('],
    [{ 'converge-timeout': '0s' }, '"converge-timeout"'],
    [{ 'stability-window': '10m' }, 'stability-window (10m) do not fit into timeout'],
    [
      { 'verify-url': 'https://example.com', 'verify-soak': '9m31s', 'stability-window': '29s' },
      'stability-window and verify-soak together',
    ],
    [{ namespace: 'kube.system' }, '"namespace"'],
    [{ namespace: '-A' }, '"namespace"'],
    [{ context: '--kubeconfig=x' }, '"context"'],
    [{ 'cluster-uid': 'production' }, '"cluster-uid"'],
    [{ 'kubectl-version': 'latest' }, '"kubectl-version"'],
    [{ 'recover-stuck-pods': 'yes' }, '"recover-stuck-pods"'],
    [{ 'allow-managed': '1' }, '"allow-managed"'],
    [{ 'require-evidence': 'on' }, '"require-evidence"'],
    [{ ...blueGreen, service: '' }, '"service" is missing'],
    [{ ...blueGreen, service: 'deployment/shop' }, '"deployment/shop" is no name'],
    [{ ...blueGreen, 'selector-key': '' }, '"selector-key" is missing'],
    [{ ...blueGreen, 'selector-key': '-l' }, '"selector-key"'],
    [{ ...blueGreen, 'selector-key': 'a/b/c' }, '"selector-key"'],
    [{ ...blueGreen, to: 'deployment/shop=green' }, '"to" names a version for deployment/shop'],
  ])('%j', async (given, message) => {
    expect(await refusal(given)).toContain(message)
  })

  it('but not where it just fits', async () => {
    await read({ 'converge-timeout': '10m', 'stability-window': '9m59s' })
    await read({ timeout: '10m', 'stability-window': '599999ms' })
    await read({ 'converge-timeout': '1ms' })
    await read({ evidence: 'provider' })
    await read({ evidence: 'record', 'record-path': 'record.json' })
    await read({ to: 'deployment/api=1.4.0', 'expected-current': 'deployment/api=1.5.0' })
    await read({ mode: 'record', to: 'last-known-good' })
    await read({ ...blueGreen, 'selector-key': 'example.com/slot', to: 'slot=green' })
  })
})

describe('an input that is not used', () => {
  test.each<[Record<string, string>, string[]]>([
    [{ service: 'shop', 'selector-key': 'slot' }, ['service', 'selector-key']],
    [{ ...blueGreen, workload: 'deployment/api' }, ['workload']],
    [{ ...blueGreen, 'recover-stuck-pods': 'true' }, ['recover-stuck-pods']],
    [{ ...blueGreen, 'recover-stuck-pods': 'false' }, []],
    [{ mode: 'record', 'verify-url': 'https://example.com' }, ['verify-url']],
    [{ mode: 'plan', 'verify-url': 'https://example.com' }, []],
  ])('%j is a warning', async (given, names) => {
    const { notices } = await read(given)
    expect(notices.map(({ message }) => /"(.*?)"/.exec(message)?.[1])).toEqual(names)
  })
})
