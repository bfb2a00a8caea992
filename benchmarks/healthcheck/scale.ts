import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import type { Section } from '../section.ts'
import { timedTo } from '../timed-process.ts'
import { action } from './contestants.ts'
import { type ServerName, type Servers, startServers } from './servers.ts'

const barMegabytes = 150

/** Of every twenty targets one answers 500 and one never: 200 are 180, 10 and 10, spread over the list. */
const targets = Array.from({ length: 200 }, (_, index) => ({
  name: `target ${index + 1}`,
  server: serverFor(index % 20),
}))

function serverFor(place: number): ServerName {
  if (place === 7) return 'broken'
  return place === 13 ? 'silent' : 'healthy'
}

const verdictOf: Readonly<Record<ServerName, string>> = {
  healthy: 'healthy ok',
  broken: 'unhealthy http-status',
  silent: 'unhealthy response-timeout',
}

export const scale: Section = {
  title: '200 targets in one process',
  method: [
    '180 answer well, 10 answer 500, 10 never answer; attempts 2, timeout 1s, interval 500ms. Memory is the peak resident size that the process',
    `itself reads at its exit (resourceUsage). Bar: under ${barMegabytes} MB, and every verdict of the report right.`,
  ].join('\n'),
  measure: async () => {
    await using servers = await startServers()
    const rows = []
    for (const concurrency of [8, 64]) rows.push(await rowOf(concurrency, servers))
    return [['', 'wall time', 'peak memory', `bar ${barMegabytes} MB`, 'right verdicts', 'bar 200'], ...rows]
  },
}

async function rowOf(concurrency: number, servers: Servers): Promise<string[]> {
  const files = temporaryFolder('bench')
  const [report, memory] = ['report.json', 'memory'].map((name) => join(files.path, name)) as [string, string]
  const command = action({
    url: targets.map(({ name, server }) => `${name} = ${servers[server]}`).join('\n'),
    ...{ attempts: '2', timeout: '1s', interval: '500ms', deadline: '1m' },
    ...{ concurrency: String(concurrency), 'report-path': report },
  })
  const { elapsedMs } = await timedTo(1, {
    ...command,
    args: ['--require', join(import.meta.dirname, 'peak-memory.cjs'), ...command.args],
    env: { ...command.env, PEAK_MEMORY_FILE: memory },
  })
  const megabytes = (Number(readFileSync(memory, 'utf8')) * 1_024) / 1e6
  const right = countRight(JSON.parse(readFileSync(report, 'utf8')))
  return [
    ...[`concurrency ${concurrency}`, `${elapsedMs.toFixed(0)} ms`],
    ...[`${megabytes.toFixed(0)} MB`, megabytes < barMegabytes ? 'met' : 'missed'],
    ...[String(right), right === targets.length ? 'met' : 'missed'],
  ]
}

interface Report {
  readonly targets: readonly { readonly name: string; readonly verdict: string; readonly reasonCode: string }[]
}

function countRight(report: Report): number {
  const verdicts = new Map(report.targets.map(({ name, verdict, reasonCode }) => [name, `${verdict} ${reasonCode}`]))
  return targets.filter(({ name, server }) => verdicts.get(name) === verdictOf[server]).length
}
