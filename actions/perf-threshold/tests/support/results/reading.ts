import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import type { Reading } from '../../../src/inputs.ts'
import { judge } from '../../../src/judging/judge.ts'
import type { Judgement } from '../../../src/judging/judgement.ts'
import type { Missing } from '../../../src/quantity.ts'
import { type Results, readResults } from '../../../src/results/results.ts'
import { gateOf, verdict, wholeRun } from '../judging/made.ts'

export const fixtures = join(import.meta.dirname, '../../fixtures')
const workerUrl = new URL('../../../src/worker.ts', import.meta.url)
const folder = temporaryFolder('results')
let folders = 0

/** A folder of its own with these files. @returns its path */
export function filesOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  folders += 1
  const path = join(folder.path, String(folders))
  mkdirSync(path)
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
  return path
}

export async function read(
  globs: string | readonly string[],
  { format = 'auto', ...reading }: Partial<Reading> & { format?: string } = {},
): Promise<Results | Missing> {
  const all = typeof globs === 'string' ? [globs] : globs
  return await readResults({ globs: all, format, reading: { ...wholeRun, ...reading }, workerUrl })
}

/** @throws Error when nothing could be read */
export async function whole(...parameters: Parameters<typeof read>): Promise<Results> {
  const results = await read(...parameters)
  if ('missing' in results) throw new Error(`${results.missing}: ${results.detail}`)
  return results
}

/** What is missing, or what was damaged. */
export async function missing(...parameters: Parameters<typeof read>): Promise<string | undefined> {
  const results = await read(...parameters)
  return 'missing' in results ? results.missing : results.damage?.missing
}

/** What a gate says of files. */
export function judgementOf(gate: string, { test }: Results, minSamples?: number): Judgement {
  const metrics = { queries: new Map(), alerts: undefined }
  return judge(gateOf(gate), { test, metrics, baseline: undefined, baselineMissing: 'warn', minSamples })
}

export function verdictOf(...parameters: Parameters<typeof judgementOf>): string {
  return verdict(judgementOf(...parameters))
}
