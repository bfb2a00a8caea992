import type { LookupAddress } from 'node:dns'
import { BlockList, type LookupFunction } from 'node:net'
import { dns } from './on-demand.ts'
import { ProbeError } from './reason.ts'

/** Networks, each also in the spellings that carry an IPv4 address inside an IPv6 one. IPv4-mapped is BlockList's own. */
function networks(ipv4: readonly string[], ipv6: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of ipv4) {
    const [address = '', bits = '32'] = network.split('/')
    const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
    const inHex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
    list.addSubnet(address, Number(bits), 'ipv4')
    list.addSubnet(`64:ff9b::${inHex}`, 96 + Number(bits), 'ipv6')
    list.addSubnet(`64:ff9b:1::${inHex}`, 96 + Number(bits), 'ipv6')
    list.addSubnet(`::${inHex}`, 96 + Number(bits), 'ipv6')
    list.addSubnet(`::ffff:0:${inHex}`, 96 + Number(bits), 'ipv6')
    list.addSubnet(`2002:${inHex}::`, 16 + Number(bits), 'ipv6')
  }
  for (const network of ipv6) {
    const [address = '', bits = '128'] = network.split('/')
    list.addSubnet(address, Number(bits), 'ipv6')
  }
  return list
}

/** Where cloud providers serve credentials to whoever asks from inside. */
const metadata = networks(
  ['169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200'],
  ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'],
)

// Built when somebody asks: a millisecond that most checks never need.
let notPublic: BlockList | undefined

/** Loopback, private, shared, link-local, unspecified, multicast and reserved networks (IANA's special-purpose registries). */
const notPublicNetworks = [
  [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '224.0.0.0/3',
  ],
  ['::/127', '64:ff9b:1::/48', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
] as const

/** Whether an IP address serves cloud metadata. */
export function isMetadataAddress(address: string): boolean {
  return isIn(metadata, address)
}

/** Whether an IP address is none of the public internet. */
export function isPrivateAddress(address: string): boolean {
  notPublic ??= networks(...notPublicNetworks)
  return isIn(notPublic, address)
}

/** @throws ProbeError `address-refused` */
export function refuseAddress(address: string, { host, denyPrivate }: { host: string; denyPrivate: boolean }): void {
  const kind = isMetadataAddress(address) ? 'cloud metadata' : denyPrivate && isPrivateAddress(address) ? 'private' : ''
  if (kind === '') return
  const detail =
    host === address ? `${host} is a ${kind} address` : `${host} resolves to the ${kind} address ${address}`
  throw new ProbeError({ reasonCode: 'address-refused', detail, hopeless: 'at-once' })
}

/** A lookup for sockets: all addresses of the name, none of which may be refused. */
export function guardedLookup(denyPrivate: boolean): LookupFunction {
  return (host, options, callback) => {
    dns().lookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, [])
      try {
        for (const { address } of addresses) refuseAddress(address, { host, denyPrivate })
      } catch (refusal) {
        return callback(refusal as NodeJS.ErrnoException, [])
      }
      const [first] = addresses
      if (options.all || first === undefined) return callback(null, addresses)
      callback(null, first.address, first.family)
    })
  }
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address.replace(/%.*$/, ''), address.includes(':') ? 'ipv6' : 'ipv4')
}

/** All addresses of a name, IPv6 and IPv4; an address is its own. @throws the resolver's error, or the signal's */
export function allAddresses(host: string, signal: AbortSignal): Promise<string[]> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('The name lookup took too long')), { once: true })
    dns().lookup(host, { all: true }, (error, addresses) => {
      if (error) reject(error)
      else resolve([...new Set(addresses.map(({ address }) => address))])
    })
  })
}
