/** How often each of many small numbers came: keys below 2^32 - 1. Open addressing; a slot is a key plus one, and its count. */
export interface CountMap {
  table: Uint32Array<ArrayBuffer>
  /** How many different keys. */
  size: number
}

const leastSlots = 16
const overhead = 500

export function createCountMap(): CountMap {
  return { table: emptyTable(leastSlots * 2), size: 0 }
}

/** Tables that are not needed any more, by their length: thousands are made and given up while a run is counted. */
const spare = new Map<number, Uint32Array<ArrayBuffer>[]>()

function emptyTable(length: number): Uint32Array<ArrayBuffer> {
  return spare.get(length)?.pop()?.fill(0) ?? new Uint32Array(length)
}

function giveBack(table: Uint32Array<ArrayBuffer>): void {
  const same = spare.get(table.length)
  if (same === undefined) spare.set(table.length, [table])
  else same.push(table)
}

/** Of the table and what goes with it, about. */
export function bytesOfCounts({ table }: CountMap): number {
  return overhead + table.byteLength
}

/** @returns by how many bytes the table grew: hardly ever any */
export function addCount(map: CountMap, key: number, count: number): number {
  const { table } = map
  const slot = slotOf(table, key)
  if (table[slot] === 0) return addKey(map, key, count)
  table[slot + 1] = (table[slot + 1] ?? 0) + count
  return 0
}

/** Gives its memory to others; it is empty afterwards. */
export function releaseCounts(map: CountMap): void {
  giveBack(map.table)
  map.table = noTable
  map.size = 0
}

const noTable = new Uint32Array(0)

/** Adds all of another map, keys without their last bits. @returns by how many bytes the table grew */
export function addAll(map: CountMap, { table }: CountMap, lessBits: number): number {
  let grown = 0
  for (let slot = 0; slot < table.length; slot += 2) {
    const key = table[slot] ?? 0
    if (key !== 0) grown += addCount(map, (key - 1) >>> lessBits, table[slot + 1] ?? 0)
  }
  return grown
}

/** Writes all into arrays of its size, ascending by key; returns the sum of all counts. */
export function writeCounts({ table, size }: CountMap, keys: Uint32Array, values: Uint32Array): number {
  let at = 0
  for (let slot = 0; slot < table.length; slot += 2) {
    const key = table[slot] ?? 0
    if (key !== 0) keys[at++] = key - 1
  }
  keys.sort()
  let total = 0
  for (let index = 0; index < size; index += 1) {
    const count = table[slotOf(table, keys[index] ?? 0) + 1] ?? 0
    values[index] = count
    total += count
  }
  return total
}

/** Where a key is, or could be. */
function slotOf(table: Uint32Array, key: number): number {
  const mask = (table.length >>> 1) - 1
  let slot = (Math.imul(key, 0x9e3779b1) >>> 8) & mask
  while (table[slot * 2] !== 0 && table[slot * 2] !== key + 1) slot = (slot + 1) & mask
  return slot * 2
}

function addKey(map: CountMap, key: number, count: number): number {
  map.size += 1
  const grown = map.size * 3 > map.table.length ? grow(map) : 0
  const slot = slotOf(map.table, key)
  map.table[slot] = key + 1
  map.table[slot + 1] = count
  return grown
}

function grow(map: CountMap): number {
  const before = map.table
  const grown = before.byteLength
  const table = emptyTable(before.length * 2)
  for (let at = 0; at < before.length; at += 2) {
    const key = before[at] ?? 0
    if (key === 0) continue
    const slot = slotOf(table, key - 1)
    table[slot] = key
    table[slot + 1] = before[at + 1] ?? 0
  }
  giveBack(before)
  map.table = table
  return grown
}
