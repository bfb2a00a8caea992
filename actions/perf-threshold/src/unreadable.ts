import type { Finding } from './reason.ts'

/** A result that cannot be read. `detail` follows the name of the file: `line 12: "x" is not a number`. */
export class Unreadable extends Error {
  readonly finding: Finding

  constructor(finding: Finding, detail: string, cause?: unknown) {
    super(detail, cause === undefined ? undefined : { cause })
    this.name = 'Unreadable'
    this.finding = finding
  }
}
