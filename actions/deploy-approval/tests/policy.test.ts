import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashPolicy, type Policy, sha256 } from '../src/policy.ts'

const policy: Policy = {
  approvers: { logins: ['alice', 'bob'], teams: [{ org: 'octo-org', slug: 'ops' }] },
  ...{ requiredApprovals: 2, initiator: 'excluded', excludeAuthors: false, versionPattern: 'semver' },
  ...{
    allowedRefs: ['refs/tags/v*'],
    checklist: ['Größe geprüft', 'second'],
    checklistRequired: true,
    timeoutMs: 3_600_000,
  },
}

describe('the hash of a policy', () => {
  it('is that of its keys in order, without blanks', () => {
    const text =
      '{"allowedRefs":["refs/tags/v*"],"approvers":{"logins":["alice","bob"],"teams":[{"org":"octo-org","slug":"ops"}]},' +
      '"checklist":["Größe geprüft","second"],"checklistRequired":true,"excludeAuthors":false,"initiator":"excluded",' +
      '"requiredApprovals":2,"timeoutMs":3600000,"versionPattern":"semver"}'
    expect(hashPolicy(policy)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'))
  })

  it('does not depend on the order in which it was put together', () => {
    const reversed = Object.fromEntries(Object.entries(policy).toReversed()) as unknown as Policy
    expect(hashPolicy(reversed)).toBe(hashPolicy(policy))
  })

  it.each<Partial<Policy>>([
    { approvers: { logins: ['alice'], teams: policy.approvers.teams } },
    { approvers: { logins: ['alice', 'bob'], teams: [] } },
    { requiredApprovals: 1 },
    { initiator: 'counts' },
    { excludeAuthors: true },
    { versionPattern: '' },
    { allowedRefs: ['refs/tags/v*', '**'] },
    { checklist: ['second', 'Größe geprüft'] },
    { checklistRequired: false },
    { timeoutMs: 3_600_001 },
  ])('is another with %j', (other) => {
    expect(hashPolicy({ ...policy, ...other })).not.toBe(hashPolicy(policy))
  })

  it('is of the UTF-8 of a text', () => {
    expect(sha256('ä')).toBe('33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc')
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})
