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
  /** k6: some failures are told by one tag and some by the other. */
  readonly isMixed: boolean
}

export function createAssembly(format: RawFormat, options: Omit<StoreOptions, 'query'>): Assembly {
  const endpoints: SampledEndpoint[] = []
  const ids = new Map<string, number>()
  const damage: Damage[] = []
  const sums = { damage: 0, untold: 0, byTag: 0, byStatus: 0, doubtful: 0, done: 0, dropped: 0 }
  const leftOut: { -readonly [Reason in keyof LeftOut]: number } = {
    setup: 0,
    transactions: 0,
    subResults: 0,
    untimed: 0,
  }
  const requests = createGathering(options)
  let clock: Clock = 'epoch'
  let hasTimes = true

  const idOf = (endpoint: SampledEndpoint) => {
    const known = ids.get(endpoint.name)
    if (known !== undefined) return known
    ids.set(endpoint.name, endpoints.length)
    return endpoints.push(endpoint) - 1
  }
  const addOrphan = ({ label, timeMs, latencyMs, failure: failed, isDoubtful }: Orphan) => {
    const nameId = idOf({ name: label, shortName: label })
    if (failed === failure.untold) sums.untold += 1
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
  const addDamage = (file: string, piece: PieceResult, linesBefore: number) => {
    sums.damage += piece.counts.damage
    for (const { line, finding, excerpt, problem } of piece.damage) {
      const quoted = excerpt === '' ? '' : ` ${quote(excerpt)}`
      damage.push({ file, finding, detail: `line ${linesBefore + line + 1}:${quoted} ${problem}` })
    }
  }
  const addFacts = ({ counts, counted, blocks, ...piece }: PieceResult) => {
    sums.untold += counts.untold
    sums.byTag += counts.byTag
    sums.byStatus += counts.byStatus
    sums.doubtful += counts.doubtful
    sums.done += counts.done
    sums.dropped += counts.dropped
    for (const reason of Object.keys(leftOut) as (keyof LeftOut)[]) leftOut[reason] += counts.leftOut[reason]
    if (counted !== undefined || blocks.length > 0) hasTimes &&= piece.hasTimes
    if (piece.clock !== 'epoch') clock = piece.clock
  }
  const addFileDamage = (entry: Damage) => {
    sums.damage += 1
    damage.push(entry)
  }
  return {
    get isMixed() {
      return sums.byTag > 0 && sums.byStatus > 0
    },
    add: (file, pieces) => {
      const parents = new Map<string, Parent>()
      const before = requests.length
      let lines = 0
      for (const piece of pieces) {
        requests.addPiece(piece, piece.endpoints.map(idOf))
        addOrphans(piece, parents)
        addDamage(file, piece, lines)
        addFacts(piece)
        lines += piece.counts.lines
      }
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
        // Where some of k6 do, it was told not to judge the others.
        tellsFailures: sums.untold === 0 || sums.byTag > 0,
        omitsFailures: format.omitsFailures,
        roundedToMs: format.roundedToMs,
      }
    },
  }
}

function unrecognised(file: string, { name }: RawFormat): Damage {
  return { file, finding: 'unknown-format', detail: `line 1: it does not begin as ${name} does` }
}

function cut(file: string, requests: number): Damage {
  const detail = `it has ${requests} requests, the most that the tool writes: what came after them is missing`
  return { file, finding: 'truncated-results', detail }
}
