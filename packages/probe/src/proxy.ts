import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { invalidInput, messageOf } from '@deploy-safety/common/errors'
import { cut } from '@deploy-safety/common/escape'
import { hostOf, portOf } from './endpoint.ts'

/** The proxy on the way to a URL, or undefined for a direct connection. */
export type ProxyFor = (url: URL) => URL | undefined

type Environment = Readonly<Record<string, string | undefined>>

/** The proxies of the environment. @throws ActionError `invalid-input` */
export function readProxies(environment: NodeJS.ProcessEnv): ProxyFor {
  try {
    return proxyFromEnvironment(environment)
  } catch (error) {
    throw invalidInput(`${messageOf(error)}.`, 'Write for example http://proxy.example.com:3128, or unset it.', error)
  }
}

/**
 * The proxies that the usual environment variables name: `HTTP_PROXY` for `http://`, `HTTPS_PROXY` for everything that
 * goes through a tunnel. `NO_PROXY` lists hosts with their subdomains, addresses, networks as in `10.0.0.0/8`, each
 * optionally with a port, or `*`; what is none of these matches nothing. Lower-case names win, as in curl. The runner
 * itself is never asked through a proxy, for which the same address is another host.
 * @throws TypeError when a variable holds no URL
 */
export function proxyFromEnvironment(env: Environment): ProxyFor {
  const read = (name: string) => env[name.toLowerCase()] || env[name.toUpperCase()] || ''
  const plain = parseProxy(read('http_proxy'), 'HTTP_PROXY')
  const tunnel = parseProxy(read('https_proxy'), 'HTTPS_PROXY')
  const exceptions = read('no_proxy')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(parseException)
  return (url) => {
    const proxy = url.protocol === 'http:' ? plain : tunnel
    if (isOwnHost(hostOf(url))) return undefined
    return exceptions.some((matches) => matches(hostOf(url), portOf(url))) ? undefined : proxy
  }
}

/** User and password of a proxy; a `%` that encodes nothing is itself. */
export function credentialsOf({ username, password }: URL): { readonly user: string; readonly password: string } {
  return { user: decode(username), password: decode(password) }
}

/** Why a proxy responds itself in place of the target, in its words; undefined when nothing says that it does. */
export function saidByProxy({
  statusCode,
  headers,
}: Pick<IncomingMessage, 'statusCode' | 'headers'>): string | undefined {
  if (statusCode === 407) return 'it requires valid credentials'
  // RFC 9209: each proxy on the way, and the error for which one of them has responded itself.
  const error = /;\s*error=([\w-]+)/.exec(String(headers['proxy-status'] ?? ''))?.[1]
  const tinyproxy = /^tinyproxy\b.*/.exec(String(headers.server ?? ''))?.[0]
  const said = headers['x-squid-error'] ?? error ?? tinyproxy
  return said === undefined ? undefined : cut(String(said), 100)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function parseProxy(text: string, name: string): URL | undefined {
  if (text === '') return undefined
  const url = URL.parse(text.includes('://') ? text : `http://${text}`)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new TypeError(`The variable ${name} is not an http:// or https:// URL`)
  return url
}

const ownHosts = new BlockList()
ownHosts.addSubnet('127.0.0.0', 8, 'ipv4')
ownHosts.addAddress('0.0.0.0', 'ipv4')
ownHosts.addAddress('::1', 'ipv6')
ownHosts.addAddress('::', 'ipv6')

/** Loopback, and the unspecified address, which leads there. */
function isOwnHost(host: string): boolean {
  const family = isIP(host)
  if (family !== 0) return ownHosts.check(host, family === 6 ? 'ipv6' : 'ipv4')
  return /^(.+\.)?localhost\.?$/i.test(host)
}

function parseException(text: string): (host: string, port: number) => boolean {
  const [, bare = text, port] = /^(.*[^:]|\[.*\]):(\d+)$/.exec(text) ?? []
  const matchesHost = parseHosts(isIP(text) === 0 ? bare.toLowerCase() : text)
  return (host, actual) =>
    (port === undefined || isIP(text) !== 0 || Number(port) === actual) && matchesHost(withoutDot(host.toLowerCase()))
}

/** `app.example.com.` is the same host. */
function withoutDot(host: string): string {
  return host.replace(/\.$/, '')
}

function parseHosts(text: string): (host: string) => boolean {
  if (text === '*') return () => true
  const [, network = '', bits] = /^\[?([^\]/]*)\]?(?:\/(\d+))?$/.exec(text) ?? []
  const family = isIP(network)
  if (family !== 0) {
    const most = family === 6 ? 128 : 32
    const prefix = Number(bits ?? most)
    if (prefix > most || network.includes('%')) return () => false
    const list = new BlockList()
    list.addSubnet(network, prefix, family === 6 ? 'ipv6' : 'ipv4')
    return (host) => isIP(host) !== 0 && list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4')
  }
  const domain = withoutDot(text.replace(/^\*?\./, ''))
  return (host) => host === domain || host.endsWith(`.${domain}`)
}
