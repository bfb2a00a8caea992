import type { Reported } from '../reported.ts'

/** A summary that is one JSON document. */
export interface JsonFormat {
  readonly kind: 'json'
  readonly name: string
  recognises(document: unknown): boolean
  /** @throws Unreadable */
  read(document: unknown): Reported
}

/** A summary that is text or a small table. */
export interface TextFormat {
  readonly kind: 'text'
  readonly name: string
  /** Decides from the first lines, without their line ends. */
  recognises(lines: readonly string[]): boolean
  /** @throws Unreadable */
  read(text: string): Reported
}
