import type { Section } from '../section.ts'
import { spreadOf } from '../spread.ts'
import type { Table } from '../table.ts'
import { type Command, timedTo } from '../timed-process.ts'
import { action, curl, script, waitOn } from './contestants.ts'
import { startServers } from './servers.ts'

const bar = 3
const goal = 2

export const cost: Section = {
  title: 'Cost of a passing check',
  method: [
    'Wall time of the process, from spawn to exit, against a local service that answers well. In turns, the first round dropped;',
    `the ratio is the median of the ratios to the bare http.get of the same round. Bar: at most ${bar} times (goal: ${goal}).`,
  ].join('\n'),
  measure: async ({ rounds }) => {
    await using servers = await startServers()
    const contestants = contestantsFor(servers.healthy)
    const times = new Map(contestants.map(([name]) => [name, [] as number[]]))
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, command] of contestants) {
        const { elapsedMs } = await timedTo(0, command())
        if (round > 0) times.get(name)?.push(elapsedMs)
      }
    }
    return tableOf(times)
  },
}

function contestantsFor(url: string): readonly (readonly [name: string, command: () => Command])[] {
  return [
    ['healthcheck', () => action({ url })],
    [bare, () => script('bare-get.cjs', url)],
    ['wait-on', () => waitOn(url)],
    ['curl --retry', () => curl(url, '--retry', '5')],
    ['empty Node script', () => script('empty.cjs')],
  ]
}

const bare = 'bare http.get'

function tableOf(times: ReadonlyMap<string, readonly number[]>): Table {
  const bareMs = times.get(bare) ?? []
  const rows = [...times].map(([name, ms]) => {
    const { median, least, most } = spreadOf(ms)
    const ratio = spreadOf(ms.map((own, round) => own / (bareMs[round] ?? Number.NaN))).median
    const verdict = name === 'healthcheck' ? judge(ratio) : ''
    return [name, ...[median, least, most].map((figure) => `${figure.toFixed(0)} ms`), `${ratio.toFixed(2)} ×`, verdict]
  })
  return [['', 'median', 'min', 'max', 'to http.get', `bar ${bar} ×`], ...rows]
}

function judge(ratio: number): string {
  if (ratio > bar) return 'missed'
  return ratio > goal ? 'met' : 'met, goal too'
}
