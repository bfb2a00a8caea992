import { type LookupAddress, lookup } from 'node:dns'
import { BlockList, type LookupFunction } from 'node:net'
import { ProbeError } from './reason.ts'

/**
 * Where cloud providers serve credentials to whoever asks from inside. IPv4-mapped spellings are recognised by
 * BlockList itself; the translated ones (NAT64, 6to4, IPv4-compatible) stand here.
 */
const metadata = new BlockList()
for (const address of ['169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200']) {
  metadata.addAddress(address)
}
for (const address of ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254', '64:ff9b::a9fe:a9fe', '::a9fe:a9fe']) {
  metadata.addAddress(address, 'ipv6')
}
metadata.addSubnet('2002:a9fe:a9fe::', 48, 'ipv6')

/** Whether an IP address serves cloud metadata. */
export function isMetadataAddress(address: string): boolean {
  return metadata.check(address.replace(/%.*$/, ''), address.includes(':') ? 'ipv6' : 'ipv4')
}

/** @throws ProbeError `address-refused` */
export function refuseMetadata(address: string, host: string): void {
  if (!isMetadataAddress(address)) return
  const detail =
    host === address
      ? `${host} is a cloud metadata address`
      : `${host} resolves to the cloud metadata address ${address}`
  throw new ProbeError({ reason: 'address-refused', detail, hopeless: 'at-once' })
}

/** A lookup for sockets: all addresses of the name, none of which may be refused. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, [])
    try {
      for (const { address } of addresses) refuseMetadata(address, hostname)
    } catch (refusal) {
      return callback(refusal as NodeJS.ErrnoException, [])
    }
    const [first] = addresses
    if (options.all || first === undefined) return callback(null, addresses)
    callback(null, first.address, first.family)
  })
}
