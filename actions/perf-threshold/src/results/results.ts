import { quote } from '@deploy-safety/common/inputs'
import type { Reading } from '../inputs.ts'
import type { LoadTest } from '../load-test/load-test.ts'
import type { Missing } from '../quantity.ts'
import { readSamples } from '../samples/read.ts'
import { Unreadable } from '../unreadable.ts'
import { filesMatching, isFolder } from './files.ts'
import { type Load, rangeOf } from './load.ts'
import { lagNotes } from './locust-lag.ts'
import { doubtsOn, loadTestOf } from './looking.ts'
import { mergeLoads } from './merge.ts'
import { type Recognised, recogniseFile } from './recognition.ts'

/** What the files say, as it was asked to be looked at. */
export interface Results {
  readonly format: string
  readonly files: readonly string[]
  readonly test: LoadTest
  readonly load: Load
  /** Something could not be read: whatever the rest says, it is not the whole run. */
  readonly damage: Missing | undefined
  /** On what was left out, and on how the tool measures. */
  readonly notes: readonly string[]
  /** On what is surely missing, and on what may be too much. */
  readonly warnings: readonly string[]
}

export interface Question {
  readonly globs: readonly string[]
  readonly format: string
  readonly reading: Reading
  /** The bundle, or source, of `worker.ts`. */
  readonly workerUrl: URL
}

/** Reads all files that match, as one run; what keeps them from being read is a finding. */
export async function readResults({ globs, format, reading, workerUrl }: Question): Promise<Results | Missing> {
  const found = filesMatching(globs)
  if (found.length === 0) return noneOf(globs)
  try {
    const { files, notes } = ofOneFormat(
      found.map((file) => inFile(file, () => recogniseFile(file))),
      format,
    )
    const load = await readLoad(files, workerUrl)
    const test = loadTestOf(load, reading)
    const damage = damageOf(load)
    if ('missing' in test) return damage ?? test
    const names = files.map(({ file }) => file)
    const lag = load.format === 'locust-stats' ? names.flatMap((name) => lagNotes(name, load)) : []
    return {
      format: load.format,
      files: names,
      test,
      load,
      damage,
      notes: [...notes, ...test.notes],
      warnings: [...lag, ...doubtsOn(load)],
    }
  } catch (error) {
    const problem = unopened(error) ?? error
    if (problem instanceof Unreadable) return { missing: problem.finding, detail: problem.message }
    throw error
  }
}

function noneOf(globs: readonly string[]): Missing {
  const folders = globs.filter(isFolder)
  const hint =
    folders.length === 0
      ? ''
      : `; ${folders.map(quote).join(', ')} is a folder: give the files in it, as in results/*.csv`
  return {
    missing: 'no-results',
    detail: `no file matches ${globs.map(quote).join(', ')}, seen from ${process.cwd()}${hint}`,
  }
}

/** Names the file in what is thrown. @throws Unreadable */
function inFile<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const problem = unopened(error) ?? error
    if (!(problem instanceof Unreadable)) throw error
    throw new Unreadable(problem.finding, `${file}: ${problem.message}`, error)
  }
}

/** What the system says of a file that is gone, or that may not be read. Of an error of another thread only the message is left. */
function unopened(error: unknown): Unreadable | undefined {
  if (!(error instanceof Error) || !/^E[A-Z\d]+: /.test(error.message)) return undefined
  return new Unreadable('no-results', `it cannot be read (${error.message})`, error)
}

/** Locust's history stands beside its statistics and says the same over time. */
const siblings: ReadonlyMap<string, readonly string[]> = new Map([
  ['locust-history', ['locust-stats', 'locust-json', 'locust-requests']],
])

/** @throws Unreadable `ambiguous-format` */
function ofOneFormat(
  all: readonly Recognised[],
  wanted: string,
): { files: Exclude<Recognised, { kind: 'sibling' }>[]; notes: string[] } {
  const formats = new Set(all.map(({ format }) => format))
  const isLeftOut = ({ kind, format }: Recognised) =>
    kind === 'sibling' || (siblings.get(format)?.some((beside) => formats.has(beside)) === true && wanted !== format)
  const files = all.filter((file) => file.kind !== 'sibling').filter((file) => !isLeftOut(file))
  const left = all.filter(isLeftOut)
  const [first, other] = [files[0], files.find(({ format }) => format !== files[0]?.format)]
  if (first === undefined)
    throw new Unreadable('no-results', `${all.map(({ file }) => file).join(', ')}: no results, only lists of failures`)
  if (other !== undefined) {
    const detail = `${first.file} is ${first.format}, and ${other.file} is ${other.format}`
    throw new Unreadable('ambiguous-format', detail)
  }
  if (wanted !== 'auto' && first.format !== wanted) {
    throw new Unreadable('unknown-format', `${first.file} is ${first.format}, and format says ${wanted}`)
  }
  const notes = left.map(({ file }) => `${file} was left out: it says in another way what ${first.file} says.`)
  return { files, notes }
}

async function readLoad(files: readonly Exclude<Recognised, { kind: 'sibling' }>[], workerUrl: URL): Promise<Load> {
  const raw = files.filter((file) => file.kind === 'raw')
  const [first] = raw
  if (first === undefined) {
    const loads = files.flatMap((file) => (file.kind === 'whole' ? [inFile(file.file, file.read)] : []))
    return mergeLoads(loads)
  }
  const rawFiles = raw.map(({ file }) => file)
  const samples = await readSamples(first.format, rawFiles, { workerUrl })
  return { kind: 'sampled', format: first.format, samples, range: rangeOf(samples), seconds: undefined, rawFiles }
}

function damageOf(load: Load): Missing | undefined {
  const [first] = load.kind === 'sampled' ? load.samples.damage : []
  if (first === undefined || load.kind !== 'sampled') return undefined
  const more = load.samples.damageCount > 1 ? ` (and ${load.samples.damageCount - 1} more)` : ''
  return { missing: first.finding, detail: `${first.file}: ${first.detail}${more}` }
}
