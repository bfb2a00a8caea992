import { inputReader } from '@deploy-safety/common/inputs'
import {
  readVerification,
  type Verification,
  type VerifyInput,
  verifyInputs,
} from '../../src/verification/verify-inputs.ts'

export type Given = Partial<Record<VerifyInput, string>>

/** What is read from inputs as the runner gives them: all of them are there, with their defaults or empty. */
export function read(given: Given, proxy?: URL): Verification | undefined {
  const textOf = (name: VerifyInput) => given[name] ?? verifyInputs[name]
  return readVerification(inputReader({ defaults: verifyInputs, textOf }), () => proxy)
}

/** The same, of a URL that is there. */
export function verificationOf(given: Given = {}, proxy?: URL): Verification {
  const verification = read({ 'verify-url': 'https://app.example.com/health', ...given }, proxy)
  if (verification === undefined) throw new Error('Nothing is verified')
  return verification
}
