import { ActionError } from '@deploy-safety/common/errors'
import { describe, expect, it, test } from 'vitest'
import { contract, type OutcomeName, type ReasonCode } from '../src/contract.ts'
import type { Outcome, Progress } from '../src/outcome.ts'
import { present, whenStopped } from '../src/present.ts'
import { inputs } from './support/scene.ts'

const secret = 'very-secret-token'

const progress: Progress = {
  inputs: inputs(),
  cluster: { server: 'https://k8s.example.com', uid: '' },
  subjects: [
    {
      subject: { name: 'deployment/app', id: 'deployment/shop/app@uid' },
      ...{ from: 'template:b', to: 'template:a', evidence: 'cluster', outcome: 'rolled-back', reasonCode: 'ok' },
      sentence: 'deployment/app is back',
      warnings: ['configmap/x was changed'],
      candidates: [
        {
          version: 'template:b',
          revision: '2',
          at: '',
          images: ['app:2|x'],
          chosen: false,
          whyNot: 'current',
          detail: '',
        },
        {
          version: 'template:a',
          revision: '1',
          at: '',
          images: ['app:1'],
          chosen: true,
          whyNot: null,
          detail: `env ${secret}`,
        },
        {
          version: 'template:0',
          revision: '0',
          at: '',
          images: [],
          chosen: false,
          whyNot: 'rolled-back-from',
          detail: '',
        },
        { version: 'template:9', revision: '0', at: '', images: [], chosen: false, whyNot: null, detail: '' },
      ],
    },
  ],
  phases: [
    { name: 'read', elapsedMs: 120 },
    { name: 'write', elapsedMs: 80 },
  ],
  health: undefined,
  isWritten: true,
  look: 'kubectl -n shop get deployments/app',
  warnings: [],
}

const outcomeOf = (outcome: OutcomeName, reasonCode: ReasonCode, more: Partial<Outcome> = {}): Outcome => ({
  ...progress,
  ...{ outcome, reasonCode, sentence: `It said ${secret} <b>` },
  ...more,
})

const endings = Object.entries(contract.reasons).flatMap(([code, { outcomes }]) =>
  outcomes.map((outcome) => [outcome, code] as [OutcomeName, ReasonCode]),
)

describe('every ending', () => {
  test.each(endings)('%s %s', (outcome, reasonCode) => {
    const result = present(outcomeOf(outcome, reasonCode), inputs({ secrets: [secret] }))
    const isFine = ['rolled-back', 'nothing-to-do', 'planned', 'recorded'].includes(outcome)
    expect(result.errors).toHaveLength(isFine ? 0 : 1)
    expect(result.summary.headline).toBe(
      reasonCode === 'ok' || reasonCode === outcome ? outcome : `${outcome} (${reasonCode})`,
    )
    expect(result.nextStep === undefined).toBe(isFine && outcome !== 'rolled-back')
    expect(JSON.stringify(result.message)).not.toContain(secret)
    expect(result.summary.lead).not.toContain('<b>')
    expect(result.message.includes('look with: kubectl -n shop')).toBe(outcome === 'unknown' || outcome === 'cancelled')
  })
})

describe('the summary', () => {
  const { summary } = present(outcomeOf('rolled-back', 'ok'), inputs({ secrets: [secret] }))
  const text = summary.blocks.join('\n')

  it('has a table of candidates, with what decided in the first three columns', () => {
    expect(text).toContain('| version | images | verdict |')
    expect(text).toContain('| template&#58;b | app&#58;2&#124;x | current |')
    expect(text).toContain('→ target (cluster)')
    expect(text).toContain('| rolled back from |')
    expect(text).not.toContain('undefined')
  })

  it('has what is to be shown as it is, without secrets', () => {
    const block = { title: 'Last words', text: `\`\`\` ${secret}\n::error::x` }
    const given = outcomeOf('not-converged', 'crash-loop', { block })
    const shown = present(given, inputs({ secrets: [secret] })).summary.blocks.join('\n')
    expect(shown).toContain('**Last words**')
    expect(shown).toContain('````text')
    expect(shown.slice(shown.indexOf('Last words'))).not.toContain(secret)
  })

  it('has nothing that others could have put there to be more than text', () => {
    const hostile = '<img src=x>|`a` @octocat'
    const [first] = progress.subjects
    const [row] = first?.candidates ?? []
    if (first === undefined || row === undefined) throw new Error('no candidate')
    const told = { ...row, version: hostile, revision: hostile, at: hostile, images: [hostile], detail: hostile }
    const subject = { name: hostile, id: 'x' }
    const one = { ...first, subject, from: hostile, to: hostile, sentence: hostile, candidates: [told] }
    const given = outcomeOf('failed', 'api-error', {
      sentence: hostile,
      subjects: [one, { ...one, subject: { name: 'b', id: 'b' } }],
      cluster: { server: `https://x/${hostile}`, uid: hostile },
      block: { title: hostile, text: hostile },
      phases: [{ name: hostile, elapsedMs: 1 }],
    })
    const { lead, blocks } = present(given, inputs()).summary
    const page = [lead, ...blocks].join('\n').replace(/```text.*?```/gs, '')
    expect(page).not.toContain('<img')
    expect(page).not.toContain('@octocat')
  })

  it('has a row for each of several workloads', () => {
    const [first] = progress.subjects
    if (first === undefined) throw new Error('no subject')
    const second = { ...first, subject: { name: 'deployment/other', id: 'x' }, evidence: 'provider' } as const
    const { outputs, summary: page } = present(outcomeOf('rolled-back', 'ok', { subjects: [first, second] }), inputs())
    expect(page.blocks.join('\n')).toContain('| workload | outcome | Details | from | to |')
    expect(outputs).toMatchObject({
      from: 'deployment/app=template:b\ndeployment/other=template:b',
      to: 'deployment/app=template:a\ndeployment/other=template:a',
      evidence: 'provider',
    })
  })
})

it('no secret is shown in what comes from elsewhere', () => {
  const [first] = progress.subjects
  if (first === undefined) throw new Error('no subject')
  const telling = { ...first, sentence: `It said ${secret}`, warnings: [`Warned of ${secret}`], candidates: [] }
  const block = { title: 'Last words', text: secret }
  const known = inputs({ secrets: [secret] })
  const more = { inputs: known, subjects: [telling, telling], block, warnings: [secret] }
  expect(JSON.stringify(present(outcomeOf('failed', 'api-error', more), known))).not.toContain(secret)
})

it('outputs and warnings of one workload', () => {
  const { outputs, warnings, report } = present(outcomeOf('rolled-back', 'ok'), inputs())
  expect(outputs).toEqual({ from: 'template:b', to: 'template:a', evidence: 'cluster', 'elapsed-ms': '200' })
  expect(warnings).toEqual([{ title: 'rollback', message: 'deployment/app: configmap/x was changed' }])
  expect(report).toMatchObject({
    mode: 'execute',
    provider: 'kubernetes',
    by: 'dave',
    reason: 'checkout fails',
    health: null,
  })
})

it('an error says what to do next: what the ending says, or else the contract', () => {
  const usual = present(outcomeOf('refused', 'paused'), inputs())
  expect(usual.errors).toEqual([
    { title: 'rollback: paused', message: usual.message, nextStep: contract.reasons.paused.nextStep },
  ])
  expect(present(outcomeOf('refused', 'paused', { nextStep: 'Ask.' }), inputs()).errors[0]?.nextStep).toBe('Ask.')
})

it('the cluster is in the report where it is known', () => {
  const cluster = { server: 'https://k8s.example.com', uid: '' }
  expect(present(outcomeOf('refused', 'paused'), inputs()).report).toMatchObject({ cluster })
  expect(present(outcomeOf('refused', 'paused', { cluster: undefined }), inputs()).report).not.toHaveProperty('cluster')
})

describe('what is stopped', () => {
  it('says what to do next: what the error says, or else the contract', () => {
    const hinted = new ActionError('internal-error', 'x', { hint: 'Ask.' })
    expect(whenStopped(hinted, progress).nextStep).toBe('Ask.')
    expect(whenStopped(crash, progress).nextStep).toBe(contract.reasons['internal-error'].nextStep)
  })

  const crash = new ActionError('internal-error', 'The action itself failed: x')
  const cancelled = new ActionError('cancelled', 'Cancelled before the outcome was known.')

  it('before anything is known says no more than the contract', () => {
    expect(whenStopped(crash, undefined)).toEqual({})
  })

  test.each([
    [crash, false, 'refused'],
    [crash, true, 'unknown'],
    [cancelled, false, 'cancelled'],
    [cancelled, true, 'cancelled'],
  ])('%s, written: %s, ends %s', (error, isWritten, outcome) => {
    const report = { mode: 'execute', provider: 'kubernetes', by: 'dave' }
    expect(whenStopped(error, { ...progress, isWritten })).toMatchObject({ outcome, report })
  })

  it('says what was left, and the command to look at it', () => {
    const { message } = whenStopped(cancelled, progress)
    expect(message).toBe(
      'Cancelled before the outcome was known. Left as it was then: deployment/app from template:b to template:a; look with: kubectl -n shop get deployments/app',
    )
    expect(whenStopped(cancelled, { ...progress, isWritten: false }).message).toContain(
      'Nothing was written; look with',
    )
  })
})
