import { Stage } from '../../actions/deploy-approval/tests/support/stage.ts'
import type { Section } from '../section.ts'
import { pollEveryTenSeconds } from './every-ten-seconds.ts'

const barOfAnHour = 50

export const waiting: Section = {
  title: 'Requests of an hour of waiting',
  method: [
    'Two people approve, after a minute and after 55. Requests to the simulator of GitHub, on a virtual clock; counted are those that GitHub',
    'counts against the 1 000 an hour that all jobs of a repository share: not the 304s. Bar: 50 counted (goal 30).',
  ].join('\n'),
  measure: async () => {
    const [ours, theirs] = [await waitOurWay(), await waitTheirWay()]
    const verdict = ours.counted <= barOfAnHour ? 'met' : 'missed'
    return [
      ['', 'sent', 'counted', 'REST', 'GraphQL', 'to ours', 'bar', ''],
      ['deploy-approval', ...cells(ours), '1 ×', String(barOfAnHour), verdict],
      ['every 10 s, no ETag', ...cells(theirs), `${(theirs.counted / ours.counted).toFixed(1)} ×`, '', ''],
    ]
  },
}

interface Bill {
  readonly sent: number
  readonly counted: number
  readonly graphql: number
}

async function waitOurWay(): Promise<Bill> {
  const stage = voted('/approve')
  const { outcome } = await stage.play()
  if (outcome !== 'approved') throw new Error(`The outcome is ${outcome}`)
  return billOf(stage)
}

async function waitTheirWay(): Promise<Bill> {
  const stage = voted('approve')
  const { github, clock, token, repository } = stage
  const approvers = ['alice', 'bob', 'carol']
  await pollEveryTenSeconds({
    github,
    clock,
    token: token.value,
    repository: repository.fullName,
    approvers,
    minimum: 2,
  })
  return billOf(stage)
}

function voted(word: string): Stage {
  const stage = new Stage()
  stage.says(60, 'alice', word)
  stage.says(55 * 60, 'bob', word)
  return stage
}

function billOf({ github: { requests, counted } }: Stage): Bill {
  return { sent: requests.length, counted, graphql: requests.filter(({ operation }) => operation === 'graphql').length }
}

function cells({ sent, counted, graphql }: Bill): string[] {
  return [sent, counted, counted - graphql, graphql].map(String)
}
