import { type Given, Stage, workflowPath } from '../../actions/deploy-approval/tests/support/stage.ts'
import type { Section } from '../section.ts'

const bars = { request: undefined, 'check, undecided': 12, 'check, deciding': 25 } as const

export const phases: Section = {
  title: 'Requests of the two phases',
  method:
    'No runner waits: a run asks, and a run for each comment decides. Counted requests, on the simulator. Bars: 12 undecided, 25 deciding.',
  measure: async () => {
    const counts = await play()
    return [
      ['', 'counted', 'bar', ''],
      ...counts.map(({ name, counted }) => {
        const bar = bars[name]
        return [
          name,
          String(counted),
          ...(bar === undefined ? ['', ''] : [String(bar), counted <= bar ? 'met' : 'missed']),
        ]
      }),
    ]
  },
}

async function play(): Promise<{ name: keyof typeof bars; counted: number }[]> {
  const stage = new Stage()
  const common: Given = { gate: workflowPath, policy: { allowedRefs: ['refs/tags/v*'], timeoutMs: 72 * 3_600_000 } }
  const step = async (name: keyof typeof bars, given: Given) => {
    const before = stage.github.counted
    await stage.play({ ...common, ...given })
    return { name, counted: stage.github.counted - before }
  }
  const request = await step('request', { mode: 'request' })
  stage.run.complete('success')
  const { number: issueNumber } = stage.issue
  stage.github.as('alice').comment(stage.issue, '/approve')
  const undecided = await step('check, undecided', { mode: 'check', issueNumber })
  stage.github.as('bob').comment(stage.issue, '/approve')
  const deciding = await step('check, deciding', { mode: 'check', issueNumber })
  if (stage.issue.state !== 'closed') throw new Error('The request was not decided')
  return [request, undecided, deciding]
}
