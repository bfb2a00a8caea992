import type { Reported } from '../reported.ts'
import { Unreadable } from '../unreadable.ts'
import { abCsv } from './ab-csv.ts'
import { abText } from './ab-text.ts'
import { artillery } from './artillery.ts'
import { autocannon } from './autocannon.ts'
import type { JsonFormat, TextFormat } from './format.ts'
import { jmeterStatistics } from './jmeter-statistics.ts'
import { parseJson, withoutByteOrderMark } from './json.ts'
import { k6Summary } from './k6-summary.ts'
import { locustHistory } from './locust-history.ts'
import { findLocustJson, locustJson, onlyLocustJson } from './locust-json.ts'
import { locustStats } from './locust-stats.ts'
import { ohaJson } from './oha-json.ts'
import { refuseJson, refuseText } from './refusal.ts'
import { lineAt, secondRun } from './second-run.ts'
import { wrkText } from './wrk-text.ts'

/** The formats that are one JSON document. Exactly one recognises a file. */
export const jsonFormats: readonly JsonFormat[] = [
  locustJson,
  k6Summary,
  jmeterStatistics,
  artillery,
  autocannon,
  ohaJson,
]

/** The formats that are text. Exactly one recognises a file. */
export const textFormats: readonly TextFormat[] = [locustStats, locustHistory, wrkText, abText, abCsv]

/** What decides about a text stands in its first characters and lines. */
const headLength = 20_000
const headLines = 60

/**
 * Which summary a small text is, by its content alone; undefined: none that is known here, which includes raw results and reports.
 * @param text the whole file, decompressed
 * @throws Unreadable `unknown-format` with what to give instead, when it is known and not read; `truncated-results` or
 * `malformed-results` when it is one damaged JSON document
 */
export function recognise(text: string): JsonFormat | TextFormat | undefined {
  const plain = withoutByteOrderMark(text)
  const head = plain.slice(0, headLength)
  const lines = head.split(/\r*\n/, headLines)
  const format = textFormats.find((candidate) => candidate.recognises(lines))
  if (format !== undefined) return format
  if (isOneDocument(plain)) return recogniseJson(plain)
  refuseText(head)
  return undefined
}

/** @throws Unreadable */
export function readSummary(format: JsonFormat | TextFormat, text: string): Reported {
  return format.kind === 'text' ? format.read(text) : format.read(documentOf(withoutByteOrderMark(text)))
}

function recogniseJson(text: string): JsonFormat | undefined {
  const document = documentOf(text)
  const format = jsonFormats.find((candidate) => candidate.recognises(document))
  if (format === undefined) refuseJson(document)
  return format
}

function documentOf(text: string): unknown {
  return parseJson(onlyLocustJson(text) ?? text)
}

/** Lines of JSON are a raw result, which is read elsewhere; those of vegeta are refused. */
function isOneDocument(text: string): boolean {
  if (findLocustJson(text) !== undefined) return true
  if (!/^\s*\{/.test(text)) return false
  const first = /^[^\r\n]*/.exec(text.trimStart())?.[0] ?? ''
  if (/^\{\s*"(?:metric"\s*:|type"\s*:\s*"(?:Metric|Point)")/.test(first)) return false
  const isLine = parsed(first)
  if (isLine === undefined || text.trim().length === first.trim().length) return true
  refuseJson(isLine)
  if (jsonFormats.some((format) => format.recognises(isLine))) {
    throw secondRun(lineAt(text, text.indexOf(first) + first.length + 1))
  }
  return false
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw new Unreadable('malformed-results', 'not valid JSON', error)
    return undefined
  }
}
