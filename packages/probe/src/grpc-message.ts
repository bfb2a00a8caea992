/** The two messages of grpc.health.v1, as they are on the wire. */

/** `HealthCheckRequest { string service = 1; }`; an empty one says nothing. */
export function framedRequest(service: string): Buffer {
  const name = Buffer.from(service)
  return framed(name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name]))
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

/** Not compressed, its length, itself. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

const servingStatuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

/** `HealthCheckResponse { ServingStatus status = 1; }`, framed; without the field it is UNKNOWN. Undefined for what is none. */
export function servingStatusOf(message: Buffer): string | undefined {
  if (message.length < 5 || message[0] !== 0 || message.readUInt32BE(1) !== message.length - 5) return undefined
  const status = statusIn(new Reader(message.subarray(5)))
  return status === undefined ? undefined : servingStatuses[status]
}

// https://protobuf.dev/programming-guides/encoding/#structure
const wire = { varint: 0, fixed64: 1, bytes: 2, groupBegin: 3, groupEnd: 4, fixed32: 5 } as const

/** The last value of the status counts. Other fields are passed over: a server may say more than we know of. */
function statusIn(reader: Reader): number | undefined {
  let status = 0
  const groups: number[] = []
  while (!reader.atEnd()) {
    const { number, type, value } = reader.field()
    if (type === wire.groupBegin) groups.push(number)
    else if (type === wire.groupEnd && groups.pop() !== number) return undefined
    else if (type === wire.varint && number === 1 && groups.length === 0) status = value
  }
  return reader.isWhole() && groups.length === 0 ? status : undefined
}

/** Reads from front to back; what is cut off or cannot be read ends it. */
class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  atEnd(): boolean {
    return !(this.#at < this.#bytes.length)
  }

  /** Whether it came to its end, and not beyond it. */
  isWhole(): boolean {
    return this.#at === this.#bytes.length
  }

  field(): { number: number; type: number; value: number } {
    const tag = this.#varint()
    const [number, type] = [Math.floor(tag / 8), tag % 8]
    // Of bytes it is their number.
    const value = type === wire.varint || type === wire.bytes ? this.#varint() : 0
    if (type === wire.bytes) this.#at += value
    if (type === wire.fixed64) this.#at += 8
    if (type === wire.fixed32) this.#at += 4
    if (number === 0 || type > wire.fixed32) this.#at = Number.NaN
    return { number, type, value }
  }

  /** Ten bytes at most. Beyond 53 bits it is not exact, and is no status either way. */
  #varint(): number {
    let value = 0
    for (let count = 0; count < 10; count += 1) {
      const byte = this.#bytes[this.#at + count]
      if (byte === undefined) break
      value += (byte & 0x7f) * 2 ** (7 * count)
      if (byte < 0x80) {
        this.#at += count + 1
        return value
      }
    }
    this.#at = Number.NaN
    return Number.NaN
  }
}
