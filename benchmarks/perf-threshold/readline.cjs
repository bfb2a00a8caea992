// p95 by endpoint as a script of ten lines does it: `node readline.cjs <format> <file>`. Fields with quotes are beyond it.
const { createReadStream } = require('node:fs')
const { createInterface } = require('node:readline')

const [format, file] = process.argv.slice(2)
const values = new Map()
const readers = {
  'k6-json': (line) => {
    const { metric, type, data } = JSON.parse(line)
    if (metric === 'http_req_duration' && type === 'Point') add(`${data.tags.method} ${data.tags.name}`, data.value)
  },
  'jmeter-csv': (line) => {
    const [, elapsed, label, , message] = line.split(',')
    if (elapsed !== 'elapsed' && !message.startsWith('"Number of samples')) add(label, Number(elapsed))
  },
}

function add(name, value) {
  const own = values.get(name)
  if (own === undefined) values.set(name, [value])
  else own.push(value)
}

async function main() {
  const read = readers[format]
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY }))
    read(line)
  for (const [name, own] of [...values].sort()) {
    const sorted = own.sort((one, other) => one - other)
    console.log([name, sorted.length, sorted[Math.floor(0.95 * (sorted.length - 1))]].join('\t'))
  }
}

main()
