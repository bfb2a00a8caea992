import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import type { Section } from '../section.ts'
import { spreadOf } from '../spread.ts'
import { timed } from '../timed-process.ts'
import { bundle, type Contestant, contestants, duckdb, engine } from './contestants.ts'
import { type Generated, generate } from './generator.ts'

const mostRounds = { small: 5, large: 3 } as const
const barMegabytes = 150
const readlineBar = 10
const limitMs = 600_000
const [small, large] = [100e6, 1e9] as const

/** @public for run.ts, which finds it by listing */
export const sections: readonly Section[] = [
  section('k6-json', small),
  section('k6-json', large),
  section('jmeter-csv', small),
  section('jmeter-csv', large),
]

function section(format: Generated, bytes: number): Section {
  const size = bytes === large ? '1 GB' : `${bytes / 1e6} MB`
  const most = bytes === large ? mostRounds.large : mostRounds.small
  return {
    title: `p95 by endpoint of ${size} of ${format}`,
    method: [
      `Wall and processor time of each as a process of its own, start included, in turns, at most ${most} rounds, on a file that was read before.`,
      'Ratio: the median wall time to that of the engine. Growth: wall time to that of the tenth of the bytes; 10 is linear.',
      `Bars: DuckDB at least as slow (goal: 2 times), readline ${readlineBar} times, our peak memory under ${barMegabytes} MB.`,
    ].join('\n'),
    measure: async ({ rounds }) => {
      const folder = temporaryFolder('bench')
      try {
        const file = join(folder.path, 'result')
        generate(format, file, bytes)
        return await race({ format, file, rounds: Math.min(rounds, most) })
      } finally {
        folder.remove()
      }
    },
  }
}

interface Course {
  readonly format: Generated
  readonly file: string
  readonly rounds: number
}

interface Run {
  readonly elapsedMs: number
  /** Undefined for what is no Node script. */
  readonly usage: { readonly kibibytes: number; readonly cpuUs: number } | undefined
}

/** Of the smaller file, by format and contestant. */
const smallMs = new Map<string, number>()

async function race(course: Course): Promise<string[][]> {
  const isLarge = statSync(course.file).size >= large
  const runs = new Map<Contestant, Run[]>(contestants.map((contestant) => [contestant, []]))
  for (let round = 0; round <= course.rounds; round += 1) {
    for (const [contestant, own] of runs) {
      // The first round is dropped, but for those that run in no other.
      const isOnce = isLarge && contestant.isSlow
      if (isOnce && round > 0) continue
      const run = await once(contestant, course)
      if (run !== undefined && (round > 0 || isOnce)) own.push(run)
    }
  }
  return tableOf(course.format, isLarge, runs)
}

function tableOf(format: Generated, isLarge: boolean, runs: ReadonlyMap<Contestant, readonly Run[]>): string[][] {
  const oursMs = medianMs([...runs].find(([{ name }]) => name === engine)?.[1] ?? [])
  const rows = [...runs].map(([{ name }, own]) => {
    if (own.length === 0) return [name, 'not here', '', '', '', '', '']
    const key = `${format} ${name}`
    const before = smallMs.get(key)
    if (!isLarge) smallMs.set(key, medianMs(own))
    const growth = isLarge && before !== undefined ? `${(medianMs(own) / before).toFixed(1)} ×` : ''
    return rowOf(name, own, { oursMs, growth })
  })
  return [['', 'median', 'processor', 'to the engine', 'growth', 'peak memory', 'bars'], ...rows]
}

async function once({ name, command }: Contestant, { format, file }: Course): Promise<Run | undefined> {
  const prepared = command(format, file)
  if (prepared === undefined) return undefined
  const left = join(prepared.cwd, 'usage')
  const { exitCode, elapsedMs, output } = await timed(
    { ...prepared, env: { ...prepared.env, USAGE_FILE: left } },
    limitMs,
  )
  if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}:\n${output.slice(-2_000)}`)
  return { elapsedMs, usage: existsSync(left) ? JSON.parse(readFileSync(left, 'utf8')) : undefined }
}

function rowOf(name: string, runs: readonly Run[], { oursMs, growth }: { oursMs: number; growth: string }): string[] {
  const median = medianMs(runs)
  const used = runs.flatMap(({ usage }) => (usage === undefined ? [] : [usage]))
  const megabytes = (Math.max(...used.map(({ kibibytes }) => kibibytes)) * 1_024) / 1e6
  const cpu = used.length === 0 ? '' : `${(spreadOf(used.map(({ cpuUs }) => cpuUs)).median / 1e3).toFixed(0)} ms`
  const ratio = median / oursMs
  const memory = used.length === 0 ? '' : `${megabytes.toFixed(0)} MB`
  return [name, `${median.toFixed(0)} ms`, cpu, `${ratio.toFixed(2)} ×`, growth, memory, barOf(name, ratio, megabytes)]
}

function medianMs(runs: readonly Run[]): number {
  return spreadOf(runs.map(({ elapsedMs }) => elapsedMs)).median
}

function barOf(name: string, ratio: number, megabytes: number): string {
  if (name === engine || name === bundle) return megabytes < barMegabytes ? 'memory met' : 'memory missed'
  if (name === duckdb) return ratio < 1 ? 'missed' : ratio < 2 ? 'met' : 'met, goal too'
  return name.startsWith('readline') ? (ratio < readlineBar ? 'missed' : 'met') : ''
}
