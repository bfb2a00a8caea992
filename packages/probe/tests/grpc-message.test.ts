import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { servingStatusOf } from '../src/grpc-message.ts'

function framed(message: readonly number[]): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, Buffer.from(message)])
}

const varint = (value: bigint): number[] =>
  value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)]
const tag = (field: number, type: number) => varint(BigInt(field) * 8n + BigInt(type))
const bytes = (most: number) => fc.uint8Array({ minLength: most, maxLength: most }).map((array) => [...array])

/** Any field that is not the status, of every type on the wire, groups within groups among them. */
const { field: otherField } = fc.letrec<{ field: number[] }>((tie) => {
  const number = fc.integer({ min: 2, max: 2 ** 29 - 1 })
  return {
    field: fc.oneof(
      { maxDepth: 3 },
      fc
        .tuple(number, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
        .map(([of, value]) => [...tag(of, 0), ...varint(value)]),
      fc.tuple(number, bytes(8)).map(([of, value]) => [...tag(of, 1), ...value]),
      fc.tuple(number, bytes(4)).map(([of, value]) => [...tag(of, 5), ...value]),
      fc
        .tuple(number, fc.uint8Array({ maxLength: 200 }))
        .map(([of, value]) => [...tag(of, 2), ...varint(BigInt(value.length)), ...value]),
      fc
        .tuple(number, fc.array(tie('field'), { maxLength: 3 }))
        .map(([of, fields]) => [...tag(of, 3), ...fields.flat(), ...tag(of, 4)]),
    ),
  }
})
const otherFields = fc.array(otherField, { maxLength: 5 }).map((fields) => fields.flat())

describe('a health message', () => {
  it.each<[string, number[], string | undefined]>([
    ['of nothing', [], 'UNKNOWN'],
    ['that serves', [0x08, 1], 'SERVING'],
    ['that does not', [0x08, 2], 'NOT_SERVING'],
    ['whose last status counts', [0x08, 1, 0x08, 2], 'NOT_SERVING'],
    ['whose status is in more bytes than it needs', [0x08, 0x81, 0], 'SERVING'],
    ['with a text in the place of the status', [0x0a, 1, 1], 'UNKNOWN'],
    ['with a status within a group', [0x13, 0x08, 1, 0x14], 'UNKNOWN'],
    ['of a status of tomorrow', [0x08, 4], undefined],
    ['of a negative status', [0x08, ...varint(2n ** 64n - 1n)], undefined],
    ['that ends in a tag', [0x08, 1, 0x80], undefined],
    ['that ends in a status', [0x08], undefined],
    ['that ends in a text', [0x08, 1, 0x12, 5, 1], undefined],
    ['that ends in 64 bits', [0x08, 1, 0x11, 0, 0, 0, 0, 0, 0, 0], undefined],
    ['that ends in 32 bits', [0x08, 1, 0x15, 0, 0, 0], undefined],
    ['that ends in a group', [0x08, 1, 0x13], undefined],
    ['with the end of no group', [0x08, 1, 0x14], undefined],
    ['with the end of another group', [0x08, 1, 0x13, 0x1c], undefined],
    ['of a type on the wire that there is not', [0x08, 1, 0x16], undefined],
    ['of another such type', [0x08, 1, 0x17], undefined],
    ['of a field zero', [0x08, 1, 0x00, 1], undefined],
    ['of a number without an end', [0x08, ...Array.from({ length: 11 }, () => 0x80), 1], undefined],
    ['of a text that is longer than all memory', [0x08, 1, 0x12, ...varint(2n ** 63n)], undefined],
  ])('%s', (_, message, status) => {
    expect(servingStatusOf(framed(message))).toBe(status)
  })

  it('is read past every field that is not known, before the status and behind it', () => {
    fc.assert(
      fc.property(otherFields, fc.constantFrom(1, 2, 3), otherFields, (before, status, behind) => {
        const names = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']
        expect(servingStatusOf(framed([...before, 0x08, status, ...behind]))).toBe(names[status])
        expect(servingStatusOf(framed([...before, ...behind]))).toBe('UNKNOWN')
      }),
      { numRuns: 500 },
    )
  })

  it('of any bytes is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (message) => {
        servingStatusOf(Buffer.from(message))
        servingStatusOf(framed([...message]))
      }),
      { numRuns: 1_000 },
    )
  })
})
