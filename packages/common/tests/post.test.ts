import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseFileCommands } from '@deploy-safety/simulators/file-commands'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { keepForPost, runPost } from '../src/post.ts'

const { path: folder, remove } = temporaryFolder('post')
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
})
afterAll(remove)

it('hands on what was kept, as it was', async () => {
  const file = join(folder, 'state')
  writeFileSync(file, '')
  vi.stubEnv('GITHUB_STATE', file)
  keepForPost('path', 'one\ntwo')
  const kept = parseFileCommands(readFileSync(file, 'utf8'))
  expect(kept).toEqual({ path: 'one\ntwo' })
  vi.stubEnv('STATE_path', kept.path)
  const seen: string[] = []
  await runPost(async (of) => {
    seen.push(of('path'), of('never-kept'))
  })
  expect(seen).toEqual(['one\ntwo', ''])
  expect(process.exitCode).toBeUndefined()
})

it('fails the job when something could not be cleaned up, and says what', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  await runPost(() => Promise.reject(new Error('the file is held')))
  expect(String(write.mock.calls[0]?.[0])).toContain(
    '::error title=Not cleaned up::The post step could not clean up: the file is held',
  )
  expect(process.exitCode).toBe(1)
})
