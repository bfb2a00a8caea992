export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text))
}

/** Whether `expected` stands at `at`. Reads past the end are no match. */
export function isAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index += 1) if (bytes[at + index] !== expected[index]) return false
  return true
}
