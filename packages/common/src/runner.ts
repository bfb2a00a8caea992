import { setSecret, summary } from '@actions/core'
import { worthMasking } from './redact.ts'

/** Has the runner replace these values in all that the job prints from now on, those that are too short for it aside. */
export function maskAll(secrets: readonly string[]): void {
  for (const secret of worthMasking(secrets)) setSecret(secret)
}

/** Appends Markdown to the summary of the step. @throws Error when it cannot be written */
export async function appendSummary(markdown: string): Promise<void> {
  // The toolkit keeps what it could not write, and would write it twice.
  await summary.emptyBuffer().addRaw(markdown).write()
}
