import { type Contract, commonReasons } from './contract.ts'
import { Malformed, quote } from './inputs.ts'

/** What an action ends with, ready to be published. Texts may be foreign: they are escaped where they are written. */
export interface Result {
  readonly outcome: string
  readonly reasonCode: string
  /** The verdict in one sentence. */
  readonly message: string
  /** What to do next; absent when there is nothing to do. */
  readonly nextStep?: string
  /** The outputs of this action, beyond `outcome`, `reason-code` and `report`. */
  readonly outputs: Readonly<Record<string, string>>
  /** The fields of this action in the JSON report, beyond the common ones. */
  readonly report: Readonly<Record<string, unknown>>
  readonly summary: Summary
  /** An annotation each. */
  readonly warnings: readonly Notice[]
  readonly errors: readonly Notice[]
}

/** The page of the step: a heading, what decided, what to do next, and then everything else. */
export interface Summary {
  /** `⚠️`: nothing could be said, or something optional failed. */
  readonly icon: '✅' | '❌' | '⚠️'
  /** Behind the name of the action: the outcome's own word, and of how many. Text. */
  readonly headline: string
  /** What decided, in a line of Markdown, already escaped; empty when the headline says it. */
  readonly lead: string
  /** Markdown below, already escaped. */
  readonly blocks: readonly string[]
}

export interface Notice {
  readonly title: string
  /** One sentence. */
  readonly message: string
  /** Shown once where several notices have the same. */
  readonly nextStep?: string
}

/** Which outcomes fail the step. */
export type FailOn = 'default' | ReadonlySet<string>

/** Reads `fail-on`: outcomes in a comma list, or `never`. @throws Malformed (the parser) */
export function parseFailOn({ outcomes }: Pick<Contract, 'outcomes'>): (text: string) => FailOn {
  return (text) => {
    if (text === 'never') return new Set()
    const names = text.split(',').map((name) => name.trim())
    const unknown = names.find((name) => !Object.hasOwn(outcomes, name))
    if (unknown === undefined) return new Set(names)
    throw new Malformed(
      `${quote(unknown)} is not an outcome of this action`,
      `Use never, or a comma list of: ${Object.keys(outcomes).join(', ')}.`,
    )
  }
}

/**
 * `fail-on` is about findings; bad input, internal errors and cancellation fail the step whatever it says, and so does
 * an outcome that the contract has so.
 * @param mode the input `mode`, where the action has one
 */
export function failsStep(
  { outcome, reasonCode }: Pick<Result, 'outcome' | 'reasonCode'>,
  { failOn, mode }: { failOn: FailOn; mode: string },
  { outcomes }: Pick<Contract, 'outcomes'>,
): boolean {
  const ending = outcomes[outcome] ?? 'always-fails'
  if (ending === 'always-fails' || Object.hasOwn(commonReasons, reasonCode)) return true
  if (failOn !== 'default') return failOn.has(outcome)
  return typeof ending === 'string' ? ending === 'fails' : ending.succeedsInMode !== mode
}
