// Loaded before a script: at its end it leaves peak memory and processor time, in KiB and µs, in the file that USAGE_FILE names.
const { writeFileSync } = require('node:fs')
const { isMainThread } = require('node:worker_threads')

const file = process.env.USAGE_FILE
if (isMainThread && file !== undefined)
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
    writeFileSync(file, JSON.stringify({ kibibytes: maxRSS, cpuUs: userCPUTime + systemCPUTime }))
  })
