/** Windows PowerShell writes UTF-16 where a program's output is sent to a file. The mark itself is left out. */
const encodings = [
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const

/** The text of a file, by its byte order mark; without one it is UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  const [encoding = 'utf-8'] = encodings.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte)) ?? []
  return new TextDecoder(encoding).decode(bytes)
}
