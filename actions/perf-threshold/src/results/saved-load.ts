import { isRecord } from '@deploy-safety/common/record'
import { schemaVersion } from '@deploy-safety/common/report'
import { dig, member, numberAt, parseJson, rootOf, textAt } from '../formats/json.ts'
import { Unreadable } from '../unreadable.ts'
import type { Load } from './load.ts'
import { wrong } from './saved-fields.ts'
import { readReported, saveReported } from './saved-reported.ts'
import { readSamples, saveSamples } from './saved-samples.ts'

/**
 * What a report keeps of what was read, so that it can be a baseline or a shard: the numbers of a summary as they are,
 * and of requests how many of each endpoint were in each bucket of latency, in at most 120 stretches of time.
 */
export function saveLoad(load: Load): object {
  return load.kind === 'reported' ? saveReported(load) : saveSamples(load)
}

/** Whether a text is a report of this action; a quick look, before it is parsed. */
export function isReport(text: string): boolean {
  return /^\s*\{/.test(text) && /"action"\s*:\s*"perf-threshold"/.test(text.slice(0, 2_000))
}

/** Reads what a report keeps. What contradicts itself was not written so by this action, and decides nothing. @throws Unreadable */
export function parseReport(text: string): Load {
  const document = parseJson(text)
  const version = member(rootOf(document), 'schemaVersion')
  if (numberAt(version) !== schemaVersion) {
    throw wrong(version, `only reports of schema version ${schemaVersion} can be read`)
  }
  if (!isRecord(dig(document, 'load'))) {
    throw new Unreadable('empty-results', 'this report is of a run that could read no results')
  }
  const place = member(rootOf(document), 'load')
  const kind = member(place, 'kind')
  switch (textAt(kind)) {
    case 'reported':
      return readReported(place)
    case 'sampled':
      return readSamples(place)
    default:
      throw wrong(kind, 'it is neither "reported" nor "sampled"')
  }
}
