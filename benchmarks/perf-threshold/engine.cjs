// p95 by endpoint with the streaming engine: `node engine.cjs <format> <file>`. It runs what the compiler made of it.
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')

const [format, file] = process.argv.slice(2)
const build = join(__dirname, '..', '..', 'actions', 'perf-threshold', 'build')

async function main() {
  const { readSamples } = await import(pathToFileURL(join(build, 'samples', 'read.js')))
  const { bucketBounds } = await import(pathToFileURL(join(build, 'samples', 'bucket.js')))
  const samples = await readSamples(format, [file], { workerUrl: pathToFileURL(join(build, 'worker.js')) })
  if (samples.damageCount > 0) throw new Error(JSON.stringify(samples.damage[0]))
  const { requests, endpoints } = samples
  const rows = requests.kind === 'columns' ? ofColumns(requests, endpoints) : ofCells(requests, endpoints, bucketBounds)
  for (const row of rows.sort()) console.log(row)
}

function ofColumns({ length, latencies, endpointIds, failures }, endpoints) {
  const counts = new Uint32Array(endpoints.length)
  for (let at = 0; at < length; at += 1) counts[endpointIds[at]] += 1
  const values = [...counts].map((count) => new Float64Array(count))
  const errors = new Uint32Array(endpoints.length)
  counts.fill(0)
  for (let at = 0; at < length; at += 1) {
    const id = endpointIds[at]
    values[id][counts[id]++] = latencies[at]
    if (failures[at] === 1) errors[id] += 1
  }
  return endpoints.map(({ name }, id) => [name, values[id].length, p95Of(values[id].sort()), errors[id]].join('\t'))
}

function p95Of(sorted) {
  const place = 0.95 * (sorted.length - 1)
  const low = sorted[Math.floor(place)]
  return low + (sorted[Math.ceil(place)] - low) * (place - Math.floor(place))
}

function ofCells({ entries, mantissaBits }, endpoints, bucketBounds) {
  return endpoints.map(({ name }, id) => {
    const own = entries.filter((entry) => entry.endpointId === id)
    const counts = new Map()
    for (const entry of own) {
      for (const [at, bucket] of entry.buckets.entries())
        counts.set(bucket, (counts.get(bucket) ?? 0) + entry.counts[at])
    }
    const total = own.reduce((sum, { count }) => sum + count, 0)
    const errors = own.reduce((sum, { count, failure }) => sum + (failure === 1 ? count : 0), 0)
    let left = Math.floor(0.95 * (total - 1))
    for (const bucket of [...counts.keys()].sort((one, other) => one - other)) {
      left -= counts.get(bucket)
      if (left < 0) return [name, total, bucketBounds(bucket, mantissaBits)[0], errors].join('\t')
    }
    throw new Error(`${name} has no requests`)
  })
}

main()
