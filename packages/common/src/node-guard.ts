/**
 * The first import of every entry: on an older Node than the runner's, one line says so and the process ends before
 * anything is done. act, for one, takes the first Node on its PATH.
 */
import { writeSync } from 'node:fs'

const leastMajor = 24

if (Number.parseInt(process.versions.node, 10) < leastMajor) {
  writeSync(1, `::error::needs Node 24, runner 2.327.1 or newer\nThis is Node ${process.versions.node}.\n`)
  process.exit(1)
}
