import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { invalidInput, messageOf } from './errors.ts'
import { forPrintedJson } from './escape.ts'

/** Where the report goes: the given path from the working directory on, or a fresh file under `RUNNER_TEMP`. */
export function reportPath(actionName: string, given: string): string {
  if (given !== '') return resolve(given)
  const folder = process.env.RUNNER_TEMP || tmpdir()
  return join(folder, `${actionName}-report-${randomBytes(6).toString('hex')}.json`)
}

/** Makes the folder of the report, so that a path that cannot be written is found before any work. @throws ActionError */
export async function prepareReport(path: string): Promise<void> {
  const refuse = (problem: string, cause?: unknown) =>
    invalidInput(`Input "report-path": ${problem}.`, 'Give the path of a file in a folder that can be written.', cause)
  const existing = await stat(path).catch(() => undefined)
  if (existing?.isDirectory()) throw refuse(`${JSON.stringify(path)} is a folder`)
  if (existing !== undefined && !existing.isFile()) throw refuse(`${JSON.stringify(path)} is no ordinary file`)
  const trial = temporaryBeside(path)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(trial, '')
    await rm(trial)
  } catch (error) {
    throw refuse(`${JSON.stringify(path)} cannot be written: ${messageOf(error)}`, error)
  }
}

/** Writes the report atomically: a reader sees the whole file or none. */
export async function writeReport(path: string, report: object): Promise<void> {
  const temporary = temporaryBeside(path)
  await mkdir(dirname(path), { recursive: true })
  try {
    await writeFile(temporary, `${forPrintedJson(JSON.stringify(report, undefined, 2))}\n`)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function temporaryBeside(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}.tmp`
}
