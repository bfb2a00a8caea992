import { validateHeaderName } from 'node:http'
import { Malformed, quote } from '@deploy-safety/common/inputs'
import { parsePath } from './json-parser.ts'
import type { VersionSource } from './version.ts'

/** Reads `auto`, `body`, `header:Name` or `json:$.path`. @throws Malformed */
export function parseVersionSource(text: string): VersionSource {
  if (text === 'auto' || text === 'body') return { kind: text }
  const [, kind, place = ''] = /^(header|json):\s*(\S.*)$/.exec(text) ?? []
  if (kind === 'header' && isHeaderName(place)) return { kind, name: place.toLowerCase() }
  if (kind === 'json') return { kind, query: parsePath(place), path: place }
  throw new Malformed(
    `${quote(text)} is not a place for the version`,
    'Write auto, body, header:X-Version or json:$.version.',
  )
}

function isHeaderName(name: string): boolean {
  try {
    validateHeaderName(name)
    return true
  } catch {
    return false
  }
}
