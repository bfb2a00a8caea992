import { describe, expect, it, test } from 'vitest'
import { deletePod, withLastWords } from '../../src/kubernetes/pods.ts'
import { pod } from '../support/kubernetes-objects.ts'
import { type Answer, lost, playKubectl, says } from '../support/played-kubectl.ts'

const gone = says('Error from server (NotFound): pods "app-1" not found')
const replaced = says('Error from server (Conflict): the UID in the precondition does not match')
const forbidden = says('Error from server (Forbidden): pods "app-1" is forbidden: User "ci" cannot delete')

describe('a pod that is in the way', () => {
  test.each<[string, Answer, string | undefined]>([
    ['is deleted', {}, undefined],
    ['is gone by itself', gone, undefined],
    ['was replaced', replaced, undefined],
    ['may not be deleted', forbidden, 'stuck-pods'],
    ['is deleted, or not: the connection was lost', lost, 'stuck-pods'],
  ])('%s', async (_, answer, reasonCode) => {
    const { cluster, commands } = playKubectl(answer)
    expect((await deletePod(cluster, pod()))?.reasonCode).toBe(reasonCode)
    expect(commands).toHaveLength(1)
  })

  it('is this one, by its UID', async () => {
    const { cluster, commands, files } = playKubectl({})
    await deletePod(cluster, pod())
    expect(commands[0]?.args.slice(2)).toEqual([
      ...['delete', '--raw', '/api/v1/namespaces/shop/pods/app-1', '-f', '/private/delete.json'],
    ])
    expect(JSON.parse(files[0] ?? '')).toMatchObject({ kind: 'DeleteOptions', preconditions: { uid: 'uid-of-app-1' } })
  })
})

describe('last words', () => {
  const ending = { outcome: 'not-converged', reasonCode: 'crash-loop', sentence: 'it crashes' } as const
  const failure = { reasonCode: 'crash-loop', pod: 'app-1', container: 'app', detail: '' } as const
  const block = { title: 'Last words of app-1 (app)', text: 'panic' }

  test.each<[string, readonly Answer[], object | undefined]>([
    ['of before', [{ stdout: 'panic\n' }], block],
    ['of since, where there are none of before', [{ stdout: '\n' }, { stdout: 'panic\n' }], block],
    ['of since, where those of before are gone', [gone, { stdout: 'panic\n' }], block],
    ['there are none', [{ stdout: '' }, { stdout: '' }], undefined],
    ['may not be read', [forbidden, forbidden], undefined],
  ])('%s', async (_, answers, expected) => {
    const { cluster, left, commands } = playKubectl(...answers)
    expect(await withLastWords(cluster, ending, failure)).toEqual(expected ? { ...ending, block: expected } : ending)
    expect(left).toEqual([])
    expect(commands[0]?.args.at(-1)).toBe(
      '/api/v1/namespaces/shop/pods/app-1/log?container=app&tailLines=20&previous=true',
    )
  })
})
