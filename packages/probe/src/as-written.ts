import type { Body } from './body.ts'

// A zero behind the point, an exponent, or many digits: any other number is written as it is read.
const isReadDifferently = /[:,[\s]-?(?:\d+\.\d*0(?!\d)|\d+(?:\.\d+)?[eE]|\d{16})/

/** The JSON of a body with its numbers as they were written: 1.10 is not 1.1, and a long id has more digits than a number keeps. */
export function asWritten({ text, document }: Body): unknown {
  if (typeof document !== 'object' || !isReadDifferently.test(text)) return document
  try {
    return JSON.parse(text, (_name, value: unknown, ...[written]: readonly { source?: string }[]) =>
      typeof value === 'number' ? written?.source : value,
    )
  } catch {
    // Only the recursion that this takes can fail.
    return document
  }
}

/** The value at a place of a JSON document. */
export function valueAt(document: unknown, location: readonly (string | number)[]): unknown {
  return location.reduce<unknown>((value, step) => Reflect.get(Object(value), step), document)
}
