import { Malformed, parseLines, quote } from '@deploy-safety/common/inputs'
import { parseName } from '../parse-name.ts'
import { kinds, textOf, type WorkloadName } from './kinds.ts'

const mostWorkloads = 20

/** Lines of `deployment/api`. @throws Malformed */
export function parseWorkloads(text: string): WorkloadName[] {
  const workloads = parseLines(text).map(parseWorkload)
  const texts = workloads.map(textOf)
  const twice = texts.find((one, index) => texts.indexOf(one) !== index)
  if (twice !== undefined) throw new Malformed(`${quote(twice)} is there twice`, 'Name each workload once.')
  if (workloads.length <= mostWorkloads) return workloads
  throw new Malformed(
    `there are ${workloads.length} workloads`,
    `Name at most ${mostWorkloads}, and use another step for the rest.`,
  )
}

const shortKinds: Readonly<Record<string, string>> = { deploy: 'deployment', sts: 'statefulset', ds: 'daemonset' }

function parseWorkload(line: string): WorkloadName {
  const [, given = '', name = ''] = /^([^/]+)\/(.+)$/.exec(line) ?? []
  const kind = given.toLowerCase().replace(/\.apps$/, '')
  const long = shortKinds[kind] ?? kind.replace(/s$/, '')
  const known = Object.keys(kinds).find((one): one is WorkloadName['kind'] => one === long)
  if (known === undefined) {
    throw new Malformed(
      `${quote(line)} is no workload`,
      `Write one a line: ${Object.keys(kinds)
        .map((one) => `${one}/name`)
        .join(', ')}.`,
    )
  }
  return { kind: known, name: parseName(name) }
}
