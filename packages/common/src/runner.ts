import { appendFileSync } from 'node:fs'
import { setSecret } from '@actions/core'
import { worthMasking } from './redact.ts'

/** Has the runner replace these values in all that the job prints from now on, those that are too short for it aside. */
export function maskAll(secrets: readonly string[]): void {
  for (const secret of worthMasking(secrets)) setSecret(secret)
}

/**
 * Appends Markdown to the summary of the step, which is a file. The toolkit's own way loads eleven modules of Node for
 * it, 2 ms of every run. @throws Error when it cannot be written
 */
export function appendSummary(markdown: string): void {
  const path = process.env.GITHUB_STEP_SUMMARY
  if (!path) throw new Error('GITHUB_STEP_SUMMARY is not set; the runner sets it for every step')
  appendFileSync(path, markdown)
}
