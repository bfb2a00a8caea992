import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { systemClock } from '@deploy-safety/common/clock'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterAll, describe, expect, test } from 'vitest'
import { runCommand } from '../../src/command.ts'
import { changedFiles, type RepositoryInputs } from '../../src/migrations/changed-files.ts'

const folder = temporaryFolder('migrations')
afterAll(() => folder.remove())

const env = { PATH: process.env.PATH ?? '', HOME: folder.path }

function git(...args: string[]): string {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false']
  return execFileSync('git', ['-C', folder.path, ...who, ...args], { env, encoding: 'utf8' }).trim()
}

function commit(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder.path, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  git('add', '-A')
  git('commit', '-qm', 'change')
  return git('rev-parse', 'HEAD')
}

git('init', '-q')
const one = commit({ 'src/a.ts': '1' })
const two = commit({ 'src/a.ts': '2', 'db/migrate/umlaut ä.sql': 'x' })
const three = commit({ 'src/b.ts': '2' })

interface Api {
  readonly status?: number
  readonly body?: string
}

async function changed(
  commits: { target: string; current: string },
  options: Partial<RepositoryInputs> & { api?: Api } = {},
) {
  const paths: string[] = []
  const { api = {}, ...inputs } = options
  const server = createServer((request, response) => {
    paths.push(`${request.url} ${request.headers.authorization}`)
    response.writeHead(api.status ?? 200).end(api.body ?? '{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const repository: RepositoryInputs = {
    workspace: folder.path,
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repository: 'octo-org/octo-app',
    token: 'secret-token',
    proxyFor: () => undefined,
    env,
    ...inputs,
  }
  try {
    const { signal } = new AbortController()
    return { result: await changedFiles(commits, repository, { runCommand, clock: systemClock, signal }), paths }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const elsewhere = { workspace: '/', api: {} }

describe('the files between two commits', () => {
  test.each([
    ['in full', one, three],
    ['abbreviated', one.slice(0, 7), three.slice(0, 9)],
    ['the other way round', three, one],
  ])('come from the checkout: %s', async (_, target, current) => {
    const { result, paths } = await changed({ target, current })
    expect(result).toEqual({ kind: 'known', files: ['db/migrate/umlaut ä.sql', 'src/a.ts', 'src/b.ts'] })
    expect(paths).toEqual([])
  })

  test('come from GitHub where the checkout does not have the commits', async () => {
    const files = [{ filename: 'db/new.sql', previous_filename: 'db/old.sql' }]
    const api = { body: JSON.stringify({ status: 'ahead', files }) }
    const { result, paths } = await changed({ target: 'aaaaaaa', current: two }, { api })
    expect(result).toEqual({ kind: 'known', files: ['db/new.sql', 'db/old.sql'] })
    expect(paths).toEqual([`/repos/octo-org/octo-app/compare/aaaaaaa...${two} token secret-token`])
  })

  test.each([
    [
      'a cut list',
      { body: JSON.stringify({ status: 'ahead', files: Array.from({ length: 300 }, () => ({ filename: 'a' })) }) },
      /cut/,
    ],
    ['commits that have diverged', { body: JSON.stringify({ status: 'diverged', files: [] }) }, /diverged/],
    ['a target that is newer', { body: JSON.stringify({ status: 'behind', files: [] }) }, /diverged/],
    ['404', { status: 404 }, /HTTP 404/],
    ['no JSON', { body: '<html>' }, /does not respond/],
    ['a list', { body: '[]' }, /cut/],
  ])('are not known with %s', async (_, api, why) => {
    const { result } = await changed({ target: 'aaaaaaa', current: 'bbbbbbb' }, { ...elsewhere, api })
    expect(result).toEqual({ kind: 'unknown', why: expect.stringMatching(why) })
  })

  test('are not known without a checkout and without a token', async () => {
    const { result, paths } = await changed({ target: one, current: two }, { ...elsewhere, token: '' })
    expect(result).toMatchObject({ kind: 'unknown' })
    expect(paths).toEqual([])
  })

  test('are not known where GitHub is gone', async () => {
    const { result } = await changed({ target: one, current: two }, { ...elsewhere, apiUrl: 'http://127.0.0.1:1' })
    expect(result).toEqual({ kind: 'unknown', why: 'GitHub does not respond' })
  })
})
