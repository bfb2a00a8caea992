import { quote } from '@deploy-safety/common/inputs'
import { formatNumber } from '@deploy-safety/common/number'
import type { Reading } from '../inputs.ts'
import type { LoadTest } from '../load-test/load-test.ts'
import type { Missing } from '../quantity.ts'
import { readSamples } from '../samples/read.ts'
import type { Samples } from '../samples/samples.ts'
import { systemProblem } from '../system-problem.ts'
import { Unreadable } from '../unreadable.ts'
import { chooseFiles, type Readable } from './choice.ts'
import { filesMatching, isFolder, sizeOf } from './files.ts'
import { type Load, rangeLeft } from './load.ts'
import { lagNotes } from './locust-lag.ts'
import { doubtsOn, loadTestOf } from './looking.ts'
import { mergeLoads } from './merge.ts'
import { recogniseFile } from './recognition.ts'
import { unmatchedSelectors } from './unmatched.ts'

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
  /** One glob that matches is enough, and the others are warned about; otherwise each has to match, or a shard is lost. */
  readonly mayLack?: boolean
  /** Told what is read before that takes its time. */
  readonly info?: (line: string) => void
}

/** Reads all files that match, as one run; what keeps them from being read is a finding. */
export async function readResults(question: Question): Promise<Results | Missing> {
  try {
    return await readFiles(question)
  } catch (error) {
    const problem = unopened(error) ?? error
    if (problem instanceof Unreadable) return { missing: problem.finding, detail: problem.message }
    throw error
  }
}

async function readFiles({ globs, format, reading, workerUrl, mayLack, info }: Question): Promise<Results | Missing> {
  const { files: found, unmatched, twice } = filesMatching(globs)
  if (found.length === 0 || (unmatched.length > 0 && mayLack !== true))
    return noneOf(mayLack === true ? 'baseline' : 'results', unmatched, found.length)
  if (twice !== undefined) {
    const detail = `${twice.join(' and ')} are the same results, uncompressed and compressed: give one of them`
    return { missing: 'ambiguous-format', detail }
  }
  const recognised = found.map((file) => inFile(file, () => recogniseFile(file)))
  const { files, notes } = chooseFiles(recognised, format)
  info?.(`reading ${phaseOf(files)}`)
  const load = await readLoad(files, workerUrl)
  const test = loadTestOf(load, reading, await withoutEnds(load, reading, workerUrl))
  const damage = damageOf(load)
  if ('missing' in test) return damage ?? test
  const names = files.map(({ file }) => file)
  const lag = ['locust-stats', 'locust-history'].includes(load.format)
    ? names.flatMap((name) => lagNotes(name, load))
    : []
  const lacking = unmatched.map((glob) => `${quote(glob)} matches no file.`)
  return {
    format: load.format,
    files: names,
    test,
    load,
    damage,
    notes: [...notes, ...test.notes],
    warnings: [...lacking, ...lag, ...doubtsOn(load), ...unmatchedSelectors(load, reading)],
  }
}

/** `k6-json: 3 files, 1.2 GB`. */
function phaseOf(files: readonly Readable[]): string {
  const bytes = files.reduce((sum, { file }) => sum + sizeOf(file), 0)
  const [unit, factor] = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9]
  const size = `${formatNumber(bytes / factor, 2)} ${unit}`
  return `${files[0]?.format}: ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${size}`
}

/** Each line is there for a part of the load test: what the others match is not the whole of it. */
function noneOf(what: 'results' | 'baseline', globs: readonly string[], others: number): Missing {
  const folders = globs.filter(isFolder)
  const hint =
    folders.length === 0
      ? ''
      : `; ${folders.map(quote).join(', ')} is a folder: give the files in it, as in results/*.csv`
  const rest = others === 0 ? '' : ` (the other lines match ${others} ${others === 1 ? 'file' : 'files'})`
  return {
    missing: 'no-results',
    detail: `No ${what} file matches ${globs.map(quote).join(', ')}${rest} (working directory ${process.cwd()})${hint}`,
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

/** A file that is gone, or that may not be read. */
function unopened(error: unknown): Unreadable | undefined {
  const problem = systemProblem(error)
  return problem === undefined ? undefined : new Unreadable('no-results', `cannot be read: ${problem}`, error)
}

async function readLoad(files: readonly Readable[], workerUrl: URL): Promise<Load> {
  const raw = files.filter((file) => file.kind === 'raw')
  const [first] = raw
  if (first === undefined) {
    const whole = files.filter((file) => file.kind === 'whole')
    return mergeLoads(
      whole.map(({ file, read }) => inFile(file, read)),
      whole.map(({ file }) => file),
    )
  }
  const rawFiles = raw.map(({ file }) => file)
  const samples = await readSamples(first.format, rawFiles, { workerUrl })
  return { kind: 'sampled', format: first.format, samples, rawFiles }
}

/** What is counted in stretches of time cannot be cut between them: it is read again without its ends. */
async function withoutEnds(load: Load, reading: Reading, workerUrl: URL): Promise<Samples | undefined> {
  if (load.kind !== 'sampled' || load.samples.requests.kind === 'columns') return undefined
  const within = rangeLeft(load, reading)
  if (within === undefined || load.rawFiles.length === 0) return undefined
  return { ...(await readSamples(load.format, load.rawFiles, { workerUrl, within })), range: within }
}

function damageOf(load: Load): Missing | undefined {
  const [first] = load.kind === 'sampled' ? load.samples.damage : []
  if (first === undefined || load.kind !== 'sampled') return undefined
  const more = load.samples.damageCount > 1 ? ` (and ${load.samples.damageCount - 1} more)` : ''
  return { missing: first.finding, detail: `${first.file}: ${first.detail}${more}` }
}
