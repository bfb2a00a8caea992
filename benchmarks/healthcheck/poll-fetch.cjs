// The usual loop: `node poll-fetch.cjs <url> <version> <interval ms>` asks until the version answers. fetch keeps connections alive.
const { setTimeout: sleep } = require('node:timers/promises')

const [url, version, intervalMs] = process.argv.slice(2)

async function poll() {
  while ((await (await fetch(url)).json()).version !== version) await sleep(Number(intervalMs))
}

poll()
