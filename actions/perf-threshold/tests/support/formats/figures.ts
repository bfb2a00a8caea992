import { jsonFormats, readSummary, recognise, textFormats } from '../../../src/formats/recognise.ts'
import type { Latency, Reported } from '../../../src/reported.ts'
import { Unreadable } from '../../../src/unreadable.ts'

/** Reads a text as whatever it is. @throws Unreadable */
export function readText(text: string): Reported {
  const format = recognise(text)
  if (format === undefined) throw new Unreadable('unknown-format', 'nothing recognises it')
  return readSummary(format, text)
}

export function readDocument(document: unknown): Reported {
  return readText(JSON.stringify(document))
}

/** A percentile as `value [low, high]`, undefined when it is not there. */
export function shown(latency: Latency | undefined, share: number): string | undefined {
  const quantity = latency?.percentiles.get(share)
  if (quantity === undefined) return undefined
  const [low, high] = [quantity.low, quantity.high].map((bound) => Number(bound.toFixed(3)))
  return `${quantity.value ?? '?'} [${low}, ${high}]`
}

/** Why a text is not read: `truncated-results: line 3: …`; undefined when it is. */
export function refusalOf(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return `${error.finding}: ${error.message}`
  }
}

/** Asks every format, not only until the first. */
export function recognisers(text: string): string[] {
  const lines = text.split(/\r*\n/)
  const document = parsed(text)
  return [
    ...textFormats.filter((format) => format.recognises(lines)),
    ...jsonFormats.filter((format) => document !== undefined && format.recognises(document)),
  ].map(({ name }) => name)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
