import type { OutcomeName, ReasonCode } from './contract.ts'
import type { Inputs } from './inputs.ts'
import type { Row } from './target/decide.ts'
import type { Rung } from './target/evidence.ts'
import type { Health } from './verification/verify.ts'

/** What is rolled back: a workload, a Service, a release. */
export interface Subject {
  /** As people write it: `deployment/api`. */
  readonly name: string
  /** Under which evidence counts: `deployment/<namespace>/<name>@<uid>`. */
  readonly id: string
}

/** How it ended for a subject. */
export interface Ending {
  readonly outcome: OutcomeName
  readonly reasonCode: ReasonCode
  /** What happened, in one sentence. */
  readonly sentence: string
  /** Where it is another than the contract's. */
  readonly nextStep?: string
  /** Lines to show as they are: a Role, the last words of a container. */
  readonly block?: { readonly title: string; readonly text: string }
}

/** One subject, as far as it has come. */
export interface SubjectResult extends Ending {
  readonly subject: Subject
  /** Empty when not known. */
  readonly from: string
  readonly to: string
  readonly evidence: Rung | ''
  readonly warnings: readonly string[]
  /** Newest first. */
  readonly candidates: readonly Row[]
}

export interface Phase {
  readonly name: string
  readonly elapsedMs: number
}

/** The cluster that it was about. */
export interface ClusterIdentity {
  /** As written in the kubeconfig. */
  readonly server: string
  /** Of the namespace kube-system; empty where it may not be read. */
  readonly uid: string
}

/** What is known so far, whatever ends the step. */
export interface Progress {
  readonly inputs: Inputs
  readonly cluster: ClusterIdentity | undefined
  readonly subjects: readonly SubjectResult[]
  readonly phases: readonly Phase[]
  readonly health: Health | undefined
  /** Something was written, or may have been. */
  readonly isWritten: boolean
  /** The command that shows what there is now; empty when there is none. */
  readonly look: string
  readonly warnings: readonly string[]
}

export interface Outcome extends Progress, Ending {}

/** Of several subjects the worst outcome counts. */
const worstFirst: readonly OutcomeName[] = [
  'unknown',
  'cancelled',
  'not-converged',
  'rolled-back-unhealthy',
  'reverted-by-controller',
  'superseded',
  'failed',
  'refused',
  'no-target',
  'rolled-back',
  'recorded',
  'planned',
  'nothing-to-do',
]

/** The ending of the whole: the worst outcome, with the reason of the first subject that has it. */
export function worstOf<E extends Ending>(endings: readonly E[]): E | undefined {
  const rank = ({ outcome }: Ending) => worstFirst.indexOf(outcome)
  return endings.reduce<E | undefined>((worst, ending) => {
    return worst === undefined || rank(ending) < rank(worst) ? ending : worst
  }, undefined)
}

/** What ends the reading of a subject, or of all. Thrown where there is nothing to return to. */
export class Stop extends Error {
  readonly ending: Ending

  constructor(ending: Ending, cause?: unknown) {
    super(ending.sentence, cause === undefined ? undefined : { cause })
    this.name = 'Stop'
    this.ending = ending
  }
}
