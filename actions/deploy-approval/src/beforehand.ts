import { invalidInput } from '@deploy-safety/common/errors'
import { runWithin, timedOut } from '@deploy-safety/common/time-box'
import type { Inputs } from './inputs.ts'
import type { Ending } from './outcome.ts'
import { isAllowedRef } from './ref-pattern.ts'

const regexLimitMs = 500

/** What is denied without asking anybody; undefined when people are to decide. @throws ActionError `invalid-input` */
export function deniedBeforehand({ context, policy, versionPattern, version }: Inputs): Ending | undefined {
  if (policy.allowedRefs.length > 0 && !isAllowedRef(context.ref, policy.allowedRefs)) {
    const sentence = `${context.ref} is not in allowed-refs (${policy.allowedRefs.join(', ')})`
    return { outcome: 'denied', reasonCode: 'ref-not-allowed', sentence }
  }
  if (versionPattern === undefined) return undefined
  const { regex, text } = versionPattern
  const matches = runWithin(regexLimitMs, () => regex.test(version))
  if (matches === timedOut) {
    throw invalidInput(`Input "version-pattern": ${text} takes too long on this version.`, 'Simplify the expression.')
  }
  if (matches) return undefined
  return { outcome: 'denied', reasonCode: 'version-invalid', sentence: `version ${version} does not match ${text}` }
}
