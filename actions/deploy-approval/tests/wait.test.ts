import { describe, expect, it } from 'vitest'
import { Stage } from './support/stage.ts'

describe('a request', () => {
  it('is approved by two entitled people, and by nobody less', async () => {
    const stage = new Stage()
    stage.says(60, 'alice', '/approve looks good')
    stage.says(3300, 'bob', '/approve')
    const outcome = await stage.play()
    expect(outcome).toMatchObject({ outcome: 'approved', reasonCode: 'ok' })
    console.log(stage.log, outcome.sentence, stage.github.requests.length, stage.github.counted)
  })
  it('check', async () => {
    const stage = new Stage()
    const policy = { allowedRefs: ['refs/tags/v*'], timeoutMs: 72 * 3_600_000 }
    const gate = workflowPath
    console.log((await stage.play({ mode: 'request', policy, gate })).sentence)
    stage.run.complete('success')
    stage.github.as('alice').comment(stage.issue, '/approve')
    let before = stage.github.counted
    let o = await stage.play({ mode: 'check', policy, gate, issueNumber: 1 })
    console.log(o.outcome, o.reasonCode, o.sentence, stage.github.counted - before)
    stage.github.as('bob').comment(stage.issue, '/approve')
    before = stage.github.counted
    o = await stage.play({ mode: 'check', policy, gate, issueNumber: 1 })
    console.log(o.outcome, o.reasonCode, o.sentence, stage.github.counted - before)
    o = await stage.play({ mode: 'check', policy, gate, issueNumber: 1 })
    console.log(o.outcome, o.reasonCode, o.sentence)
  })
  it('others', async () => {
    for (const story of [
      (s: Stage) => s.says(30, 'bob', '/deny no'),
      (s: Stage) => s.after(30, () => s.github.as('carol').close(s.issue)),
      (s: Stage) => s.after(30, () => s.github.as('mallory').retitle(s.issue, 'x')),
      (s: Stage) => s.after(30, () => s.github.as('mallory').rewrite(s.issue, 'x')),
      (s: Stage) => {
        s.says(10, 'alice', 'hm')
        s.after(30, () => s.github.as('mallory').edit([...s.issue.comments.values()].at(-1)!, '/approve'))
      },
      (s: Stage) => {
        s.says(10, 'alice', '/approve')
        s.says(30, 'alice', '/approve')
        s.says(40, 'dave', '/approve')
        s.says(50, 'mallory', '/approve')
        s.says(60, 'bob', 'lgtm')
      },
      (s: Stage) => s.after(30, () => s.github.as('mallory').deleteIssue(s.issue)),
      (s: Stage) => s.after(30, () => s.cancel.abort()),
    ]) {
      const stage = new Stage()
      story(stage)
      try {
        const o = await stage.play()
        console.log(o.outcome, o.reasonCode, o.sentence, o.deniedBy, stage.github.counted)
      } catch (error) {
        console.log(String(error), stage.issue.state, stage.kept)
      }
      if (stage.repository.issues.size > 0)
        console.log(
          stage.issue.state,
          [...stage.issue.comments.values()].map((c) => c.body.slice(0, 60)),
        )
    }
  })
  it('emergency', async () => {
    const stage = new Stage()
    const o = await stage.play({ emergency: { reason: 'down', incident: 'INC-1', reviewWithinMs: 3600e3 } })
    console.log(o.outcome, o.reasonCode, o.sentence, o.audit?.canonical)
  })
})

import { workflowPath } from './support/stage.ts'
