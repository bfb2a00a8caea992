import { mkdirSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { invalidInput, messageOf } from './errors.ts'
import { forPrintedJson } from './escape.ts'

/** Of the form of the reports of all actions: whoever reads one has to know it. */
export const schemaVersion = 1

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
  if (existing !== undefined && !existing.isFile()) throw refuse(`${JSON.stringify(path)} is not an ordinary file`)
  const trial = temporaryBeside(path)
  try {
    makeFolder(dirname(path))
    writeFileSync(trial, '')
    rmSync(trial)
  } catch (error) {
    throw refuse(`${JSON.stringify(path)} cannot be written: ${whyOf(error)}`, error)
  }
}

const obstacles: Readonly<Record<string, string>> = {
  ENOENT: 'its folder cannot be made',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file stands where its folder should be',
  EEXIST: 'a file stands where its folder should be',
  ENAMETOOLONG: 'the path is too long',
  ERR_INVALID_ARG_VALUE: 'it has a character that no path can have',
}

function whyOf(error: unknown): string {
  return obstacles[String((error as NodeJS.ErrnoException).code)] ?? messageOf(error)
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
export function writeReport(path: string, report: object, rename: Rename = renameSync): void {
  const temporary = temporaryBeside(path)
  makeFolder(dirname(path))
  try {
    writeFileSync(temporary, `${forPrintedJson(indented(report))}\n`)
    renamePatiently(temporary, path, rename)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

type Rename = (from: string, to: string) => void

// On Windows a virus scanner or an indexer holds a file for a moment that was just written, or the one to replace.
const holdMs = [10, 40, 150, 300, 450]

function renamePatiently(from: string, to: string, rename: Rename): void {
  for (const ms of holdMs) {
    try {
      rename(from, to)
      return
    } catch (error) {
      if (!/^(EPERM|EACCES|EBUSY)$/.test(String((error as NodeJS.ErrnoException).code))) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
    }
  }
  rename(from, to)
}

/** Node's own way to make parents as well (`recursive`) never ends below /proc, where nothing can be made. */
function makeFolder(path: string): void {
  if (isFolder(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have made it.
    if (!isFolder(path)) throw error
  }
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() === true
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
