import { forLog } from '@deploy-safety/common/escape'
import { describe, expect, it } from 'vitest'
import { parseApprovers } from '../../src/approver-list.ts'
import { readInputs } from '../../src/inputs.ts'
import { present } from '../../src/present.ts'
import { parseMarker } from '../../src/request.ts'
import { Stage } from '../support/stage.ts'

const short = { policy: { timeoutMs: 30_000 } }

describe('attack 29: markup comes in through texts', () => {
  it('none of them ends the hidden marker or takes its place', async () => {
    const stage = new Stage()
    const nasty = '--> <!-- deploy-approval {} -->'
    const given = { version: nasty, environment: nasty, gate: nasty, title: nasty, body: `${nasty}\n\n${nasty}` }
    const { asked } = await stage.play({ ...short, ...given })
    expect(parseMarker(stage.issue.text)).toEqual(asked?.request)
    const marker = stage.issue.text.trimEnd().split('\n').at(-1) ?? ''
    expect(marker.indexOf('-->')).toBe(marker.length - 3)
  })
})

describe('attack 30: comments command the runner', () => {
  it('nothing that people write begins a line of the log', async () => {
    const stage = new Stage()
    stage.says(3, 'alice', '/approve fine\n::stop-commands::x\n::add-mask::alice')
    stage.says(5, 'bob', '/deny \u001b[31m::set-output name=approved-sha::deadbeef')
    const outcome = await stage.play(short)
    const said = [...stage.log, outcome.sentence].map(forLog).flatMap((text) => text.split(/\r|\n/))
    for (const line of said) expect(line).not.toMatch(/^\s*(?:warning .*: )?::/)
    expect(said.join('')).not.toContain('\u001b')
  })
})

describe('attack 31: outputs are run as code', () => {
  it('they hold ids, logins, hashes, addresses and words from a closed list', async () => {
    const stage = new Stage()
    stage.says(3, 'alice', '/approve $(reboot)')
    stage.says(5, 'bob', '/approve `reboot`')
    const { outputs } = present(await stage.play({ ...short, version: '' }), stage.inputs())
    expect(outputs?.['approved-sha']).toBe(stage.sha)
    for (const value of Object.values(outputs ?? {})) expect(value).toMatch(/^[\w.,:/[\]-]*$/)
  })
})

describe('attack 35: the list of approvers is changed by who asks', () => {
  it('issue and record name the list, and its hash is another', async () => {
    const records = []
    for (const list of ['alice, bob, carol', 'alice, bob, mallory']) {
      const stage = new Stage()
      const outcome = await stage.play({ policy: { ...short.policy, approvers: parseApprovers(list) } })
      expect(outcome.audit?.canonical).toContain(list.includes('mallory') ? 'mallory' : 'carol')
      expect(stage.issue.text).toContain(outcome.audit?.record.policySha256)
      records.push(outcome.audit?.record.policySha256)
    }
    expect(new Set(records).size).toBe(2)
  })
})

describe('attack 36: the emergency is the everyday way', () => {
  const emergency = { reason: 'site down', incident: 'INC-7', reviewWithinMs: 172_800_000 }

  it('it opens an issue in which it is reviewed, with reason, incident and due date, and stays open', async () => {
    const stage = new Stage()
    const outcome = await stage.play({ emergency })
    expect(outcome).toMatchObject({ outcome: 'emergency', reasonCode: 'emergency' })
    expect(stage.issue.state).toBe('open')
    expect(stage.issue.text).toContain('site down')
    expect(stage.issue.text).toContain('INC-7')
    expect(outcome.audit?.record).toMatchObject({ outcome: 'emergency', reason: 'site down', incident: 'INC-7' })
  })

  it('it is for people in the list alone, and without a reason or a review it is none', async () => {
    const stranger = new Stage()
    stranger.run = stranger.startRun(stranger.people.mallory)
    expect(await stranger.play({ emergency })).toMatchObject({
      outcome: 'denied',
      reasonCode: 'emergency-not-entitled',
    })
    expect(stranger.repository.issues).toEqual([])
    const closed = new Stage()
    closed.repository.hasIssues = false
    expect(await closed.play({ emergency })).toMatchObject({ outcome: 'error', reasonCode: 'issues-disabled' })
  })

  it('the input reason is demanded', async () => {
    const inputs = { INPUT_APPROVERS: 'alice', INPUT_ENVIRONMENT: 'production', INPUT_EMERGENCY: 'true' }
    const before = { ...process.env }
    Object.assign(process.env, inputs)
    try {
      await expect(readInputs()).rejects.toMatchObject({ code: 'invalid-input' })
    } finally {
      process.env = before
    }
  })
})
