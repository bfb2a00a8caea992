import { Stage } from '../../actions/deploy-approval/tests/support/stage.ts'
import { seededRandom } from '../random.ts'
import type { Section } from '../section.ts'
import { spreadOf } from '../spread.ts'

const seed = 12
const stretches = [
  { name: 'in the first 2 minutes', fromS: 5, toS: 119, barS: 5 },
  { name: 'until 10 minutes', fromS: 120, toS: 599, barS: 30 },
  { name: 'later', fromS: 600, toS: 3_400, barS: 30 },
] as const

export const detection: Section = {
  title: 'How soon a vote is seen',
  method: `From the comment to the sign under it, on a virtual clock, at random moments (seed ${seed}). Bars: 5 s, then 30 s. Every 10 s it is 10 s at most.`,
  measure: async ({ rounds }) => {
    const random = seededRandom(seed)
    const rows: string[][] = []
    for (const { name, fromS, toS, barS } of stretches) {
      const delays: number[] = []
      for (let round = 0; round < rounds; round += 1) delays.push(await delayOf(fromS + random() * (toS - fromS)))
      const { median, most } = spreadOf(delays)
      const verdict = most <= barS ? 'met' : 'missed'
      rows.push([name, String(rounds), `${median.toFixed(1)} s`, `${most.toFixed(1)} s`, `${barS} s`, verdict])
    }
    return [['', 'votes', 'median', 'longest', 'bar', ''], ...rows]
  },
}

async function delayOf(atS: number): Promise<number> {
  const stage = new Stage()
  const votedAtMs = stage.now + atS * 1_000
  stage.says(atS, 'alice', '/deny')
  await stage.play()
  const seen = stage.github.requests.find(
    ({ operation, at }) => operation === 'issues/list-comments' && +new Date(at) >= votedAtMs,
  )
  if (seen === undefined) throw new Error('The vote was never read')
  return (+new Date(seen.at) - votedAtMs) / 1_000
}
