import type { Inputs } from './inputs.ts'
import type { Ending } from './outcome.ts'
import { isAllowedRef } from './ref-pattern.ts'
import { isVersion } from './version-pattern.ts'

/** What is denied without asking anybody; undefined when people are to decide. @throws ActionError `invalid-input` */
export function deniedBeforehand({ context, policy, versionPattern, version }: Inputs): Ending | undefined {
  if (policy.allowedRefs.length > 0 && !isAllowedRef(context.ref, policy.allowedRefs)) {
    const sentence = `${context.ref || 'A run without a ref'} is not in allowed-refs (${policy.allowedRefs.join(', ')})`
    return { outcome: 'denied', reasonCode: 'ref-not-allowed', sentence }
  }
  if (versionPattern === undefined || isVersion(version, versionPattern)) return undefined
  const sentence = `version ${version} does not match ${versionPattern.text}`
  return { outcome: 'denied', reasonCode: 'version-invalid', sentence }
}
