import { invalidInput } from '@deploy-safety/common/errors'
import { Malformed, parseLines } from '@deploy-safety/common/inputs'
import { parseReference, type Reference } from './reference.ts'

/** An explicit version: one for all subjects, or one for each, as the outputs `from` and `to` have them. */
export class Wishes {
  readonly #all: Reference | undefined
  readonly #bySubject: ReadonlyMap<string, Reference>

  constructor(all: Reference | undefined, bySubject: ReadonlyMap<string, Reference>) {
    this.#all = all
    this.#bySubject = bySubject
  }

  /** Undefined: nothing is wished for this subject. */
  of(subject: string): Reference | undefined {
    return this.#all ?? this.#bySubject.get(subject)
  }

  /** @throws ActionError `invalid-input`, when it names a subject that is none, or leaves one out */
  refuseUnknown(input: string, subjects: readonly string[]): void {
    if (this.#all !== undefined) return
    const unknown = [...this.#bySubject.keys()].find((subject) => !subjects.includes(subject))
    const left = subjects.find((subject) => !this.#bySubject.has(subject))
    if (unknown === undefined && left === undefined) return
    throw invalidInput(
      unknown === undefined
        ? `"${input}" names no version for ${left}.`
        : `"${input}" names a version for ${unknown}, which this step does not roll back.`,
      'Give one version for all, or a line for each workload: deployment/api=1.4.0.',
    )
  }
}

const ofSubject = /^((?:deployment|statefulset|daemonset)\/[^=]+)=(.+)$/

/** One version, or lines of `deployment/api=<version>`. @throws Malformed */
export function parseWish(text: string): Wishes {
  const lines = parseLines(text)
  const [only = ''] = lines
  if (lines.length === 1 && !ofSubject.test(only)) return new Wishes(parseReference(only), new Map())
  const entries = lines.map((line) => {
    const [, subject, version] = ofSubject.exec(line) ?? []
    if (subject !== undefined && version !== undefined) return [subject, parseReference(version.trim())] as const
    throw new Malformed(
      'there are several lines, and not each is for a workload',
      'Write deployment/api=<version> in each line.',
    )
  })
  const bySubject = new Map(entries)
  if (bySubject.size === entries.length) return new Wishes(undefined, bySubject)
  throw new Malformed('a workload is there twice', 'Name each workload once.')
}
