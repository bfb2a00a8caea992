import { existsSync } from 'node:fs'
import { Unreadable } from '../unreadable.ts'
import type { Load } from './load.ts'
import { recogniseFile } from './recognition.ts'

/** What stands beside the statistics of Locust, and is written to at other moments. */
const besides = ['_stats_history.csv', '.json']

/**
 * Locust writes its statistics once per second, and may end between two of them. The files beside them tell how many
 * requests are missing.
 */
export function lagNotes(file: string, load: Load): string[] {
  const prefix = /^(.*)_stats\.csv$/s.exec(file)?.[1]
  const own = countOf(load)
  if (prefix === undefined || own === undefined) return []
  return besides.flatMap((ending) => {
    const path = `${prefix}${ending}`
    const count = existsSync(path) ? countIn(path) : undefined
    if (count === undefined || count <= own) return []
    return [`${file} has ${own} of the ${count} requests that ${path} has: it lacks the end of the run.`]
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
