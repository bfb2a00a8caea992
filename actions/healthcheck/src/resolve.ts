import { isIP } from 'node:net'
import { Malformed, parseLines, quote } from '@deploy-safety/common/inputs'

/** Reads lines of `host:port:ip`, as curl spells them; an IPv6 address may stand in brackets. @throws Malformed */
export function parseResolve(text: string): ReadonlyMap<string, string> {
  return new Map(
    parseLines(text).map((line) => {
      const [, host = '', port = '', address = ''] = /^([^:\s]+):(\d{1,5}):\[?([^\]]+)\]?$/.exec(line) ?? []
      if (host === '' || Number(port) > 65_535 || isIP(address) === 0) {
        throw new Malformed(`${quote(line)} is no host:port:ip`, 'Write for example app.example.com:443:192.0.2.10.')
      }
      return [`${host.toLowerCase()}:${Number(port)}`, address]
    }),
  )
}
