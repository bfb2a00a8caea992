import { describe, expect, it, test } from 'vitest'
import { KubectlError } from '../../src/kubernetes/complaint.ts'
import { type Answer, lost, ok, playKubectl, refused, says, silence } from '../support/played-kubectl.ts'

describe('a command', () => {
  it('is an argument list, with a time for each request in front', async () => {
    const { kubectl, commands } = playKubectl(ok({}))
    await kubectl.command(['get', 'pods', '-l', 'app=a b;c'])
    expect(commands).toEqual([
      {
        file: '/bin/kubectl',
        args: ['--request-timeout=10s', '--context=shop', 'get', 'pods', '-l', 'app=a b;c'],
        env: { HOME: '/root' },
        limitMs: 30_000,
      },
    ])
  })

  it('that reads is tried three times, after one and three seconds', async () => {
    const { kubectl, clock, verbs } = playKubectl(lost, refused, ok({ items: [] }))
    expect(await kubectl.get('/api/v1/pods')).toEqual({ items: [] })
    expect(verbs()).toEqual(['get', 'get', 'get'])
    expect(clock.now()).toBe(4_000)
  })

  it('that does not even end in time is not tried again', async () => {
    const { kubectl, commands } = playKubectl(silence)
    await expect(kubectl.get('/api/v1/pods')).rejects.toThrow('no response in time')
    expect(commands).toHaveLength(1)
  })

  it('that reads is not tried a fourth time', async () => {
    const { kubectl, clock, commands } = playKubectl(refused, refused, refused)
    await expect(kubectl.get('/api/v1/pods')).rejects.toThrow(KubectlError)
    expect([commands.length, clock.now()]).toEqual([3, 4_000])
  })

  it('that does not read is never tried again', async () => {
    const { kubectl, commands } = playKubectl(lost)
    await expect(kubectl.command(['patch', 'deployment/app'])).rejects.toThrow('the connection was closed')
    expect(commands).toHaveLength(1)
  })

  test.each([
    'error: You must be logged in to the server (Unauthorized)',
    'Error from server (Forbidden): pods is forbidden',
    'Error from server (NotFound): pods "x" not found',
  ])('is not tried again after: %s', async (stderr) => {
    const { kubectl, commands } = playKubectl(says(stderr))
    await expect(kubectl.get('/api/v1/pods')).rejects.toThrow(KubectlError)
    expect(commands).toHaveLength(1)
  })

  it('may tolerate a complaint', async () => {
    const { kubectl } = playKubectl({ ...says('Error from server (NotFound): x'), stdout: 'half' })
    const tolerates = ({ kind }: { kind: string }) => kind === 'not-found'
    expect(await kubectl.command(['get', 'x'], { tolerates })).toMatchObject({ exitCode: 1, stdout: 'half' })
  })

  it('that shows the kubeconfig does not ask the cluster', async () => {
    const { kubectl, commands } = playKubectl(ok({}))
    await kubectl.view()
    expect(commands[0]?.args.slice(2)).toEqual(['config', 'view', '--minify', '-o', 'json'])
  })
})

describe('a watch', () => {
  it('hands out every line that is JSON, and has no time for the request', async () => {
    const { kubectl, commands } = playKubectl({ stdout: '{"type":"ADDED"}\n{"type":"MODIFIED"}\n{"type":"DEL' })
    const events: unknown[] = []
    expect(await kubectl.watch('/api/v1/pods?labelSelector=a', 1_500, (event) => events.push(event))).toBeUndefined()
    expect(events).toEqual([{ type: 'ADDED' }, { type: 'MODIFIED' }])
    expect(commands[0]).toMatchObject({
      args: [
        '--request-timeout=0s',
        '--context=shop',
        'get',
        '--raw',
        '/api/v1/pods?labelSelector=a&watch=1&allowWatchBookmarks=1&timeoutSeconds=2',
      ],
      limitMs: 31_500,
    })
  })

  test.each([
    [0, 1],
    [1_000, 1],
    [1_001, 2],
  ])('for %d ms is one of %d s', async (limitMs, seconds) => {
    const { kubectl, commands } = playKubectl({})
    await kubectl.watch('/api/v1/pods', limitMs, () => {})
    expect(commands[0]?.args.at(-1)).toBe(`/api/v1/pods?watch=1&allowWatchBookmarks=1&timeoutSeconds=${seconds}`)
  })

  it('returns what was complained of', async () => {
    const { kubectl } = playKubectl(refused)
    expect(await kubectl.watch('/api/v1/pods', 1_000, () => {})).toMatchObject({ kind: 'unreachable' })
  })
})

describe('a server with a path', () => {
  const server = 'https://rancher.example.com/k8s/clusters/c-1/'
  const notFound = says('Error from server (NotFound): the server could not find the requested resource')

  test.each<[string, string, readonly Answer[], string]>([
    ['that kubectl heeds', server, [ok({ gitVersion: 'v1.35.4' })], '/api/v1/pods'],
    ['that kubectl forgets', server, [notFound], '/k8s/clusters/c-1/api/v1/pods'],
    ['that kubectl forgets, where a page is', server, [{ stdout: '<html>' }], '/k8s/clusters/c-1/api/v1/pods'],
    ['that does not answer', server, [refused], '/api/v1/pods'],
    ['is none', 'https://k8s.example.com', [], '/api/v1/pods'],
    ['that is none but a slash', 'https://k8s.example.com/', [], '/api/v1/pods'],
  ])('%s', async (_, url, answers, path) => {
    const { kubectl, commands } = playKubectl(...answers)
    await kubectl.findPrefix(url)
    expect(kubectl.raw('/api/v1/pods')).toEqual(['--raw', path])
    expect(commands).toHaveLength(answers.length)
  })
})
