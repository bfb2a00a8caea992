import { readFileSync } from 'node:fs'
import { ActionError } from '@deploy-safety/common/errors'
import { schemaVersion } from '@deploy-safety/common/report'
import { type Fault, faults } from '@deploy-safety/simulators/github/fault'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { contract } from '../src/contract.ts'
import { present, whenStopped } from '../src/present.ts'
import { openIssues, stopped } from './support/ended.ts'
import { type Given, Stage } from './support/stage.ts'
import { TwoPhases } from './support/two-phases.ts'

const schema = JSON.parse(readFileSync(new URL('../report.schema.json', import.meta.url), 'utf8'))
const isValid = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema)
const policy = { timeoutMs: 60_000, allowedRefs: ['refs/tags/v*'] }

/** What stands in the report of an outcome. */
async function played(stage: Stage, given: Given = {}) {
  const inputs = { policy, ...given }
  const outcome = await stage.play(inputs)
  const result = present(outcome, stage.inputs(inputs))
  isValid({
    ...{ schemaVersion, action: contract.name, outcome: result.outcome, reasonCode: result.reasonCode },
    ...{ message: result.message, startedAt: '2026-03-01T10:00:00.000Z', elapsedMs: 1 },
    ...(result.nextStep === undefined ? {} : { nextStep: result.nextStep }),
    ...result.report,
  })
  expect(isValid.errors).toBeNull()
  expect(Object.keys(result.outputs).sort()).toEqual(Object.keys(contract.outputs).sort())
  return result
}

describe('the result', () => {
  it('of a request that is pending passes, with the record of what was asked', async () => {
    const result = await played(new Stage(), { mode: 'request' })
    expect(result).toMatchObject({ outcome: 'pending', errors: [], warnings: [], summary: { icon: '✅' } })
    expect(result.report).toMatchObject({ record: { outcome: 'pending', reasonCode: 'undecided' } })
  })

  it('of an emergency warns, and gives the commit', async () => {
    const stage = new Stage()
    const emergency = { reason: 'down', incident: '', reviewWithinMs: 3_600_000 }
    const result = await played(stage, { emergency })
    expect(result).toMatchObject({ errors: [], warnings: [{ title: 'deploy-approval: emergency' }] })
    expect(result.outputs).toMatchObject({ 'approved-sha': stage.sha, 'approved-version': 'v1.4.0' })
  })

  it('gives a commit only where it was approved', async () => {
    for (const vote of ['/approve', '/deny', '/status']) {
      const stage = new Stage()
      stage.says(5, 'alice', vote)
      stage.says(6, 'bob', vote)
      const { outputs } = await played(stage)
      expect(outputs['approved-sha']).toBe(vote === '/approve' ? stage.sha : '')
    }
  })

  it.each<[string, Fault]>([
    ['missing-permission', faults.status(403, 'Resource not accessible by integration')],
    ['token-expired', faults.badCredentials()],
    ['rate-limited', faults.secondaryLimit(9_000)],
    ['issue-gone', faults.status(404, 'Not Found')],
    ['api-error', faults.status(502)],
  ])('of the error %s while people are waited for keeps what is known', async (reasonCode, fault) => {
    const stage = new Stage()
    stage.says(5, 'alice', '/approve')
    stage.pass(20).then(() => stage.github.fail(() => true, fault, { times: 1_000 }))
    const result = await played(stage)
    expect(result).toMatchObject({ outcome: 'error', reasonCode, summary: { icon: '❌' } })
    expect(result.outputs).toMatchObject({
      ...{ 'issue-number': '1', 'issue-url': 'https://github.com/octo-org/octo-app/issues/1', approvers: 'alice' },
      ...{ 'approved-sha': '', 'api-requests': String(stage.github.requests.length) },
    })
    expect(Number(result.outputs['waited-seconds'])).toBeGreaterThanOrEqual(20)
    expect(result.report).toMatchObject({ record: { outcome: 'error', reasonCode, approvers: [{ login: 'alice' }] } })
  })
})

describe('a run that is stopped', () => {
  it('by a defect keeps what is known, and closes its issue', async () => {
    const stage = new Stage()
    stage.says(5, 'alice', '/approve')
    const { fetch } = stage
    let isBroken = false
    stage.pass(20).then(() => {
      isBroken = true
    })
    stage.fetch = async (url, init) => {
      if (!isBroken) return await fetch(url, init)
      isBroken = false
      throw new RangeError('a defect')
    }
    const { error, outputs, report } = await stopped(stage, { policy })
    expect(error).toMatchObject({ code: 'internal-error', message: expect.stringContaining('a defect') })
    expect(outputs).toMatchObject({ 'issue-number': '1', approvers: 'alice', 'approved-sha': '' })
    expect(report).toMatchObject({ record: { outcome: 'error', reasonCode: 'internal-error' } })
    expect(openIssues(stage)).toEqual([])
  })

  it('before it asked anybody sends nothing, and has no record', async () => {
    const stage = new Stage()
    stage.cancel.abort()
    const { outputs, report } = await stopped(stage, { policy })
    expect(outputs).toMatchObject({
      'issue-number': '',
      'record-sha256': '',
      'waited-seconds': '0',
      'api-requests': '0',
    })
    expect(report).toEqual({})
    expect(stage.github.requests).toEqual([])
    expect(stage.repository.issues).toEqual([])
  })

  it('before it was begun says what the contract says', () => {
    expect(whenStopped(new ActionError('invalid-input', 'x'), undefined)).toEqual({})
  })
})

describe('a check that decides nothing', () => {
  it('leads to the issue all the same', async () => {
    const stage = new TwoPhases()
    await stage.ask()
    const given = stage.checkInputs({ policy: { requiredApprovals: 3 } })
    const { reasonCode, outputs, summary } = present(await stage.play(given), stage.inputs(given))
    const url = 'https://github.com/octo-org/octo-app/issues/1'
    expect(reasonCode).toBe('policy-changed')
    expect(outputs).toMatchObject({ 'issue-number': '1', 'issue-url': url, 'approved-sha': '' })
    expect(summary.lead).toContain(`[Issue #1](${url})`)
  })

  it('has no issue to lead to where it sweeps', async () => {
    const stage = new TwoPhases()
    const given = stage.checkInputs({ issueNumber: undefined })
    const { reasonCode, outputs } = present(await stage.play(given), stage.inputs(given))
    expect({ reasonCode, ...outputs }).toMatchObject({ reasonCode: 'swept', 'issue-number': '', 'issue-url': '' })
  })
})
