import { isRecord } from '@deploy-safety/common/record'
import { dig, member, parseJson, rootOf, textAt } from '../formats/json.ts'
import { Unreadable } from '../unreadable.ts'
import type { Load } from './load.ts'
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

/** @throws Unreadable */
export function parseReport(text: string): Load {
  const document = parseJson(text)
  if (!isRecord(dig(document, 'load'))) {
    throw new Unreadable('empty-results', 'it is the report of a run that could not read any result')
  }
  const place = member(rootOf(document), 'load')
  return textAt(member(place, 'kind')) === 'reported' ? readReported(place) : readSamples(place)
}
