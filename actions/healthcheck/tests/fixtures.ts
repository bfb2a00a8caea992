import { inputReader } from '@deploy-safety/common/inputs'
import type { AnswerRecord } from '@deploy-safety/probe/answer'
import { noProgress } from '@deploy-safety/probe/progress'
import { type Failure, reasons } from '@deploy-safety/probe/reason'
import type { Verdict } from '@deploy-safety/probe/watch'
import { type InputName, inputDefaults } from '../src/input-names.ts'
import type { Inputs } from '../src/inputs.ts'
import { readTarget, type Target } from '../src/target.ts'
import type { Outcome, TargetOutcome } from '../src/verdict.ts'
import { decide } from '../src/verdict.ts'

/** A target as it is read from inputs. */
export function targetOf(name: string, given: Partial<Record<InputName, string>> = {}, required = true): Target {
  const textOf = (input: InputName) => given[input] ?? (input === 'url' ? `https://${name}.example.com/health` : '')
  return readTarget({ name, required, input: inputReader({ defaults: inputDefaults, textOf }) }, () => undefined)
}

export function inputsOf(...targets: Target[]): Inputs {
  return { targets, concurrency: 8, secrets: [], isPullRequest: false }
}

export function answerOf(given: Partial<AnswerRecord> = {}): AnswerRecord {
  return {
    status: 200,
    headers: {},
    url: new URL('https://api.example.com/health'),
    proxy: undefined,
    certificate: undefined,
    version: undefined,
    hops: [],
    latencyMs: 12.345,
    phases: { dnsMs: 1, connectMs: 2, tlsMs: 3, firstByteMs: 10, bodyMs: 2.345 },
    address: '192.0.2.1:443',
    excerpt: '',
    ...given,
  }
}

/** A verdict: healthy, undecided, or that of a failure. */
export function verdictOf(result: 'healthy' | 'undecided' | Failure, lastAnswer?: AnswerRecord): Verdict {
  const failure = typeof result === 'string' ? undefined : result
  const attempts = result === 'undecided' ? 0 : 1
  return {
    kind: typeof result === 'string' ? result : reasons[result.reason].verdict,
    failure,
    progress: { ...noProgress, attempts },
    samples: undefined,
    history: {
      tries: [],
      lastAnswer,
      addresses: [],
      latenciesMs: result === 'healthy' && lastAnswer !== undefined ? [lastAnswer.latencyMs] : [],
    },
    elapsedMs: 1_234.5,
  }
}

export function outcomeOf(...targets: TargetOutcome[]): Outcome {
  return { ...decide(targets), targets, elapsedMs: 1_234.5 }
}
