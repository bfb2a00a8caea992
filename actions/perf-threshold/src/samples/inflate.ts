import { closeSync, openSync, readSync } from 'node:fs'
import { createGunzip, type Gunzip } from 'node:zlib'

/** How a compressed file ended. `cut`: before its end. `broken`: it is damaged. */
export type InflateEnd = 'whole' | 'cut' | 'broken'

const inputBytes = 65_536

/** Decompresses a file of one or several members; `take` gets the bytes as they come and must not keep them. */
export async function inflate(file: string, chunkBytes: number, take: (bytes: Buffer) => void): Promise<InflateEnd> {
  const descriptor = openSync(file, 'r')
  const gunzip = createGunzip({ chunkSize: Math.max(64, chunkBytes) })
  gunzip.on('data', take)
  const ended = endOf(gunzip)
  try {
    for (;;) {
      const input = Buffer.allocUnsafeSlow(inputBytes)
      const size = readSync(descriptor, input, 0, inputBytes, null)
      if (size === 0) break
      // Each portion through to the end before the next: what was decompressed before a defect is not lost with it.
      if ((await Promise.race([written(gunzip, input.subarray(0, size)), ended])) !== undefined) break
    }
    gunzip.end()
    const end = await ended
    // Zeros behind a member are padding; gunzip stops at the first, whatever comes behind them.
    return end === 'whole' && !isPadding(descriptor, gunzip.bytesWritten) ? 'broken' : end
  } finally {
    gunzip.destroy()
    closeSync(descriptor)
  }
}

/** Whether there is nothing but zeros from a place on. */
function isPadding(descriptor: number, from: number): boolean {
  const bytes = Buffer.alloc(inputBytes)
  for (let at = from; ; ) {
    const size = readSync(descriptor, bytes, 0, inputBytes, at)
    if (size === 0) return true
    if (bytes.subarray(0, size).some((byte) => byte !== 0)) return false
    at += size
  }
}

function written(gunzip: Gunzip, bytes: Buffer): Promise<undefined> {
  return new Promise((resolve) => gunzip.write(bytes, () => resolve(undefined)))
}

function endOf(gunzip: Gunzip): Promise<InflateEnd> {
  return new Promise((resolve) => {
    gunzip.on('end', () => resolve('whole'))
    gunzip.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'Z_BUF_ERROR' ? 'cut' : 'broken'))
  })
}
