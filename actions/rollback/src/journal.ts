import type { BaseEdges } from '@deploy-safety/common/action'
import type { Clock } from '@deploy-safety/common/clock'
import type { Inputs } from './inputs.ts'
import type { ClusterIdentity, Ending, Phase, Progress, SubjectResult } from './outcome.ts'
import type { Snapshot } from './provider.ts'
import type { Decision, Verdict } from './target/decide.ts'
import { whyTaken } from './target/evidence.ts'
import { describe } from './target/wording.ts'
import type { Health } from './verification/verify.ts'

/** Keeps what is known, so that whatever ends the step can tell it. */
export class Journal {
  readonly #inputs: Inputs
  readonly #clock: Clock
  readonly #reached: (progress: Progress) => void
  readonly #subjects = new Map<string, SubjectResult>()
  readonly #phases: Phase[] = []
  readonly #warnings: string[] = []
  #cluster: ClusterIdentity | undefined
  #health: Health | undefined
  readonly #begun = new Set<string>()
  #look = ''

  constructor(inputs: Inputs, { clock, reached }: Pick<BaseEdges<Progress>, 'clock' | 'reached'>) {
    this.#inputs = inputs
    this.#clock = clock
    this.#reached = reached
  }

  /** Does a part of the story, and notes for how long it took. */
  async phase<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = this.#clock.now()
    try {
      return await work()
    } finally {
      this.#phases.push({ name, elapsedMs: Math.round(this.#clock.now() - start) })
      this.#tell()
    }
  }

  read(cluster: ClusterIdentity | undefined, look: string, warnings: readonly string[]): void {
    this.#cluster = cluster
    this.#look = look
    this.#warnings.push(...warnings)
    this.#tell()
  }

  decided(snapshot: Snapshot, { verdict, candidates }: Decision): void {
    const { subject, current } = snapshot
    const target = verdict.kind === 'change' ? verdict.target : undefined
    const ending: Ending =
      verdict.kind === 'change'
        ? { outcome: 'planned', reasonCode: 'ok', sentence: `${subject.name} would go back to ${targetText(verdict)}` }
        : verdict.ending
    this.#subjects.set(subject.id, {
      ...ending,
      subject,
      from: current,
      to: target?.version ?? (verdict.kind === 'await' ? current : ''),
      evidence: verdict.kind === 'stop' ? '' : verdict.evidence,
      warnings: [...snapshot.warnings, ...unproven(verdict), ...(target?.notes ?? [])],
      candidates,
    })
    this.#tell()
  }

  /** A subject of which nothing is changed: it is only written down. */
  recording({ subject, current, warnings }: Snapshot, ending: Ending): void {
    const known = { subject, from: current, to: current, evidence: '', warnings, candidates: [] } as const
    this.#subjects.set(subject.id, { ...ending, ...known })
    this.#tell()
  }

  ended({ subject }: Snapshot, ending: Ending): void {
    const before = this.#subjects.get(subject.id)
    if (before === undefined) return
    const { nextStep: _, block: __, ...rest } = before
    this.#subjects.set(subject.id, { ...rest, ...ending })
    this.#tell()
  }

  warn(warning: string): void {
    this.#warnings.push(warning)
    this.#tell()
  }

  /** From now on something is written to it, or may be. */
  writing({ subject }: Snapshot): void {
    this.#begun.add(subject.id)
    this.#tell()
  }

  /** Those that something was written to, or may have been. */
  begun(): SubjectResult[] {
    return [...this.#subjects.values()].filter(({ subject }) => this.#begun.has(subject.id))
  }

  verified(health: Health): void {
    this.#health = health
    this.#tell()
  }

  progress(): Progress {
    return {
      inputs: this.#inputs,
      cluster: this.#cluster,
      subjects: [...this.#subjects.values()],
      phases: [...this.#phases],
      health: this.#health,
      isWritten: this.#begun.size > 0,
      look: this.#look,
      warnings: [...this.#warnings],
    }
  }

  #tell(): void {
    this.#reached(this.progress())
  }
}

function targetText({ target, evidence }: Extract<Verdict, { kind: 'change' }>): string {
  return `${describe(target)}: ${whyTaken[evidence]}`
}

function unproven(verdict: Verdict): string[] {
  if (verdict.kind !== 'change' || verdict.evidence !== 'provider') return []
  return [
    `Nothing proves that ${verdict.target.version} was good: it is a guess. Run mode record after each healthy deployment.`,
  ]
}
