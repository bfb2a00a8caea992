import { startService } from '@deploy-safety/simulators/service'
import { inLanes } from '../lanes.ts'
import { seededRandom } from '../random.ts'
import type { Section } from '../section.ts'
import { spreadOf } from '../spread.ts'
import { type Command, timedTo } from '../timed-process.ts'
import { action, curl, waitOn } from './contestants.ts'

const seed = 24
const allowanceMs = 250

interface Contestant {
  readonly name: string
  readonly intervalMs: number
  readonly command: (url: string) => Command
  /** Whether the bar is for it. */
  readonly judged: boolean
}

const contestants: readonly Contestant[] = [
  { name: 'healthcheck', intervalMs: 2_000, judged: true, command: (url) => action({ url }) },
  { name: 'healthcheck', intervalMs: 500, judged: true, command: (url) => action({ url, interval: '500ms' }) },
  { name: 'wait-on', intervalMs: 250, judged: false, command: waitOn },
  {
    name: 'curl --retry',
    intervalMs: 2_000,
    judged: false,
    command: (url) => curl(url, '--retry', '60', '--retry-delay', '2'),
  },
]

export const detection: Section = {
  title: 'Detection of a service that becomes good',
  method: [
    `From the response turning from 500 to 200 to the exit of the process, at a random moment 0.5 to 3 s after its start (seed ${seed}, the same`,
    `moments for all), two runs at a time. Bar: median under one interval + ${allowanceMs} ms.`,
  ].join('\n'),
  measure: async ({ rounds }) => {
    const random = seededRandom(seed)
    const moments = Array.from({ length: rounds }, () => 500 + random() * 2_500)
    const runs = moments.flatMap((momentMs) => contestants.map((contestant) => ({ contestant, momentMs })))
    const delays = await inLanes(
      2,
      runs.map((run) => async () => ({ ...run, delayMs: await delayOf(run.contestant, run.momentMs) })),
    )
    return [
      ['', 'interval', 'runs', 'median delay', 'max', 'bar', ''],
      ...contestants.map((contestant) => {
        const own = delays.filter((run) => run.contestant === contestant)
        return rowOf(
          contestant,
          own.map(({ delayMs }) => delayMs),
        )
      }),
    ]
  },
}

/** The service is in this process, whose event loop does nothing else meanwhile, so that both moments are on one clock. */
async function delayOf({ command }: Contestant, momentMs: number): Promise<number> {
  await using service = await startService({ version: '2.0.0', state: 'broken' })
  const prepared = command(`${service.url}/health`)
  const start = performance.now()
  let goodAfterMs = Number.NaN
  setTimeout(() => {
    service.state = 'healthy'
    goodAfterMs = performance.now() - start
  }, momentMs)
  const { elapsedMs } = await timedTo(0, prepared)
  return elapsedMs - goodAfterMs
}

function rowOf({ name, intervalMs, judged }: Contestant, delaysMs: readonly number[]): string[] {
  const { median, most } = spreadOf(delaysMs)
  const barMs = intervalMs + allowanceMs
  return [
    ...[name, `${intervalMs} ms`, String(delaysMs.length), `${median.toFixed(0)} ms`, `${most.toFixed(0)} ms`],
    ...(judged ? [`${barMs} ms`, median < barMs ? 'met' : 'missed'] : ['', '']),
  ]
}
