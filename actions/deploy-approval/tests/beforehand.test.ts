import { describe, expect, it } from 'vitest'
import { deniedBeforehand } from '../src/beforehand.ts'
import { parseVersionPattern } from '../src/version-pattern.ts'
import { Stage } from './support/stage.ts'

const stage = new Stage()
const denied = (allowedRefs: readonly string[], pattern: string, version = 'v1.4.0') =>
  deniedBeforehand(
    stage.inputs({
      policy: { allowedRefs, versionPattern: pattern },
      versionPattern: pattern === '' ? undefined : parseVersionPattern(pattern),
      version,
    }),
  )

describe('before anybody is asked', () => {
  it.each([
    ['no rules', [], ''],
    ['an allowed ref', ['refs/heads/*', 'refs/tags/v*'], ''],
    ['a version of the right form', [], 'semver'],
  ])('nothing is denied with %s', (_, refs, pattern) => {
    expect(denied(refs, pattern)).toBeUndefined()
  })

  it('a ref that is not allowed is denied, and the sentence says which are', () => {
    expect(denied(['refs/heads/main', 'refs/tags/x*'], 'semver')).toEqual({
      outcome: 'denied',
      reasonCode: 'ref-not-allowed',
      sentence: 'refs/tags/v1.4.0 is not in allowed-refs (refs/heads/main, refs/tags/x*)',
    })
  })

  it('one allowed ref is a rule too', () => {
    expect(denied(['refs/heads/main'], '')?.reasonCode).toBe('ref-not-allowed')
  })

  it('a run without a ref, as for the deployment of a commit, has none that is allowed', () => {
    const { context, ...inputs } = stage.inputs({ policy: { allowedRefs: ['**'] } })
    expect(deniedBeforehand({ ...inputs, context: { ...context, ref: '' } })).toBeUndefined()
    const strict = { ...inputs, policy: { ...inputs.policy, allowedRefs: ['refs/**'] } }
    expect(deniedBeforehand({ ...strict, context: { ...context, ref: '' } })?.sentence).toBe(
      'A run without a ref is not in allowed-refs (refs/**)',
    )
  })

  it('a version of another form is denied, and the sentence says what was expected', () => {
    expect(denied(['**'], 'semver', '1.4')).toEqual({
      outcome: 'denied',
      reasonCode: 'version-invalid',
      sentence: 'version 1.4 does not match semver',
    })
  })
})
