/**
 * What an action says to the runner, and hears from it: `@actions/core` in the few functions that are used here. The
 * toolkit itself costs a third of the time of a short action, since it loads an HTTP client for tokens that none of
 * them asks for (docs/adr/0005). A test holds every function against it.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
import { appendFileSync } from 'node:fs'
import { EOL } from 'node:os'

/** An input of the step as it was given, trimmed; empty when it was not. */
export function getInput(name: string): string {
  return (process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '').trim()
}

/** Has the runner replace a value in all that the job prints from now on. */
export function setSecret(value: string): void {
  issueCommand('add-mask', value)
}

/** An output of the step; without a file for it, which only an old runner lacks, a command. @throws Error */
export function setOutput(name: string, value: string): void {
  const path = process.env.GITHUB_OUTPUT
  const delimiter = notIn(value)
  if (!path) issueCommand('set-output', value, { name })
  else appendFileSync(path, [`${name}<<${delimiter}`, value, delimiter, ''].join(EOL))
}

/** A word that a text does not contain, so that nothing in the text can end what it delimits. */
function notIn(text: string, word = 'end-of-output'): string {
  return text.includes(word) ? notIn(text, `${word}-`) : word
}

/** Adds Markdown to the summary of the step. @throws Error when it cannot be written */
export function appendSummary(markdown: string): void {
  const path = process.env.GITHUB_STEP_SUMMARY
  if (!path) throw new Error('GITHUB_STEP_SUMMARY is not set; the runner sets it for every step')
  appendFileSync(path, markdown)
}

/** A line of the log. */
export function info(line: string): void {
  process.stdout.write(`${line}${EOL}`)
}

/** A line that is only shown when the job runs with debug logging. */
export function debug(message: string): void {
  issueCommand('debug', message)
}

/** An annotation. */
export function annotate(kind: 'warning' | 'error', message: string, title: string): void {
  issueCommand(kind, message, title === '' ? {} : { title })
}

function issueCommand(command: string, message: string, properties: Readonly<Record<string, string>> = {}): void {
  const listed = Object.entries(properties).map(([name, value]) => ` ${name}=${escapeProperty(value)}`)
  process.stdout.write(`::${command}${listed.join(',')}::${escapeData(message)}${EOL}`)
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
