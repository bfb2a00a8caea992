import type { Attempt, probe } from '@deploy-safety/probe/probe'
import { VirtualClock } from '@deploy-safety/simulators/clock'
import type { Inputs } from '../../src/inputs.ts'
import { Journal } from '../../src/journal.ts'
import type { Ending, Outcome, Progress } from '../../src/outcome.ts'
import type { Step as Answer, Change, Provider, Snapshot } from '../../src/provider.ts'
import { tell } from '../../src/run.ts'
import type { Step } from '../../src/step.ts'
import { ladder } from '../../src/target/evidence.ts'
import type { Verification } from '../../src/verification/verify-inputs.ts'
import { verificationOf } from './verification.ts'

/** What a platform does when it is asked; by default all goes well. */
export interface Plays {
  readonly snapshots: readonly Snapshot[]
  readonly rehearse?: (change: Change) => Answer
  readonly write?: (change: Change) => Answer
  readonly settle?: (snapshot: Snapshot, limitMs: number) => Answer
  readonly watch?: (snapshot: Snapshot, windowMs: number) => Answer
  readonly switchBack?: (change: Change, why: string) => Ending
  readonly markGood?: (snapshot: Snapshot) => Answer
  /** How long a rollout takes. */
  readonly settleMs?: number
}

export interface Played {
  readonly outcome: Outcome
  /** What was asked of the platform, in its order: `write deployment/app`. */
  readonly calls: readonly string[]
  readonly log: readonly string[]
  readonly elapsedMs: number
}

const attempt: Attempt = { response: undefined, failure: undefined, timedOut: false, addresses: [] }
export const unhealthy: Attempt = {
  ...attempt,
  failure: { reasonCode: 'http-status', detail: 'HTTP 503, expected 2xx' },
}
export const blocked: Attempt = {
  ...attempt,
  failure: { reasonCode: 'blocked-by-edge', detail: 'HTTP 403, expected 2xx' },
}

export function inputs(more: Partial<Inputs> = {}): Inputs {
  return {
    mode: 'execute',
    provider: { name: 'kubernetes', workloads: [], recoverStuckPods: false, allowManaged: false },
    cluster: {
      kubeconfig: undefined,
      allowExec: false,
      context: undefined,
      namespace: undefined,
      uid: undefined,
      kubectlVersion: undefined,
      env: {},
      secrets: [],
      warnings: [],
    },
    ...{ to: 'last-known-good', expectedCurrent: undefined, deny: [], sources: ladder, requireEvidence: false },
    ...{ recordPath: '', timeoutMs: 600_000, convergeMs: 300_000, stabilityMs: 30_000, verification: undefined },
    migrations: undefined,
    repository: {
      workspace: '/nowhere',
      apiUrl: 'https://api.github.com',
      repository: '',
      token: '',
      proxyFor: () => undefined,
      env: {},
    },
    origin: { run: 'https://github.com/o/r/actions/runs/1', by: 'dave', reason: 'checkout fails' },
    ...{ commit: 'a'.repeat(40), secrets: [], notices: [] },
    ...more,
  }
}

export function verification(): Verification {
  return verificationOf({ 'verify-timeout': '20s' })
}

/** Plays the story on a platform. @param probes what the service answers, by default always well */
export async function play(plays: Plays, given: Partial<Inputs> = {}, probes: Attempt = attempt): Promise<Played> {
  const clock = new VirtualClock()
  const { signal } = new AbortController()
  const log: string[] = []
  const calls: string[] = []
  let progress: Progress | undefined
  const settled = inputs(given)
  const reached = (now: Progress) => {
    progress = now
  }
  const journal = new Journal(settled, { clock, reached })
  const step: Step = {
    inputs: settled,
    journal,
    provider: providerOf(plays, { calls, clock }),
    leftMs: () => Math.max(0, settled.timeoutMs - clock.now()),
    edges: {
      ...{ clock, signal, reached: () => {}, random: () => 0.5 },
      log: { info: (line) => void log.push(line), debug: () => {}, warning: () => {}, error: () => {} },
      probe: (async () => probes) satisfies typeof probe,
      runCommand: async () => ({ exitCode: 1, stdout: '', stderr: '', timedOut: false }),
      findTool: async () => '',
      inFolder: () => Promise.reject(new Error('no folder')),
    },
  }
  const ending = await tell(step, [])
  if (progress === undefined) throw new Error('nothing was reached')
  return { outcome: { ...journal.progress(), ...ending }, calls, log, elapsedMs: clock.now() }
}

function providerOf(plays: Plays, { calls, clock }: { calls: string[]; clock: VirtualClock }): Provider {
  const call = (name: string, { subject }: Snapshot) => calls.push(`${name} ${subject.name}`)
  const { switchBack } = plays
  return {
    server: 'https://k8s',
    read: async () => ({ cluster: { server: 'https://k8s', uid: 'u' }, snapshots: plays.snapshots, warnings: [] }),
    rehearse: async (change) => {
      call('rehearse', change.snapshot)
      return plays.rehearse?.(change)
    },
    write: async (change) => {
      call('write', change.snapshot)
      return plays.write?.(change)
    },
    settle: async (snapshot, limitMs) => {
      call('settle', snapshot)
      await clock.sleep(Math.min(limitMs, plays.settleMs ?? 1_000), new AbortController().signal)
      return plays.settle?.(snapshot, limitMs)
    },
    watch: async (snapshot, windowMs) => {
      call('watch', snapshot)
      await clock.sleep(windowMs, new AbortController().signal)
      return plays.watch?.(snapshot, windowMs)
    },
    ...(switchBack === undefined ? {} : { switchBack: async (change: Change, why: string) => switchBack(change, why) }),
    markGood: async (snapshot) => {
      call('mark', snapshot)
      return plays.markGood?.(snapshot)
    },
    lookAt: () => 'kubectl get',
    close: () => {},
  }
}
