import { quoteUpTo } from '@deploy-safety/common/inputs'
import type { CommandResult } from '../command.ts'
import { type Ending, Stop } from '../outcome.ts'

/** What kubectl said instead of doing what it was told to. */
export interface Complaint {
  readonly kind: 'unreachable' | 'unauthorized' | 'forbidden' | 'not-found' | 'rejected' | 'unavailable' | 'other'
  /** For people; foreign text. */
  readonly text: string
  /** The next attempt may do better. */
  readonly isPassing: boolean
}

/** Where nobody catches it, it ends the step. */
export class KubectlError extends Stop {
  readonly complaint: Complaint

  constructor(complaint: Complaint, cause?: unknown) {
    super(endingOf(complaint, 'The API server'), cause)
    this.name = 'KubectlError'
    this.message = complaint.text
    this.complaint = complaint
  }
}

/** Parses what should be JSON, and is a page where something is in front of the API server. @throws KubectlError */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unexpected(`not JSON, it begins with ${quoteUpTo(40, text.trim())}`, error)
  }
}

/** A response that is not what the API of Kubernetes says. */
export function unexpected(what: string, cause?: unknown): KubectlError {
  return new KubectlError({ kind: 'other', text: `the response is ${what}`, isPassing: false }, cause)
}

const mostText = 400

/** The first pattern that fits decides. kubectl has one exit code for everything, so that only its words tell. */
const kinds: readonly (readonly [RegExp, Complaint['kind']])[] = [
  [/\(Unauthorized\)|must be logged in|provide credentials|exec plugin|getting credentials/i, 'unauthorized'],
  [/\(Forbidden\)|is forbidden|forbidden:/i, 'forbidden'],
  [/\(NotFound\)|could not find the requested resource/i, 'not-found'],
  [/\(Invalid\)|\(Conflict\)|\(BadRequest\)|request is invalid|is invalid:/i, 'rejected'],
  [
    /\((ServiceUnavailable|InternalError|TooManyRequests|Timeout|ServerTimeout)\)|currently unable to handle|etcdserver|too many requests/i,
    'unavailable',
  ],
  [
    /unable to connect|connection to the server|dial tcp|no such host|i\/o timeout|handshake|\bEOF\b|connection (reset|refused)|deadline exceeded|awaiting headers|x509|certificate|request canceled|http2:|no route to host|proxyconnect/i,
    'unreachable',
  ],
]

/** Reads the end of a command; undefined when it went well. */
export function complaintOf({ exitCode, stderr, timedOut }: CommandResult): Complaint | undefined {
  if (timedOut) return { kind: 'unreachable', text: 'no response in time', isPassing: true }
  if (exitCode === 0) return undefined
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^([EWI]\d{4} |Warning: )/.test(line))
  const said = lines.length > 0 ? lines.join(' ') : stderr
  const kind = kinds.find(([pattern]) => pattern.test(said))?.[1] ?? 'other'
  // Of a conflict the next attempt may know nothing: the server compares the whole object, status and all.
  const isPassing = kind === 'unreachable' || kind === 'unavailable' || /\(Conflict\)/.test(said)
  return { kind, text: kind === 'unreachable' ? connectionText(said) : plain(said), isPassing }
}

/** How a complaint ends the reading, before anything was written. */
export function endingOf({ kind, text }: Complaint, what: string): Ending {
  const sentence = `${what}: ${text}`
  if (kind === 'unreachable') return { outcome: 'failed', reasonCode: 'unreachable', sentence }
  if (kind === 'unauthorized') return { outcome: 'failed', reasonCode: 'unauthorized', sentence }
  if (kind === 'forbidden') return { outcome: 'refused', reasonCode: 'missing-permission', sentence }
  if (kind === 'not-found') return { outcome: 'refused', reasonCode: 'not-found', sentence }
  return { outcome: 'failed', reasonCode: 'api-error', sentence }
}

const connections: readonly (readonly [RegExp, string])[] = [
  [/refused/i, 'connection refused'],
  [/no such host/i, 'the host name does not resolve'],
  [/x509|certificate/i, 'the certificate of the server is not trusted, or is for another name'],
  [/handshake|first record does not look like/i, 'the server does not speak TLS on this port'],
  [/i\/o timeout|deadline exceeded|awaiting headers|request canceled/i, 'no response in time'],
  [/no route to host/i, 'there is no route to the host'],
  [/proxyconnect/i, 'the proxy did not connect'],
]

function connectionText(said: string): string {
  return connections.find(([pattern]) => pattern.test(said))?.[1] ?? 'the connection was closed'
}

/** Without what kubectl puts in front of every message. */
function plain(said: string): string {
  const text = said.replace(/^(error: |Error from server \(\w+\): |Error from server: )/i, '').trim()
  return text === '' ? 'kubectl failed without a word' : quoteUpTo(mostText, text).slice(1, -1).replaceAll('\\"', '"')
}
