/** Two slices of bytes that make a name together; the first one may be empty. Reused from row to row. */
export interface NameSpan {
  prefixStart: number
  prefixEnd: number
  start: number
  end: number
}

export function emptySpan(): NameSpan {
  return { prefixStart: 0, prefixEnd: 0, start: 0, end: 0 }
}

/** Numbers for names that are told apart as bytes: no string is made for a name that is known. */
export interface NameTable {
  readonly size: number
  /** -1: not known. */
  find(bytes: Uint8Array, span: NameSpan): number
  /** The number of a name that `find` just did not find; -1: the table is full. */
  add(bytes: Uint8Array, span: NameSpan): number
  /** Whether the name with this number is what `bytes` has at `start`; returns its length, or -1. */
  matchAt(id: number, bytes: Uint8Array, start: number): number
}

export interface NameLimits {
  readonly names: number
  /** Of all names together. */
  readonly bytes: number
}

const separator = 32
const traits = 1_024

/** Open addressing over a hash of the bytes (FNV-1a); the bytes of all names are in one buffer. */
export function createNameTable(limits: NameLimits): NameTable {
  let slots = new Int32Array(1_024)
  let hashes = new Int32Array(512)
  let offsets = new Int32Array(513)
  let store = new Uint8Array(16_384)
  let size = 0
  let hash = 0
  // What was found last among names with the same trait: mostly the name itself, without a look at each of its bytes twice.
  const recent = new Int32Array(traits).fill(-1)
  const grow = () => {
    slots = new Int32Array(slots.length * 2)
    hashes = enlarged(hashes)
    offsets = enlarged(offsets)
    for (let id = 0; id < size; id += 1) slots[freeSlot(hashes[id] ?? 0)] = id + 1
  }
  const freeSlot = (from: number) => {
    const mask = slots.length - 1
    let slot = from & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    return slot
  }
  const search = (bytes: Uint8Array, span: NameSpan) => {
    hash = hashOf(bytes, span)
    const mask = slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (slots[slot] ?? 0) - 1
      if (id === -1) return -1
      if (hashes[id] === hash && isSame({ store, from: offsets[id] ?? 0, to: offsets[id + 1] ?? 0 }, bytes, span))
        return id
    }
  }
  return {
    get size() {
      return size
    },
    find: (bytes, span) => {
      const trait = traitOf(bytes, span)
      const guess = recent[trait] ?? -1
      if (guess !== -1 && isSame({ store, from: offsets[guess] ?? 0, to: offsets[guess + 1] ?? 0 }, bytes, span))
        return guess
      const id = search(bytes, span)
      if (id !== -1) recent[trait] = id
      return id
    },
    add: (bytes, span) => {
      const start = offsets[size] ?? 0
      const end = start + lengthOf(span)
      if (size >= limits.names || end > limits.bytes) return -1
      if (size + 1 >= hashes.length) grow()
      while (store.length < end) store = enlarged(store)
      write(store.subarray(start), bytes, span)
      hashes[size] = hash
      offsets[size + 1] = end
      slots[freeSlot(hash)] = size + 1
      size += 1
      return size - 1
    },
    matchAt: (id, bytes, start) => {
      const from = offsets[id] ?? 0
      const length = (offsets[id + 1] ?? 0) - from
      for (let at = 0; at < length; at += 1) if (store[from + at] !== bytes[start + at]) return -1
      return length
    },
  }
}

/** Lengths and a few bytes, for a guess. */
function traitOf(bytes: Uint8Array, { prefixStart, prefixEnd, start, end }: NameSpan): number {
  if (start === end) return 0
  let trait = (end - start) * 31 + prefixEnd - prefixStart
  trait = Math.imul(trait ^ (bytes[start] ?? 0), 0x01000193)
  trait = Math.imul(trait ^ (bytes[end - 1] ?? 0), 0x01000193)
  trait = Math.imul(trait ^ (bytes[(start + end) >>> 1] ?? 0), 0x01000193)
  return (trait ^ (trait >>> 13)) & (traits - 1)
}

function hashOf(bytes: Uint8Array, { prefixStart, prefixEnd, start, end }: NameSpan): number {
  let hash = 0x811c9dc5
  for (let at = prefixStart; at < prefixEnd; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  if (prefixEnd > prefixStart) hash = Math.imul(hash ^ separator, 0x01000193)
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  return hash ^ (hash >>> 15)
}

function lengthOf({ prefixStart, prefixEnd, start, end }: NameSpan): number {
  const prefix = prefixEnd - prefixStart
  return (prefix > 0 ? prefix + 1 : 0) + end - start
}

interface Stored {
  readonly store: Uint8Array
  readonly from: number
  readonly to: number
}

function isSame({ store, from, to }: Stored, bytes: Uint8Array, span: NameSpan): boolean {
  if (to - from !== lengthOf(span)) return false
  let at = from
  for (let index = span.prefixStart; index < span.prefixEnd; index += 1, at += 1) {
    if (store[at] !== bytes[index]) return false
  }
  if (at > from) {
    if (store[at] !== separator) return false
    at += 1
  }
  for (let index = span.start; index < span.end; index += 1, at += 1) if (store[at] !== bytes[index]) return false
  return true
}

function write(target: Uint8Array, bytes: Uint8Array, { prefixStart, prefixEnd, start, end }: NameSpan): void {
  let at = prefixEnd - prefixStart
  target.set(bytes.subarray(prefixStart, prefixEnd))
  if (at > 0) {
    target[at] = separator
    at += 1
  }
  target.set(bytes.subarray(start, end), at)
}

function enlarged<T extends Int32Array | Uint8Array>(array: T): T {
  const next = array instanceof Int32Array ? new Int32Array(array.length * 2) : new Uint8Array(array.length * 2)
  next.set(array)
  return next as T
}
