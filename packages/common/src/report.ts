import { mkdirSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { invalidInput, messageOf } from './errors.ts'
import { forPrintedJson } from './escape.ts'

/** Where the report goes: the given path from the working directory on, or a fresh file under `RUNNER_TEMP`. */
export function reportPath(actionName: string, given: string): string {
  if (given !== '') return resolve(given)
  const folder = process.env.RUNNER_TEMP || tmpdir()
  return join(folder, `${actionName}-report-${unique()}.json`)
}

/** Makes the folder of the report, so that a path that cannot be written is found before any work. @throws ActionError */
export function prepareReport(path: string): void {
  const refuse = (problem: string, cause?: unknown) =>
    invalidInput(`Input "report-path": ${problem}.`, 'Give the path of a file in a folder that can be written.', cause)
  const existing = statOf(path)
  if (existing?.isDirectory()) throw refuse(`${JSON.stringify(path)} is a folder`)
  if (existing !== undefined && !existing.isFile()) throw refuse(`${JSON.stringify(path)} is no ordinary file`)
  const trial = temporaryBeside(path)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(trial, '')
    rmSync(trial)
  } catch (error) {
    throw refuse(`${JSON.stringify(path)} cannot be written: ${messageOf(error)}`, error)
  }
}

/** Indented for people, but for lists of numbers, which stay in one line: of a histogram they would be thousands. */
function indented(report: object): string {
  // Within a text a line break is written as an escape, so that a real one belongs to the form.
  return JSON.stringify(report, undefined, 2).replace(
    /\[\n([-+.\deE,\s]+)\]/g,
    (_, numbers: string) => `[${numbers.trim().replace(/\s+/g, ' ')}]`,
  )
}

/** Writes the report atomically: a reader sees the whole file or none. */
export function writeReport(path: string, report: object): void {
  const temporary = temporaryBeside(path)
  mkdirSync(dirname(path), { recursive: true })
  try {
    writeFileSync(temporary, `${forPrintedJson(indented(report))}\n`)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function temporaryBeside(path: string): string {
  return `${path}.${unique()}.tmp`
}

function unique(): string {
  return `${process.pid}-${process.hrtime.bigint().toString(36)}`
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}
