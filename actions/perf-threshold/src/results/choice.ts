import { Unreadable } from '../unreadable.ts'
import type { Recognised } from './recognition.ts'

/** A file that is read. */
export type Readable = Exclude<Recognised, { kind: 'sibling' }>

interface Choice {
  /** All of one format. */
  readonly files: readonly Readable[]
  /** On what was left out. */
  readonly notes: readonly string[]
}

/** Locust's history stands beside its statistics and says the same over time. */
const siblings: ReadonlyMap<string, readonly string[]> = new Map([
  ['locust-history', ['locust-stats', 'locust-json', 'locust-requests']],
])

const named = /^(.*)_stats(?:_history)?\.csv(?:\.gz)?$/

/** Locust names both after the run. What was renamed since may be of any. */
function mayBeOfOneRun(history: string, other: string): boolean {
  const [one, two] = [history, other].map((file) => named.exec(file)?.[1])
  return one === undefined || two === undefined || one === two
}

/**
 * Which of the files are read: those of the wanted format, and of `auto` all that do not say what others say as well.
 * @throws Unreadable `ambiguous-format`, `unknown-format` when none is of the wanted format, `no-results` for lists of failures alone
 */
export function chooseFiles(all: readonly Recognised[], wanted: string): Choice {
  return wanted === 'auto' ? ofOneFormat(all) : ofFormat(all, wanted)
}

function ofOneFormat(all: readonly Recognised[]): Choice {
  const isBeside = ({ file, format }: Recognised) =>
    all.some((other) => siblings.get(format)?.includes(other.format) === true && mayBeOfOneRun(file, other.file))
  const files = all.filter((file) => file.kind !== 'sibling').filter((file) => !isBeside(file))
  const [first] = files
  if (first === undefined) throw onlyFailures(all)
  if (files.some(({ format }) => format !== first.format))
    throw new Unreadable('ambiguous-format', firstOfEach(files).join(', and '))
  return { files, notes: leftOut(all, files, `it has the same results as ${first.file}`) }
}

function ofFormat(all: readonly Recognised[], wanted: string): Choice {
  const candidates = all.filter((file) => file.kind !== 'sibling')
  const files = candidates.filter(({ format }) => format === wanted)
  if (candidates.length === 0) throw onlyFailures(all)
  if (files.length === 0)
    throw new Unreadable('unknown-format', `${firstOfEach(candidates).join(', ')}, but format is ${wanted}`)
  return {
    files,
    notes: all.flatMap((file) => {
      if (file.kind === 'sibling') return leftOut([file], files, 'it is a list of failures')
      return leftOut([file], files, `it is ${file.format}, but format is ${wanted}`)
    }),
  }
}

function leftOut(all: readonly Recognised[], files: readonly Readable[], reason: string): string[] {
  const read = new Set(files.map(({ file }) => file))
  return all.filter(({ file }) => !read.has(file)).map(({ file }) => `${file} was left out: ${reason}.`)
}

/** One file of each format: `run.csv is hey-csv`. */
function firstOfEach(files: readonly Readable[]): string[] {
  const byFormat = new Map(files.toReversed().map(({ file, format }) => [format, file]))
  return [...byFormat].reverse().map(([format, file]) => `${file} is ${format}`)
}

function onlyFailures(all: readonly Recognised[]): Unreadable {
  return new Unreadable('no-results', `${all.map(({ file }) => file).join(', ')}: only lists of failures, no results`)
}
