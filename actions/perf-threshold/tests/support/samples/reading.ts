import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { createAssembly } from '../../../src/samples/assembly.ts'
import { rawFormat } from '../../../src/samples/formats.ts'
import { planPieces } from '../../../src/samples/plan.ts'
import { ownThread } from '../../../src/samples/pool.ts'
import { proven } from '../../../src/samples/proof.ts'
import { readSamples } from '../../../src/samples/read.ts'
import type { Samples } from '../../../src/samples/samples.ts'

export const workerUrl = new URL('../../../src/worker.ts', import.meta.url)

const limits = { columnBytes: 2 ** 26, cellBytes: 2 ** 24 }
const folder = temporaryFolder('samples')
let files = 0

export function fileOf(content: string | Uint8Array): string {
  files += 1
  const file = join(folder.path, `result-${files % 50}`)
  writeFileSync(file, content)
  return file
}

interface Row {
  readonly name: string
  readonly latencyMs: number
  readonly timeMs: number | undefined
  readonly failure: number
}

export interface Seen extends Omit<Samples, 'requests' | 'endpoints' | 'damage'> {
  readonly rows: readonly Row[]
  readonly damage: readonly string[]
}

/** A file of its own with this content, read in one go. */
export async function read(format: string, content: string | Uint8Array, chunkBytes = 2 ** 20): Promise<Seen> {
  return seen(await readSamples(format, [fileOf(content)], { workerUrl, chunkBytes, columnBytes: 2 ** 26 }))
}

/** The same in pieces, each of which begins at a byte that nobody chose with care. */
export async function readInPieces(format: string, content: string | Uint8Array, pieces: number): Promise<Seen> {
  const file = fileOf(content)
  const plan = planPieces([file], { format, threads: pieces, splitBytes: 0, mixed: new Set<string>() })
  const pool = ownThread({ chunkBytes: 50, limits, query: undefined, within: undefined })
  const assembly = createAssembly(rawFormat(format), { limits, within: undefined })
  assembly.add(
    file,
    await proven(
      plan.pieces.map((piece) => ({ piece, result: pool.read(piece) })),
      pool,
    ),
  )
  return seen(assembly.result())
}

export function seen({ requests, endpoints, damage, ...rest }: Samples): Seen {
  if (requests.kind !== 'columns') throw new Error('These are cells')
  const { latencies, times, endpointIds, failures } = requests
  const rows = Array.from(latencies, (latencyMs, at) => ({
    name: endpoints[endpointIds[at] ?? -1]?.name ?? 'none',
    latencyMs,
    timeMs: times[at],
    failure: failures[at] ?? -1,
  }))
  return { rows, damage: damage.map(({ finding, detail }) => `${finding}: ${detail}`), ...rest }
}
