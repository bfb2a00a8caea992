import { isIP } from 'node:net'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import { describe, expect, it } from 'vitest'
import { guardedLookup, isMetadataAddress, isPrivateAddress, refuseAddress } from '../src/address.ts'
import { ProbeError } from '../src/reason.ts'

describe('isMetadataAddress', () => {
  it.each([
    '169.254.169.254',
    // IPv4-mapped.
    ...['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '::FFFF:A9FE:A9FE', '0:0:0:0:0:ffff:a9fe:a9fe'],
    // IPv4-compatible, NAT64 and 6to4.
    ...['::169.254.169.254', '::a9fe:a9fe', '64:ff9b::169.254.169.254', '64:ff9b:0:0:0:0:a9fe:a9fe'],
    ...['64:ff9b:1::a9fe:a9fe', '::ffff:0:a9fe:a9fe'],
    ...['2002:a9fe:a9fe::', '2002:a9fe:a9fe::1', '2002:a9fe:a9fe:1:2:3:4:5'],
    '::ffff:169.254.169.254%eth0',
    // Of AWS tasks and pods, of AWS and Google over IPv6, of Alibaba.
    ...['169.254.170.2', '169.254.170.23', '::ffff:169.254.170.2', 'fd00:ec2::254', 'fd00:0ec2:0:0:0:0:0:0254'],
    ...['fd00:ec2::254%eth0', 'fd00:ec2::23', 'fd20:ce::254', '100.100.100.200', '::ffff:6464:64c8'],
  ])('is true of %s', (address) => {
    expect(isIP(address)).not.toBe(0)
    expect(isMetadataAddress(address)).toBe(true)
  })

  it.each([
    ...['127.0.0.1', '::1', '10.0.0.1', '8.8.8.8', '::ffff:127.0.0.1', 'fe80::1%eth0', '0.0.0.0', '::'],
    ...['169.254.169.253', '169.254.1.1', '100.100.100.201', 'fd00:ec2::253', '2002:a9fe:a9ff::', '64:ff9b::8.8.8.8'],
  ])('is false of %s', (address) => {
    expect(isMetadataAddress(address)).toBe(false)
  })
})

describe('isPrivateAddress', () => {
  it.each([
    ...[
      '127.0.0.1',
      '127.255.255.255',
      '::1',
      '0.0.0.0',
      '::',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
    ],
    ...['169.254.1.1', '100.64.0.1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fdff::1', '224.0.0.1', '255.255.255.255'],
    ...['::ffff:10.0.0.1', '::ffff:a00:1', '::ffff:127.0.0.1', '64:ff9b::10.0.0.1', '2002:c0a8:101::1', '::10.0.0.1'],
  ])('is true of %s', (address) => {
    expect(isIP(address)).not.toBe(0)
    expect(isPrivateAddress(address)).toBe(true)
  })

  it.each([
    ...['8.8.8.8', '172.15.255.255', '172.32.0.1', '192.167.255.255', '11.0.0.1', '128.0.0.1', '100.128.0.1'],
    ...['2001:4860:4860::8888', '2606:4700::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2002:808:808::1'],
  ])('is false of %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  })
})

describe('refuseAddress', () => {
  it('refuses private addresses only where it is told to', () => {
    expect(() => refuseAddress('10.0.0.1', { host: 'db', denyPrivate: false })).not.toThrow()
    const refused = thrownBy(() => refuseAddress('10.0.0.1', { host: 'db', denyPrivate: true }), ProbeError)
    expect(refused.failure.detail).toBe('db resolves to the private address 10.0.0.1')
  })

  it('refuses at once and says how the host leads there', () => {
    const direct = thrownBy(
      () => refuseAddress('169.254.169.254', { host: '169.254.169.254', denyPrivate: false }),
      ProbeError,
    )
    expect(direct.failure).toEqual({
      reasonCode: 'address-refused',
      detail: '169.254.169.254 is a cloud metadata address',
      hopeless: 'at-once',
    })
    const named = thrownBy(
      () => refuseAddress('fd00:ec2::254', { host: 'app.example.com', denyPrivate: false }),
      ProbeError,
    )
    expect(named.failure.detail).toBe('app.example.com resolves to the cloud metadata address fd00:ec2::254')
  })

  it('lets everything else pass', () => {
    expect(() => refuseAddress('127.0.0.1', { host: 'localhost', denyPrivate: false })).not.toThrow()
  })
})

describe('guardedLookup', () => {
  type Found = { error: Error | null; address: unknown; family: unknown }
  const find = (host: string, options: { all?: boolean; family?: number }) =>
    new Promise<Found>((resolve) => {
      guardedLookup(false)(host, options, (error, address, family) => resolve({ error, address, family }))
    })

  it('gives all addresses, or the first one, as the socket asks', async () => {
    expect(await find('127.0.0.1', { all: true })).toMatchObject({
      error: null,
      address: [{ address: '127.0.0.1', family: 4 }],
    })
    expect(await find('127.0.0.1', {})).toMatchObject({ error: null, address: '127.0.0.1', family: 4 })
  })

  it.each([{ all: true }, { all: false }])('refuses a name that leads to a metadata address (%j)', async (options) => {
    const { error } = await find('169.254.169.254', options)
    expect(error).toBeInstanceOf(ProbeError)
    expect(error).toMatchObject({ failure: { reasonCode: 'address-refused' } })
  })

  it('passes on the error of a name that does not resolve', async () => {
    // Never resolves (RFC 6761), nor is it asked for where there is no network.
    const { error } = await find('nowhere.invalid', { all: true })
    expect(error).toMatchObject({ code: expect.stringMatching(/^(ENOTFOUND|EAI_)/) })
  })
})
