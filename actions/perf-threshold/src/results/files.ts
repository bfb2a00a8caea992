import { closeSync, globSync, openSync, readFileSync, readSync, realpathSync, type Stats, statSync } from 'node:fs'
import { constants, gunzipSync } from 'node:zlib'
import { decodeText } from '../decode.ts'
import { Unreadable } from '../unreadable.ts'

interface Matches {
  /** Sorted by name; each once, also where a link has a name of its own. */
  readonly files: readonly string[]
  /** The globs that no file matches. */
  readonly unmatched: readonly string[]
  /** A file that is there twice, as it is and with `.gz`. */
  readonly twice: readonly [plain: string, packed: string] | undefined
}

/** The files that match any of the globs. */
export function filesMatching(globs: readonly string[]): Matches {
  const found = globs.map((glob) => (isFile(glob) ? [glob] : globSync(glob).filter(isFile)))
  const byPath = new Map(
    found
      .flat()
      .sort()
      .map((file) => [realpathSync(file), file]),
  )
  return {
    files: [...byPath.values()].sort(),
    unmatched: globs.filter((_, index) => found[index]?.length === 0),
    twice: packedBeside(byPath),
  }
}

function packedBeside(byPath: ReadonlyMap<string, string>): Matches['twice'] {
  for (const [path, file] of byPath) {
    const packed = byPath.get(`${path}.gz`)
    if (packed !== undefined) return [file, packed]
  }
  return undefined
}

/** Pipes and devices are none: they may have no end. */
function isFile(path: string): boolean {
  return statusOf(path)?.isFile() === true
}

export function isFolder(path: string): boolean {
  return statusOf(path)?.isDirectory() === true
}

/** In bytes; 0 of a file that is gone. */
export function sizeOf(path: string): number {
  return statusOf(path)?.size ?? 0
}

/** Undefined for whatever is no path, as most globs are. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

const headBytes = 256 * 1_024
// A packed file may be a thousand times as large when it is unpacked.
const packedHeadBytes = 32 * 1_024

/** How a file begins, unpacked; not more than so many bytes of it. @throws Unreadable */
export function readHead(file: string): Buffer {
  const head = firstBytes(file)
  if (!isGzip(head)) return head
  try {
    // The rest of a packed file is not there, which is no fault here.
    const unpackedHead = gunzipSync(head.subarray(0, packedHeadBytes), { finishFlush: constants.Z_SYNC_FLUSH })
    return unpackedHead.subarray(0, headBytes)
  } catch (error) {
    throw new Unreadable('malformed-results', 'starts like a gzip file but cannot be decompressed', error)
  }
}

function firstBytes(file: string): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(headBytes)
    return buffer.subarray(0, readSync(descriptor, buffer, 0, headBytes, 0))
  } finally {
    closeSync(descriptor)
  }
}

// A summary of any tool is a few kilobytes; that of thousands of endpoints a few megabytes.
const mostSummaryBytes = 64 * 1_024 * 1_024

/** A whole file as text, unpacked. @throws Unreadable */
export function readText(file: string): string {
  if (statSync(file).size > mostSummaryBytes) throw tooLarge
  const bytes = readFileSync(file)
  return decodeText(isGzip(bytes) ? unpacked(bytes) : bytes)
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostSummaryBytes })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'Z_BUF_ERROR') throw new Unreadable('truncated-results', 'the gzip file ends too early', error)
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge
    throw new Unreadable('malformed-results', 'starts like a gzip file but cannot be decompressed', error)
  }
}

const tooLarge = new Unreadable(
  'unknown-format',
  `larger than ${mostSummaryBytes / 2 ** 20} MiB, and in no raw format that is supported`,
)

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}
