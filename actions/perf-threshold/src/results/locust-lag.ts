import { existsSync } from 'node:fs'
import { formatNumber } from '@deploy-safety/common/number'
import { Unreadable } from '../unreadable.ts'
import type { Load } from './load.ts'
import { recogniseFile } from './recognition.ts'

const [statistics, history] = ['_stats.csv', '_stats_history.csv']

/** What stands beside the statistics of Locust and beside their history, and is written to at other moments. */
const besides: ReadonlyMap<string, readonly string[]> = new Map([
  [statistics, [history, '.json']],
  [history, [statistics, '.json']],
])

/**
 * Locust writes its statistics once per second and their history every ten, and may end between two of them. The files
 * beside them tell how many requests are missing. None for files of another name.
 */
export function lagNotes(file: string, load: Load): string[] {
  const [, prefix, ending = ''] = /^(.*)(_stats(?:_history)?\.csv)$/s.exec(file) ?? []
  const own = countOf(load)
  if (prefix === undefined || own === undefined) return []
  return (besides.get(ending) ?? []).flatMap((other) => {
    const path = `${prefix}${other}`
    const count = existsSync(path) ? countIn(path) : undefined
    if (count === undefined || count <= own) return []
    return [
      `${file} has ${formatNumber(own)} requests, ${path} has ${formatNumber(count)}: the end of the run is missing.`,
    ]
  })
}

/** A file that cannot be read says nothing here: nobody asked for it. */
function countIn(path: string): number | undefined {
  try {
    const recognised = recogniseFile(path)
    return recognised.kind === 'whole' ? countOf(recognised.read()) : undefined
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

function countOf(load: Load): number | undefined {
  if (load.kind !== 'reported') return undefined
  const { total, endpoints } = load.reported
  if (total !== undefined) return total.count
  return endpoints.reduce((sum, { stats }) => sum + (stats.count ?? 0), 0)
}
