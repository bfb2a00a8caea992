import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAction } from '@deploy-safety/simulators/runner'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { actionFolder } from '../../scripts/workspace.ts'
import { type Cluster, startCluster } from '../../tests/cluster/cluster.ts'
import type { Namespace } from '../../tests/cluster/namespace.ts'
import { deployment } from '../../tests/cluster/workloads.ts'
import { toolPath } from '../../tools/tool.ts'
import type { Section } from '../section.ts'
import { spreadOf } from '../spread.ts'
import type { Table } from '../table.ts'

const bar = 1.2
const mostProcesses = 12

/** One rollback: from the write on, as a whole, and how many processes of kubectl it took. */
interface Rollback {
  readonly writeMs: number
  readonly wholeMs: number
  readonly processes: number
}

export const undo: Section = {
  title: 'A Deployment of three pods, from the write to the end of the rollout',
  method: [
    'On one cluster, in turns, the first round dropped; before each, a good version and then a bad one are rolled out. Health and stability',
    `take no time. The ratio is the median of the ratios within a round. Bars: ${bar} times, ${mostProcesses} processes.`,
  ].join('\n'),
  measure: async ({ rounds }) => {
    const command = toolPath('cluster')
    if (command === undefined) throw new Error('The test cluster is not there: npm run tools')
    await using started = await startCluster(command)
    const [ours, theirs]: [Rollback[], Rollback[]] = [[], []]
    for (let round = 0; round <= rounds; round += 1) {
      const results = [await measure(started.cluster, withAction), await measure(started.cluster, withKubectl)] as const
      if (round === 0) continue
      ours.push(results[0])
      theirs.push(results[1])
    }
    return tableOf(ours, theirs)
  },
}

type Contestant = (cluster: Cluster, namespace: Namespace) => Promise<Rollback>

async function measure(cluster: Cluster, contestant: Contestant): Promise<Rollback> {
  await using namespace = await cluster.namespace()
  for (const image of ['app:1.0.0', 'app:2.0.0']) {
    await namespace.apply(deployment({ image, replicas: 3 }))
    await must(namespace.kubectl(['rollout', 'status', 'deployment/app']))
  }
  return await contestant(cluster, namespace)
}

async function withAction(cluster: Cluster, namespace: Namespace): Promise<Rollback> {
  const folder = temporaryFolder('bench')
  const bin = countingKubectl(folder.path, cluster.connection.kubectl)
  await using run = await runAction({
    folder: actionFolder('rollback'),
    inputs: {
      provider: 'kubernetes',
      workload: 'deployment/app',
      kubeconfig: cluster.kubeconfig({ user: 'action', namespace: namespace.name }),
      'stability-window': '0s',
    },
    env: { PATH: `${bin}:${process.env.PATH}` },
  })
  if (run.outputs.outcome !== 'rolled-back') throw new Error(run.log)
  const { phases } = run.report as { phases: readonly { name: string; elapsedMs: number }[] }
  const own = phases.filter(({ name }) => name === 'write' || name === 'converge')
  const processes = readFileSync(join(folder.path, 'count'), 'utf8').length
  folder.remove()
  return { writeMs: own.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0), wholeMs: run.elapsedMs, processes }
}

async function withKubectl(_: Cluster, namespace: Namespace): Promise<Rollback> {
  const start = performance.now()
  await must(namespace.kubectl(['rollout', 'undo', 'deployment/app']))
  await must(namespace.kubectl(['rollout', 'status', 'deployment/app']))
  const elapsedMs = performance.now() - start
  return { writeMs: elapsedMs, wholeMs: elapsedMs, processes: 2 }
}

/** A folder with a kubectl that leaves a dot for each start. */
function countingKubectl(folder: string, kubectl: string): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const file = join(bin, 'kubectl')
  writeFileSync(file, `#!/bin/sh\nprintf . >> '${join(folder, 'count')}'\nexec '${kubectl}' "$@"\n`)
  chmodSync(file, 0o755)
  return bin
}

async function must(command: ReturnType<Namespace['kubectl']>): Promise<void> {
  const { exitCode, stderr } = await command
  if (exitCode !== 0) throw new Error(stderr)
}

function tableOf(ours: readonly Rollback[], theirs: readonly Rollback[]): Table {
  const ratios = ours.map(({ writeMs }, round) => writeMs / (theirs[round]?.writeMs ?? Number.NaN))
  const ratio = spreadOf(ratios).median
  const row = (name: string, all: readonly Rollback[], ...rest: string[]) => {
    const { median, least, most } = spreadOf(all.map(({ writeMs }) => writeMs))
    const whole = spreadOf(all.map(({ wholeMs }) => wholeMs)).median
    const processes = Math.max(...all.map((one) => one.processes))
    return [name, ...[median, least, most, whole].map((ms) => `${ms.toFixed(0)} ms`), String(processes), ...rest]
  }
  const processes = Math.max(...ours.map((one) => one.processes))
  const verdict = ratio <= bar && processes <= mostProcesses ? 'met' : 'missed'
  return [
    ['', 'median', 'min', 'max', 'whole', 'processes', 'ratio', 'bars'],
    row('rollback, the bundle', ours, `${ratio.toFixed(2)} ×`, verdict),
    row('kubectl rollout undo and status', theirs, '1 ×', ''),
  ]
}
