import { VirtualClock } from '@deploy-safety/simulators/clock'
import type { Command, CommandResult } from '../../src/command.ts'
import type { Inputs } from '../../src/inputs.ts'
import type { WorkloadObject } from '../../src/kubernetes/objects.ts'
import type { Outcome, Progress } from '../../src/outcome.ts'
import { run } from '../../src/run.ts'
import { template, workload } from './kubernetes-objects.ts'
import type { Answer } from './played-kubectl.ts'
import { inputs } from './scene.ts'

/** An API server with one Deployment, of which app:2 is live and app:1 is older. */
export interface PlayedApi {
  /** Answers instead of it. @param text the arguments, with blanks between them */
  readonly answer?: (text: string, api: Api) => Answer | undefined
  /** What the watch of pods shows. */
  readonly pods?: readonly object[]
  /** Becomes of the object when it was written. */
  readonly status?: object
  readonly abortOn?: string
}

export interface Api {
  object: WorkloadObject
  readonly clock: VirtualClock
}

export interface PlayedRun {
  readonly commands: readonly string[]
  readonly outcome: Outcome | undefined
  readonly error: unknown
  readonly progress: Progress | undefined
  readonly api: Api
}

const owner = { kind: 'Deployment', name: 'app', uid: 'uid-1', controller: true }
const replicaSets = [2, 1].map((number) => ({
  metadata: {
    ...{ name: `app-v${number}`, uid: `v${number}`, creationTimestamp: `2026-01-01T0${number}:00:00Z` },
    labels: { 'pod-template-hash': `v${number}` },
    ownerReferences: [owner],
    annotations: { 'deployment.kubernetes.io/revision': String(number) },
  },
  spec: { replicas: number === 2 ? 3 : 0, template: template(`app:${number}`) },
  status: { availableReplicas: number === 2 ? 3 : 0 },
}))

/** The whole run, with kubectl played. */
export async function playApi(plays: PlayedApi = {}, given: Partial<Inputs> = {}): Promise<PlayedRun> {
  const clock = new VirtualClock()
  const api: Api = { object: workload('app:2', { metadata: { annotations: {} } }), clock }
  const commands: string[] = []
  const files = new Map<string, string>()
  const abort = new AbortController()
  let progress: Progress | undefined
  const runCommand = async ({ args, onLine }: Command): Promise<CommandResult> => {
    const text = args.slice(1).join(' ')
    commands.push(text)
    if (plays.abortOn !== undefined && text.includes(plays.abortOn)) abort.abort()
    const answer = plays.answer?.(text, api)
    if (answer === undefined && text.includes('watch=1')) return await watch({ text, onLine, plays, api })
    return { exitCode: 0, stdout: '', stderr: '', timedOut: false, ...(answer ?? usual(text, { api, files, plays })) }
  }
  const edges = {
    ...{ clock, signal: abort.signal, random: () => 0.5, runCommand, findTool: async () => '/bin/kubectl' },
    log: { info: () => {}, debug: () => {}, warning: () => {}, error: () => {} },
    probe: () => Promise.reject(new Error('nothing is probed')),
    reached: (now: Progress) => {
      progress = now
    },
    inFolder: <T>(work: (folder: never) => Promise<T>) => {
      const write = (name: string, text: string) => {
        files.set(name, text)
        return `/private/${name}`
      }
      return work({ path: '/private', write } as never)
    },
  }
  const workloads = [{ kind: 'deployment', name: 'app' }] as const
  const provider = { name: 'kubernetes', workloads, recoverStuckPods: false, allowManaged: false } as const
  const settled = await run(inputs({ provider, ...given }), edges).then(
    (outcome) => ({ outcome, error: undefined }),
    (error: unknown) => ({ outcome: undefined, error }),
  )
  return { ...settled, commands, progress, api }
}

interface World {
  readonly api: Api
  readonly files: ReadonlyMap<string, string>
  readonly plays: PlayedApi
}

function usual(text: string, { api, files, plays }: World): Answer {
  const ok = (value: unknown) => ({ stdout: JSON.stringify(value) })
  if (text.startsWith('config view')) return ok({ clusters: [{ cluster: { server: 'https://k8s.example.com' } }] })
  if (text.includes('kube-system')) {
    const kubeSystem = { kind: 'Namespace', metadata: { name: 'kube-system', uid: 'cluster' } }
    return ok({ items: [kubeSystem, api.object] })
  }
  if (text.includes('replicasets?')) return ok({ items: replicaSets })
  if (text.startsWith('get deployment/app')) return ok(api.object)
  if (!text.startsWith('patch')) return {}
  const operations: { op: string; path: string; value: object }[] = JSON.parse(files.get('patch.json') ?? '[]')
  const written = operations.find(({ op, path }) => op === 'replace' && path === '/spec/template')
  const mark = operations.find(({ op, path }) => op === 'add' && path.startsWith('/metadata/annotations'))
  const key = mark?.path.split('/').slice(3).join('/').replaceAll('~1', '/') ?? ''
  const object = workload('', {
    spec: { template: written?.value ?? api.object.spec.template },
    metadata: { annotations: { [key]: mark?.value } },
    ...(plays.status === undefined ? {} : { status: plays.status }),
  })
  if (!text.includes('--dry-run')) api.object = object
  return ok(object)
}

interface Watch {
  readonly text: string
  readonly onLine: Command['onLine'] | undefined
  readonly plays: PlayedApi
  readonly api: Api
}

/** Shows what there is, and then nothing more. */
async function watch({ text, onLine, plays, api }: Watch): Promise<CommandResult> {
  const shown = text.includes('deployments?') ? [api.object] : text.includes('/pods?') ? (plays.pods ?? []) : []
  for (const object of shown) onLine?.(JSON.stringify({ type: 'ADDED', object }))
  return await new Promise(() => {})
}
