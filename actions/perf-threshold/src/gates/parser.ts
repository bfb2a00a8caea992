import { Malformed } from '@deploy-safety/common/inputs'
import { type Cursor, cursorOn, isAtEnd, peek, placeOf, readSince, take } from './cursor.ts'
import type { Gate } from './gate.ts'
import { readLimit } from './limit.ts'
import { readMeasure } from './measure.ts'
import { readOperator } from './operator.ts'
import { GateProblem, margin, pointAt } from './problem.ts'
import { refuseRest } from './rest.ts'
import { readScope } from './scope.ts'
import { senselessBecause } from './sense.ts'
import { readStretch } from './stretch.ts'
import { traitsOf } from './traits.ts'

const example = 'Write one threshold per line, for example: p95 < 500ms.'
// Messages are read by people; a text that is no list of gates at all has an error in every line.
const mostProblems = 10
// Nobody waits for the rest to be counted.
const mostCounted = 1_000

interface Problem {
  readonly line: string
  /** Of the line, from 1. */
  readonly number: number
  readonly error: GateProblem
}

/** Reads one threshold per line; blank lines and comments are none. @throws Malformed that shows every wrong line */
export function parseGates(text: string): Gate[] {
  const gates: Gate[] = []
  const problems: Problem[] = []
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    try {
      const gate = parseLine(line)
      if (gate !== undefined) gates.push(gate)
    } catch (error) {
      if (!(error instanceof GateProblem)) throw error
      problems.push({ line, number: index + 1, error })
      if (problems.length === mostCounted) break
    }
  }
  if (problems.length > 0) throw malformed(problems)
  if (gates.length === 0) throw new Malformed('there is no threshold', example)
  return gates
}

function malformed(problems: readonly Problem[]): Malformed {
  const shown = problems.slice(0, mostProblems)
  const more = problems.length - shown.length
  const least = problems.length === mostCounted ? 'at least ' : ''
  const rest = more === 0 ? [] : [`and ${least}${more} more wrong ${more === 1 ? 'line' : 'lines'}`]
  const marked = problems.length === 1 ? 'line' : 'lines'
  return new Malformed(
    // What is put behind it ends the sentence.
    [...shown.map(messageOf), ...rest].join('\n').replace(/\.$/, ''),
    `Correct the marked ${marked}; the README lists every form of a threshold.`,
  )
}

/** The line with a caret, and under it the hint, where no line before it had the same. */
function messageOf({ line, number, error }: Problem, index: number, all: readonly Problem[]): string {
  const first = all.findIndex((problem) => problem.error.accepted === error.accepted)
  const hint = first === index ? `\n${margin}${error.accepted}` : ''
  return `line ${number}: ${error.message}\n${pointAt(line, error.at)}${hint}`
}

function parseLine(line: string): Gate | undefined {
  const cursor = cursorOn(line)
  if (isAtEnd(cursor)) return undefined
  refuseWrapping(cursor)
  const level = readLevel(cursor)
  const start = placeOf(cursor)
  const { measure, k6 } = readMeasure(cursor)
  const traits = traitsOf(measure)
  const scope = readScope(cursor, traits)
  const operator = readOperator(cursor)
  const limitAt = placeOf(cursor)
  const limit = readLimit(cursor, traits, k6 === 'yes' || (k6 === 'unscoped' && scope.kind === 'all'))
  const everyMs = readStretch(cursor, traits, limit.kind === 'baseline')
  refuseRest(cursor)
  const gate = { level, measure, scope, everyMs, operator, limit } as const
  const senseless = senselessBecause(gate)
  if (senseless !== undefined)
    throw new GateProblem(limitAt, senseless, 'Use a limit that can pass and fail: p95 < 500ms, error_rate < 1%.')
  return { source: readSince(cursor, start), ...gate }
}

/** @throws GateProblem for a `warn` without its colon, which would be taken for a measure */
function readLevel(cursor: Cursor): Gate['level'] {
  if (take(cursor, /warn\s*:/y) !== undefined) return 'warn'
  if (take(cursor, /warn(?=\s)/y) === undefined) return 'error'
  throw new GateProblem(placeOf(cursor), 'warn needs a colon', 'Write warn: p90 < 300ms.')
}

/** What comes along when a gate is copied from YAML or JavaScript. */
function refuseWrapping(cursor: Cursor): void {
  const at = placeOf(cursor)
  if (peek(cursor, /[-*•]\s/uy) !== undefined)
    throw new GateProblem(at, 'remove the list mark before the threshold', example)
  if (peek(cursor, /["'`“”‘’]/uy) !== undefined)
    throw new GateProblem(at, 'remove the quotes around the threshold', example)
}
