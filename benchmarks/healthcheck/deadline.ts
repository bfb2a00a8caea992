import { inLanes } from '../lanes.ts'
import type { Section } from '../section.ts'
import { spreadOf } from '../spread.ts'
import { timedTo } from '../timed-process.ts'
import { action } from './contestants.ts'
import { startServers } from './servers.ts'

const deadlineMs = 3_000
const barMs = deadlineMs + 250
const runs = 5

export const deadline: Section = {
  title: 'Deadline of a service that never becomes good',
  method: `Wall time of the process with deadline 3s, its start and its report included, two runs at a time. Bar: never more than ${barMs} ms.`,
  measure: async () => {
    await using servers = await startServers()
    const services = [
      ['answers 500, interval 500ms', { url: servers.broken, interval: '500ms' }],
      ['answers 500, interval 2s', { url: servers.broken }],
      ['accepts and never answers', { url: servers.silent }],
    ] as const
    const measured = await inLanes(
      2,
      services.flatMap(([name, inputs]) =>
        Array.from({ length: runs }, () => async () => {
          const { elapsedMs } = await timedTo(1, action({ ...inputs, deadline: '3s' }))
          return { name, elapsedMs }
        }),
      ),
    )
    return [
      ['', 'runs', 'median', 'max', 'bar', ''],
      ...services.map(([name]) => {
        const own = measured.filter((run) => run.name === name).map(({ elapsedMs }) => elapsedMs)
        const { median, most } = spreadOf(own)
        const verdict = most <= barMs ? 'met' : 'missed'
        return [name, String(runs), `${median.toFixed(0)} ms`, `${most.toFixed(0)} ms`, `${barMs} ms`, verdict]
      }),
    ]
  },
}
