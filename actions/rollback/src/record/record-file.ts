import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { invalidInput, messageOf } from '@deploy-safety/common/errors'
import * as v from 'valibot'

const text = v.optional(v.string(), '')

const entry = v.looseObject({
  at: v.pipe(v.string(), v.isoTimestamp()),
  event: v.picklist(['known-good', 'rollback']),
  provider: v.string(),
  subject: v.string(),
  version: v.string(),
  commit: text,
  from: text,
  to: text,
  outcome: text,
  reason: text,
  run: text,
  by: text,
})

const recordFile = v.looseObject({ schemaVersion: v.literal(1), entries: v.array(entry) })

export type RecordEntry = v.InferOutput<typeof entry>

const mostEntries = 100
const mostBytes = 4 * 1_024 * 1_024

/** Reads the record file, oldest entry first; a missing or empty one is empty. @throws ActionError `invalid-input` */
export function readRecord(path: string): RecordEntry[] {
  const content = contentOf(path)
  if (content.trim() === '') return []
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), recordFile), content)
  if (result.success) return result.output.entries
  const [issue] = result.issues
  throw invalidInput(
    `The record file ${path} is not one that this action writes: ${issue.message}. It was left as it is.`,
    'Give another path in record-path, or restore the file from an earlier artifact, cache or commit.',
  )
}

/** Appends entries, and drops the oldest above a hundred. Whoever reads meanwhile sees all or nothing. @throws Error */
export function appendRecord(path: string, added: readonly RecordEntry[]): void {
  const entries = [...readRecord(path), ...added].slice(-mostEntries)
  const target = resolve(path)
  mkdirSync(dirname(target), { recursive: true })
  const temporary = `${target}.${randomUUID()}`
  try {
    writeFileSync(temporary, `${JSON.stringify({ schemaVersion: 1, entries }, undefined, 2)}\n`)
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function contentOf(path: string): string {
  try {
    const content = readFileSync(path)
    if (content.length <= mostBytes) return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw invalidInput(`The record file ${path} cannot be read: ${messageOf(error)}.`, 'Check record-path.')
  }
  throw invalidInput(
    `The record file ${path} has more than 4 MiB.`,
    'Check record-path: this action keeps 100 entries.',
  )
}
