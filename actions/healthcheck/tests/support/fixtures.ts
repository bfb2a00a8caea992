import { inputReader } from '@deploy-safety/common/inputs'
import type { AttemptRecord } from '@deploy-safety/probe/history'
import { noProgress } from '@deploy-safety/probe/progress'
import { type Failure, reasons } from '@deploy-safety/probe/reason'
import type { ResponseRecord } from '@deploy-safety/probe/response'
import type { Verdict } from '@deploy-safety/probe/watch'
import { type Check, readCheck } from '../../src/check.ts'
import { contract, type InputName } from '../../src/contract.ts'
import type { Inputs } from '../../src/inputs.ts'
import type { CheckedTarget, Outcome } from '../../src/verdict.ts'
import { decide } from '../../src/verdict.ts'

/** A check as it is read from inputs. */
export function checkOf(name: string, given: Partial<Record<InputName, string>> = {}, required = true): Promise<Check> {
  const textOf = (input: InputName) => given[input] ?? (input === 'url' ? `https://${name}.example.com/health` : '')
  return readCheck({ name, required, input: inputReader({ defaults: contract.inputs, textOf }) }, () => undefined)
}

export function inputsOf(...checks: Check[]): Inputs {
  return { checks, concurrency: 8, secrets: [], isPullRequest: false }
}

export function responseOf(given: Partial<ResponseRecord> = {}): ResponseRecord {
  return {
    status: 200,
    headers: {},
    url: new URL('https://api.example.com/health'),
    proxy: undefined,
    certificate: undefined,
    observedVersion: undefined,
    hops: [],
    latencyMs: 12.345,
    phases: { dnsMs: 1, connectMs: 2, tlsMs: 3, firstByteMs: 10, bodyMs: 2.345 },
    address: '192.0.2.1:443',
    excerpt: '',
    ...given,
  }
}

/** A verdict: healthy, undecided, or that of a failure. */
export function verdictOf(result: 'healthy' | 'undecided' | Failure, lastResponse?: ResponseRecord): Verdict {
  const failure = typeof result === 'string' ? undefined : result
  const attempts = result === 'undecided' ? 0 : 1
  return {
    kind: typeof result === 'string' ? result : reasons[result.reasonCode].verdict,
    failure,
    progress: { ...noProgress, attempts },
    samples: undefined,
    history: {
      attemptLog: attempts === 0 ? [] : [attemptOf(failure, lastResponse)],
      lastResponse,
      addresses: [],
      latenciesMs: result === 'healthy' && lastResponse !== undefined ? [lastResponse.latencyMs] : [],
    },
    elapsedMs: 1_234.5,
  }
}

function attemptOf(failure: Failure | undefined, response: ResponseRecord | undefined): AttemptRecord {
  const { status, latencyMs, address } = response ?? {}
  const observedVersion = response?.observedVersion?.text
  return { startedMs: 0, endedMs: 20, status, latencyMs, observedVersion, address, failure }
}

/** The verdict with its last attempts: why each failed, without a response. */
export function withAttempts(verdict: Verdict, failures: readonly (Failure | undefined)[]): Verdict {
  const attemptLog = failures.map((failure) => attemptOf(failure, failure === undefined ? responseOf() : undefined))
  return { ...verdict, history: { ...verdict.history, attemptLog } }
}

export function outcomeOf(...targets: CheckedTarget[]): Outcome {
  return { ...decide(targets), targets, elapsedMs: 1_234.5 }
}
