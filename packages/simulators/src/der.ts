/** The few forms of DER (ITU-T X.690) that a certificate is made of. */

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** A value of a type that has no name here, such as a context-specific one. */
export function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content])
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length]
  const bytes = bigEndian(length)
  return [0x80 | bytes.length, ...bytes]
}

function bigEndian(value: number): number[] {
  return value < 0x100 ? [value] : [...bigEndian(Math.floor(value / 0x100)), value % 0x100]
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(tags.sequence, ...parts)
}

export function set(...parts: readonly Uint8Array[]): Buffer {
  return tagged(tags.set, ...parts)
}

export const yes: Buffer = tagged(tags.boolean, Buffer.from([0xff]))

/** A number that is not negative, in big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const sign = (bytes[0] ?? 0) >= 0x80 ? [0] : []
  return tagged(tags.integer, Buffer.from(sign), bytes)
}

/** A bit string; the last `unusedBits` bits of its last byte do not count. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return tagged(tags.bitString, Buffer.from([unusedBits]), bytes)
}

export function octetString(bytes: Uint8Array): Buffer {
  return tagged(tags.octetString, bytes)
}

export function utf8String(text: string): Buffer {
  return tagged(tags.utf8String, Buffer.from(text))
}

/** An object identifier from its dotted form. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tagged(tags.objectIdentifier, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const [last = 0, ...higher] = digits128(value)
  return [...higher.map((digit) => digit | 0x80).reverse(), last]
}

function digits128(value: number): number[] {
  return value < 128 ? [value] : [value % 128, ...digits128(Math.floor(value / 128))]
}

/** A moment, to the second: with two digits for the year until 2049, as X.509 wants it. */
export function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  const short = date.getUTCFullYear() >= 1950 && date.getUTCFullYear() < 2050
  return short ? tagged(tags.utcTime, Buffer.from(text.slice(2))) : tagged(tags.generalizedTime, Buffer.from(text))
}
