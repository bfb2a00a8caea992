import * as v from 'valibot'

/** What is asked for, by whom and of whom: everything that a vote is bound to. Stands in the issue as its marker. */
export interface Request {
  readonly mode: 'wait' | 'request'
  /** `owner/name` of the run; the issue may be elsewhere. */
  readonly repository: string
  readonly runId: number
  readonly attempt: number
  /** `.github/workflows/deploy.yml` */
  readonly workflowPath: string
  /** `refs/tags/v1.4.0` */
  readonly ref: string
  /** 40 hex digits. */
  readonly sha: string
  /** Empty when none was given; so are `base` and `requestedBy`. */
  readonly version: string
  readonly environment: string
  readonly gate: string
  /** What is live now, as far as it is known: the changes are from here to `sha`. */
  readonly base: string
  readonly requestedBy: string
  /** ISO 8601; by the clock of GitHub shortly before the issue was opened, so it is what people read, not what counts. */
  readonly deadline: string
  /** Ids. */
  readonly initiators: readonly number[]
  /** Ids of those who may vote: who is listed by login keeps the right whatever becomes of the login. */
  readonly eligible: readonly number[]
  /** Those of them who may because of a team, and only as long as they are in it. */
  readonly viaTeam: readonly number[]
  readonly policySha256: string
  /** 32 hex digits, of nobody else's request. */
  readonly nonce: string
}

const ids = v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1)))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const text = v.pipe(v.string(), v.maxLength(1_024))
const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)))

const schema = v.strictObject({
  mode: v.picklist(['wait', 'request']),
  repository: text,
  runId: count,
  attempt: count,
  workflowPath: text,
  ref: text,
  sha: hex(40),
  version: text,
  environment: v.pipe(text, v.minLength(1)),
  gate: v.pipe(text, v.minLength(1)),
  base: text,
  requestedBy: text,
  deadline: v.pipe(v.string(), v.isoTimestamp()),
  initiators: ids,
  eligible: ids,
  viaTeam: ids,
  policySha256: hex(64),
  nonce: hex(32),
}) satisfies v.GenericSchema<unknown, Request>

const opening = '<!-- deploy-approval '

/** The last line of the issue. Nothing in it can end the HTML comment that hides it. */
export function renderMarker(request: Request): string {
  const json = JSON.stringify(v.parse(schema, request))
  return `${opening}${json.replace(/[<>-]/g, escapeInHex)} -->`
}

/** The request in the last line of an issue, or undefined where none stands there in every detail. */
export function parseMarker(body: string): Request | undefined {
  const line =
    body
      .trimEnd()
      .split(/\r\n|\n|\r/)
      .at(-1) ?? ''
  if (!line.startsWith(opening) || !line.endsWith(' -->')) return undefined
  try {
    const result = v.safeParse(schema, JSON.parse(line.slice(opening.length, -' -->'.length)))
    return result.success ? result.output : undefined
  } catch {
    return undefined
  }
}

function escapeInHex(character: string): string {
  return `\\u00${character.charCodeAt(0).toString(16)}`
}
