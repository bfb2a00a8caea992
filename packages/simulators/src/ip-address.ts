import { isIPv4, isIPv6 } from 'node:net'

/** The 4 or 16 bytes of an IP address; undefined when the text is none. */
export function ipBytes(text: string): Buffer | undefined {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number))
  if (!isIPv6(text)) return undefined
  // A URL writes every IPv6 address in hexadecimal groups, with at most one gap.
  const [left = '', right] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::')
  const before = groups(left)
  const after = groups(right ?? '')
  const gap = new Array<number>(8 - before.length - after.length).fill(0)
  return Buffer.from([...before, ...gap, ...after].flatMap((group) => [group >> 8, group & 0xff]))
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}
