import { createHash } from 'node:crypto'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { which } from '@actions/io'
import { messageOf } from '@deploy-safety/common/errors'
import { isRecord } from '@deploy-safety/common/record'
import type { RunCommand } from '../command.ts'

interface ToolEdges {
  readonly runCommand: RunCommand
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/**
 * The path of kubectl.
 * @param version `v1.35.4`: exactly that one; undefined: any
 * @throws ToolFailed
 */
export type FindTool = (version: string | undefined, edges: ToolEdges) => Promise<string>

/** The program cannot be had. */
export class ToolFailed extends Error {}

/** With which this release was tested. */
export const testedVersion = 'v1.35.4'

const host = 'https://dl.k8s.io/release'
const systems: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' }
const processors: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: '386',
  ppc64: 'ppc64le',
  s390x: 's390x',
}
const versionLimitMs = 20_000

export const findTool: FindTool = async (version, edges) => {
  const onPath = await which('kubectl', false)
  if (onPath !== '' && (version === undefined || (await versionAt(onPath, edges)) === version)) return onPath
  const wanted = version ?? testedVersion
  try {
    return await fromCache(wanted)
  } catch (error) {
    throw new ToolFailed(
      `kubectl ${wanted} ${error instanceof ToolFailed ? error.message : `cannot be had: ${messageOf(error)}`}`,
      { cause: error },
    )
  }
}

async function versionAt(file: string, { runCommand, env, signal }: ToolEdges): Promise<string | undefined> {
  const args = ['version', '--client', '-o', 'json']
  const { exitCode, stdout } = await runCommand({ file, args, env, limitMs: versionLimitMs }, signal)
  const version: unknown = exitCode === 0 ? JSON.parse(stdout) : undefined
  const client = isRecord(version) ? version['clientVersion'] : undefined
  return isRecord(client) ? String(client['gitVersion']) : undefined
}

/** From the tool cache of the runner, or downloaded into it. What does not have the published SHA-256 is never run. */
async function fromCache(version: string): Promise<string> {
  const [system, processor] = [systems[process.platform], processors[process.arch]]
  if (system === undefined || processor === undefined)
    throw new ToolFailed(`is not published for ${process.platform} ${process.arch}`)
  const { cacheFile, downloadTool, find } = await import('@actions/tool-cache')
  const name = process.platform === 'win32' ? 'kubectl.exe' : 'kubectl'
  const url = `${host}/${version}/bin/${system}/${processor}/${name}`
  const published = readHash(await downloadTool(`${url}.sha256`))
  const cached = find('kubectl', version.slice(1))
  const known = cached === '' ? '' : join(cached, name)
  if (known !== '' && hashOf(known) === published) return known
  const downloaded = await downloadTool(url)
  if (hashOf(downloaded) !== published) {
    throw new ToolFailed(`has the SHA-256 ${hashOf(downloaded)}, and ${published} is published at ${url}.sha256`)
  }
  const file = join(await cacheFile(downloaded, name, 'kubectl', version.slice(1)), name)
  chmodSync(file, 0o755)
  return file
}

function readHash(file: string): string {
  const [hash = ''] = /^[\da-f]{64}(?=\s|$)/i.exec(readFileSync(file, 'utf8')) ?? []
  if (hash === '') throw new ToolFailed('has no SHA-256 where it should be published')
  return hash.toLowerCase()
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
