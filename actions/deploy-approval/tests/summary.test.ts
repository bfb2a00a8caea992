import { type Fault, faults } from '@deploy-safety/simulators/github/fault'
import { describe, expect, it } from 'vitest'
import { present } from '../src/present.ts'
import { stopped } from './support/ended.ts'
import { Stage } from './support/stage.ts'

const link = '[Issue #1](https://github.com/octo-org/octo-app/issues/1)'

/** A wait in which alice votes; something happens to it after twenty seconds. */
function waiting(happens: (stage: Stage) => void): Stage {
  const stage = new Stage()
  stage.says(5, 'alice', '/approve fine by me')
  stage.pass(20).then(() => happens(stage))
  return stage
}

/** A sentence has one full stop, whoever wrote it. */
function expectOneStop(lead: string): void {
  expect(lead).toMatch(/[^.!?][.!?] \[/)
}

describe('the summary', () => {
  it('of a run that is cancelled while it waits leads to the issue, and shows the votes and the hash of the record', async () => {
    const { summary, report } = await stopped(
      waiting(({ cancel }) => cancel.abort()),
      {},
    )
    const { icon, headline, lead, blocks } = summary ?? { icon: '', headline: '', lead: '', blocks: [] }
    expect({ icon, headline }).toEqual({ icon: '⚠️', headline: 'cancelled' })
    expect(lead).toBe(`Cancelled before the outcome was known. ${link}`)
    expect(blocks.join('\n')).toContain('fine by me')
    expect(blocks.at(-1)).toContain(report?.['recordSha256'])
  })

  it('of a defect does so too', async () => {
    let isBroken = false
    const stage = waiting(() => {
      isBroken = true
    })
    const { fetch } = stage
    stage.fetch = async (url, init) => {
      if (isBroken) throw new RangeError('a defect')
      return await fetch(url, init)
    }
    const { summary } = await stopped(stage, {})
    expect(summary).toMatchObject({ icon: '❌', headline: 'error (internal-error)' })
    expect(summary?.lead).toContain(link)
    expectOneStop(summary?.lead ?? '')
  })

  it('of a run that asked nobody is the one that every action has', async () => {
    const stage = new Stage()
    stage.cancel.abort()
    expect(await stopped(stage, {})).not.toHaveProperty('summary')
  })

  it.each<[string, Fault]>([
    ['a refused token', faults.badCredentials()],
    ['an outage', faults.status(502)],
    ['a rate limit', faults.secondaryLimit(9_000)],
    ['a deletion', faults.status(404)],
  ])('of an error (%s) is in whole sentences', async (_, fault) => {
    const stage = waiting(({ github }) => github.fail(() => true, fault, { times: 1_000 }))
    const outcome = await stage.play({ policy: { timeoutMs: 60_000 } })
    const { summary } = present(outcome, stage.inputs())
    expect(summary.lead).toContain(link)
    expectOneStop(summary.lead)
  })

  it('of a verdict is in whole sentences', async () => {
    const stage = waiting(({ github, issue }) => github.as('bob').comment(issue, '/approve'))
    const { summary } = present(await stage.play(), stage.inputs())
    expect(summary.lead).toBe(`alice and bob approved production v1.4.0. ${link}`)
  })
})
