import { constants, crc32, deflateRawSync } from 'node:zlib'

const block = Buffer.alloc(1_024 * 1_024)

/**
 * A gzip file of so many mebibytes of zeros. After a full flush deflate knows nothing of what came before, so one
 * compressed block stands for all: this takes milliseconds, where compressing 200 MiB takes a second.
 */
export function compressedZeros(mebibytes: number): Buffer {
  const packed = deflateRawSync(block, { level: 9, finishFlush: constants.Z_FULL_FLUSH })
  const blocks = Array.from({ length: mebibytes }, () => packed)
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255])
  // An empty last block with fixed codes.
  const end = Buffer.from([0x03, 0x00])
  return Buffer.concat([header, ...blocks, end, trailer(mebibytes)])
}

function trailer(mebibytes: number): Buffer {
  const bytes = Buffer.alloc(8)
  let checksum = 0
  for (let done = 0; done < mebibytes; done += 1) checksum = crc32(block, checksum)
  bytes.writeUInt32LE(checksum, 0)
  bytes.writeUInt32LE((mebibytes * block.length) % 2 ** 32, 4)
  return bytes
}
