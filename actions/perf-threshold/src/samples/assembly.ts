import { quote } from '@deploy-safety/common/inputs'
import { type Failure, failure, type SampledEndpoint } from './columns.ts'
import { createGathering } from './gathering.ts'
import type { PieceResult } from './piece.ts'
import type { Clock, Damage, LeftOut, Samples } from './samples.ts'
import type { RawFormat } from './scan.ts'
import type { StoreOptions } from './store.ts'
import { isPartOf, type Orphan, type Parent } from './sub-results.ts'

/** Puts together what the pieces say. */
export interface Assembly {
  /** The pieces of one file, in order. */
  add(file: string, pieces: readonly PieceResult[]): void
  result(): Samples
  /** k6: files in which some failures are told by one tag and some by the other. */
  readonly mixed: ReadonlySet<string>
}

export function createAssembly(format: RawFormat, options: Omit<StoreOptions, 'query'>): Assembly {
  const endpoints: SampledEndpoint[] = []
  const ids = new Map<string, number>()
  const damage: Damage[] = []
  const sums = { damage: 0, untold: 0, doubtful: 0, done: 0, dropped: 0 }
  const leftOut: { -readonly [Reason in keyof LeftOut]: number } = {
    setup: 0,
    transactions: 0,
    subResults: 0,
    untimed: 0,
  }
  const requests = createGathering(options)
  let clock: Clock = 'epoch'
  let tellsFailures = true
  let hasTimes = true
  const mixed = new Set<string>()

  const idOf = (endpoint: SampledEndpoint) => {
    const known = ids.get(endpoint.name)
    if (known !== undefined) return known
    ids.set(endpoint.name, endpoints.length)
    return endpoints.push(endpoint) - 1
  }
  const addOrphan = ({ label, timeMs, latencyMs, failure: failed, isDoubtful }: Orphan) => {
    const nameId = idOf({ name: label, shortName: label })
    if (failed === failure.untold) {
      sums.untold += 1
      tellsFailures = false
    }
    if (isDoubtful) sums.doubtful += 1
    requests.take({ latencyMs, timeMs, nameId, failure: failed as Failure })
  }
  const addOrphans = (piece: PieceResult, parents: Map<string, Parent>) => {
    for (const orphan of piece.orphans) {
      if (isPartOf(orphan, parents.get(orphan.thread))) {
        leftOut.subResults += 1
        continue
      }
      const { thread, label, timeMs, latencyMs } = orphan
      parents.set(thread, { thread, label, timeMs, latencyMs })
      addOrphan(orphan)
    }
    for (const parent of piece.parents) parents.set(parent.thread, parent)
  }
  /** A label that no controller of the file has is that of requests, as far as anybody can tell. */
  const addInterrupted = (pieces: readonly PieceResult[]) => {
    const controllers = new Set(pieces.flatMap(({ controllerLabels }) => controllerLabels))
    for (const row of pieces.flatMap(({ interrupted }) => interrupted)) {
      if (controllers.has(row.label)) leftOut.transactions += 1
      else addOrphan(row)
    }
  }
  const addDamage = (file: string, piece: PieceResult, linesBefore: number) => {
    sums.damage += piece.counts.damage
    for (const { line, finding, excerpt, problem } of piece.damage) {
      const quoted = excerpt === '' ? '' : ` ${quote(excerpt)}`
      damage.push({ file, finding, detail: `line ${linesBefore + line + 1}:${quoted} ${problem}` })
    }
  }
  const addFacts = ({ counts, counted, blocks, ...piece }: PieceResult) => {
    sums.untold += counts.untold
    sums.doubtful += counts.doubtful
    sums.done += counts.done
    sums.dropped += counts.dropped
    for (const reason of keysOf(leftOut)) leftOut[reason] += counts.leftOut[reason]
    const kept = [blocks, piece.orphans, piece.interrupted]
    if (counted !== undefined || kept.some(({ length }) => length > 0)) hasTimes &&= piece.hasTimes
    if (piece.clock !== 'epoch') clock = piece.clock
  }
  const addFileDamage = (entry: Damage) => {
    sums.damage += 1
    damage.push(entry)
  }
  return {
    mixed,
    add: (file, pieces) => {
      const parents = new Map<string, Parent>()
      const before = requests.length
      const told = { untold: 0, byTag: 0, byStatus: 0 }
      let lines = 0
      for (const piece of pieces) {
        requests.addPiece(piece, piece.endpoints.map(idOf))
        addOrphans(piece, parents)
        addDamage(file, piece, lines)
        addFacts(piece)
        lines += piece.counts.lines
        for (const key of keysOf(told)) told[key] += piece.counts[key]
      }
      addInterrupted(pieces)
      if (told.byTag > 0 && told.byStatus > 0) mixed.add(file)
      // Where some requests of k6 say it, it was told not to judge the others.
      tellsFailures &&= told.untold === 0 || told.byTag > 0
      if (pieces.some(({ isRecognised }) => !isRecognised)) addFileDamage(unrecognised(file, format))
      if (requests.length - before === format.cutAt) addFileDamage(cut(file, format.cutAt))
    },
    result: () => {
      return {
        ...requests.gathered(hasTimes),
        endpoints,
        iterations: format.name.startsWith('k6-') ? { done: sums.done, dropped: sums.dropped } : undefined,
        leftOut,
        ...{ untold: sums.untold, doubtful: sums.doubtful },
        ...{ damage, damageCount: sums.damage },
        ...{ hasTimes, clock, timeOf: format.timeOf },
        tellsFailures,
        omitsFailures: format.omitsFailures,
        roundedToMs: format.roundedToMs,
      }
    },
  }
}

function unrecognised(file: string, { name }: RawFormat): Damage {
  return { file, finding: 'unknown-format', detail: `line 1: the file does not start like ${name}` }
}

function cut(file: string, requests: number): Damage {
  const detail = `the file has ${requests} requests, the most that the tool writes: later ones are missing`
  return { file, finding: 'truncated-results', detail }
}

function keysOf<T extends object>(record: T): (keyof T)[] {
  return Object.keys(record) as (keyof T)[]
}
