import { quote } from '@deploy-safety/common/inputs'
import { withoutCredentials } from '@deploy-safety/common/redact'

/** What is wrong, and how to write it. */
type Mistake = readonly [problem: string, accepted: string]

/**
 * The mistake in what was written for a URL, where the parser for URLs finds none or repairs it in silence: it takes
 * `https:///health` for the host "health", and `http://app:/` for port 80.
 */
export function mistakeIn(text: string): Mistake | undefined {
  const [, scheme = '', authority = '', rest = ''] = /^([a-z][a-z\d+.-]*:\/\/)?([^/?#\\]*)(.*)$/is.exec(text) ?? []
  const endpoint = authority.replace(/^.*@/s, '')
  const path = rest.replace(/[?#].*$/s, '')
  const found =
    unexpanded(endpoint, path, text) ??
    quotationMark(scheme, endpoint) ??
    severalUrls(text.slice(scheme.length), endpoint)
  if (found !== undefined || scheme === '') return found
  // User and password are refused for themselves, and may hold anything.
  return strayCharacter(path) ?? (authority.includes('@') ? undefined : wrongEndpoint(authority))
}

const variable = /\$\{\{.*?\}\}|\$\{[^}]*\}|\$\(?\w+\)?|\{\{.*?\}\}|%[a-z_]\w*%|[${]/i

export const howToExpand =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a workflow spells it.
  'Write ${{ env.NAME }} or ${{ vars.NAME }}: no shell expands the inputs of an action.'

/** A `$` may be part of a path, as in `/$metadata`; in a host there is none, and neither has a place for braces. */
function unexpanded(endpoint: string, path: string, text: string): Mistake | undefined {
  if (!variable.test(endpoint) && !/\$\{|\{\{/.test(path)) return undefined
  // Named only as far as it cannot be a part of a password.
  const name = variable.exec(withoutCredentials(text))?.[0]
  return [
    name === undefined
      ? 'has an unexpanded variable in it'
      : `has ${quote(name)} in it, which is an unexpanded variable`,
    howToExpand,
  ]
}

/** JSON, YAML, Markdown and shells put quotation marks around a URL or a host, which then are a part of it. */
function quotationMark(scheme: string, endpoint: string): Mistake | undefined {
  const [mark] = (scheme === '' ? /^["'<`]/ : /["'<>`]/).exec(endpoint) ?? []
  if (mark === undefined) return undefined
  return [
    `has ${quote(mark)} in it, which belongs to no URL`,
    'Write it without. For an output of Terraform use terraform output -raw.',
  ]
}

/** What separates URLs is data where it stands in a path or query, but not in front of another URL or at the end. */
function severalUrls(afterScheme: string, endpoint: string): Mistake | undefined {
  const [separator] = /[,;|]/.exec(endpoint) ?? /[,;|](?=[a-z][a-z\d+.-]*:\/\/|$)/i.exec(afterScheme) ?? []
  const isGlued = /^[^/?#]*:\/\/|[^/?#=&:](?:https?|tcp|tls|grpcs?):\/\//i.test(afterScheme)
  const problem = /[\s\p{Cc}]/u.test(afterScheme)
    ? 'has a blank in it'
    : separator !== undefined
      ? `has ${quote(separator)} in it`
      : isGlued
        ? 'has a second scheme in it'
        : undefined
  if (problem === undefined) return undefined
  return [
    `${problem}: one URL per line`,
    'Write one URL per line, optionally as "name = URL". What belongs to a URL is encoded: a blank as %20, a comma as %2C.',
  ]
}

function strayCharacter(path: string): Mistake | undefined {
  const [character] = /[\\"<>]/.exec(path) ?? []
  if (character === undefined) return undefined
  return [
    `has ${quote(character)} in its path`,
    'Write / between the parts of a path, and encode what belongs to them.',
  ]
}

function wrongEndpoint(endpoint: string): Mistake | undefined {
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(endpoint) ?? []
  const isUnset = 'is empty: is a variable unset?'
  const howTo = 'Write host and port in full, as in https://app.example.com:8443/health.'
  if (host === '') return [`is not a target, the host ${isUnset}`, howTo]
  if (/^\.|\.\./.test(host)) return [`is not a target, a part of the host ${isUnset}`, howTo]
  if (port === '') return [`is not a target, the port ${isUnset}`, howTo]
  if (/^(null|undefined|none)$/i.test(host))
    return [`is not a target, the host is ${quote(host)}: is a variable unset?`, howTo]
  if (/^\[.*%/.test(host))
    return ['has a zone in its address, which a URL cannot name', 'Probe another address of the host, or its name.']
  if (port === undefined || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) return undefined
  return [
    'is not a URL: its port is not a number from 1 to 65535',
    'Write for example https://app.example.com:8443, and an IPv6 address in brackets: http://[::1]:8080.',
  ]
}
