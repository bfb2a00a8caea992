import { validateHeaderName, validateHeaderValue } from 'node:http'
import { Malformed, parseLines, quote } from '@deploy-safety/common/inputs'
import type { HeaderExpectation } from './expectation.ts'
import { parsePattern } from './pattern.ts'
import type { Header } from './target.ts'

// They belong to the connection, which is fresh for every attempt, and to the length of the body.
const reserved = ['connection', 'content-length', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']

/** Reads the headers to send, one `Name: value` per line. Values may be secret and are not in messages. @throws Malformed */
export function parseHeaders(text: string): Header[] {
  return parseLines(text).map((line, index) => {
    const [name, value] = split(line, `line ${index + 1}`)
    if (reserved.includes(name.toLowerCase())) {
      throw new Malformed(`the header ${quote(name)} is set by the action itself`, 'Leave it out.')
    }
    try {
      validateHeaderValue(name, value)
    } catch (error) {
      const problem = `the value of the header ${quote(name)} has a character that is not allowed in a header`
      throw new Malformed(problem, 'Use visible ASCII or Latin-1 characters, on one line.', { cause: error })
    }
    return [name, value]
  })
}

/** Reads the headers to expect, lines of `Name: substring` or `Name: /regex/`. @throws Malformed */
export function parseHeaderExpectations(text: string): HeaderExpectation[] {
  return parseLines(text).map((line) => {
    const [name, pattern] = split(line, quote(line))
    return { name: name.toLowerCase(), source: line, pattern: parsePattern(pattern) }
  })
}

/** Whether what has this name is shown nowhere; `production` in some other header must not be masked. */
export function isSecretName(name: string): boolean {
  return /cookie|token|secret|key|auth|bypass|passw(or)?d|jwt|signature|session|credential/i.test(name)
}

/** Whether the value of a header can be nothing else than a credential, however short. */
export function isCredential(name: string): boolean {
  return /^(proxy-)?authorization$/i.test(name)
}

function split(line: string, where: string): readonly [string, string] {
  const colon = line.indexOf(':')
  const name = line.slice(0, colon).trim()
  const refuse = (cause?: unknown) =>
    new Malformed(`${where} is not a header`, 'Write one "Name: value" per line.', { cause })
  if (colon < 1) throw refuse()
  try {
    validateHeaderName(name)
  } catch (error) {
    throw refuse(error)
  }
  return [name, line.slice(colon + 1).trim()]
}
