import { heyCsv } from './hey-csv.ts'
import { jmeterCsv } from './jmeter-csv.ts'
import { k6Csv } from './k6-csv.ts'
import { k6Json } from './k6-json.ts'
import { locustRequests } from './locust-requests.ts'
import { createScan, type RawFormat } from './scan.ts'

/** JMeter's comes last: it takes a file without a header by its first row. */
const rawFormats: readonly RawFormat[] = [k6Json, k6Csv, locustRequests, heyCsv, jmeterCsv]

/** The raw format of a file that begins with `head` (whole, or 64 KiB); undefined when it is none of them. */
export function recogniseRaw(head: Buffer): RawFormat | undefined {
  const scan = createScan({ take: () => undefined }, { isFirstPiece: true, statusTells: true, followsThreads: false })
  return rawFormats.find((format) => format.begin(withoutMark(head), scan) !== undefined)
}

/** @throws Error for a name that is none of `rawFormats` */
export function rawFormat(name: string): RawFormat {
  const found = rawFormats.find((format) => format.name === name)
  if (found === undefined) throw new Error(`There is no raw format ${JSON.stringify(name)}`)
  return found
}

/** Without a byte order mark. */
export function withoutMark(head: Buffer): Buffer {
  return head.subarray(markLength(head))
}

export function markLength(head: Uint8Array): number {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
}
