import { describe, expect, it, test } from 'vitest'
import { rolledBackKey } from '../../src/kubernetes/marks.ts'
import { read, type Template, type WorkloadObject } from '../../src/kubernetes/objects.ts'
import { isSameTemplate } from '../../src/kubernetes/template.ts'
import { dryRun, patchOf, send, type Write } from '../../src/kubernetes/write.ts'
import { template, workload } from '../support/kubernetes-objects.ts'
import { type Answer, lost, ok, playKubectl, says, silence } from '../support/played-kubectl.ts'

const key = rolledBackKey
const path = '/metadata/annotations/deploy-safety.actions~1rolled-back'
const before = workload('app:2', { metadata: { annotations: { other: 'x' } } })

function writeOf(
  more: { before?: WorkloadObject; after?: Template; value?: string | undefined } = {},
): Write<WorkloadObject> {
  const { after = template('app:1') } = more
  return {
    resource: 'deployment/app',
    before: more.before ?? before,
    parse: (value) => read('workload', value),
    content: {
      path: '/spec/template',
      of: ({ spec }) => spec.template,
      after,
      isSame: (one, other) => isSameTemplate(one as Template, other as Template),
    },
    annotation: { key, value: 'value' in more ? more.value : 'mark' },
  }
}

/** What the server has: an image, and our mark or somebody's. */
const has = (image: string, mark?: string, metadata: object = {}): Answer => {
  const annotations = { other: 'x', ...(mark === undefined ? {} : { [key]: mark }) }
  return ok(workload(image, { metadata: { annotations, ...metadata } }))
}
const asBefore = has('app:2')
const written = has('app:1', 'mark')
const rejected = says('The request is invalid: the server rejected our request due to an error in our request')
const forbidden = says(
  'Error from server (Forbidden): deployments.apps "app" is forbidden: User "ci" cannot patch resource',
)
const quota = says('Error from server (Forbidden): admission webhook "policy" denied the request: no')
const unavailable = says('Error from server (ServiceUnavailable): apiserver is shutting down')
const gone = says('Error from server (NotFound): deployments.apps "app" not found')
const conflict = says('Error from server (Conflict): the object has been modified')

describe('the patch', () => {
  it('tests uid and old template, and changes template and annotation', () => {
    expect(JSON.parse(patchOf(writeOf()))).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'uid-1' },
      { op: 'test', path: '/spec/template', value: template('app:2') },
      { op: 'replace', path: '/spec/template', value: template('app:1') },
      { op: 'add', path, value: 'mark' },
    ])
  })

  it('leaves the template alone that is the same, and makes annotations where there are none', () => {
    const bare = workload('app:2')
    expect(JSON.parse(patchOf(writeOf({ before: bare, after: template('app:2') }))).slice(2)).toEqual([
      { op: 'test', path: '/metadata/annotations', value: null },
      { op: 'add', path: '/metadata/annotations', value: { [key]: 'mark' } },
    ])
  })

  it('removes an annotation that is there, and no other', () => {
    const value = undefined
    expect(JSON.parse(patchOf(writeOf({ value })))).toHaveLength(3)
    const marked = workload('app:2', { metadata: { annotations: { [key]: 'x' } } })
    expect(JSON.parse(patchOf(writeOf({ before: marked, value }))).at(-1)).toEqual({ op: 'remove', path })
  })
})

describe('the command', () => {
  it('has the patch in a file, as its templates may hold secrets', async () => {
    const { cluster, commands, files } = playKubectl(written)
    await send(cluster, writeOf())
    expect(commands[0]?.args.slice(2)).toEqual([
      ...['patch', 'deployment/app', '-n', 'shop', '--type=json', '--patch-file=/private/patch.json'],
      ...['--field-manager=deploy-safety-rollback', '-o', 'json', '--show-managed-fields'],
    ])
    expect(files).toEqual([patchOf(writeOf())])
  })

  it('of a dry run says so to the server', async () => {
    const { cluster, commands } = playKubectl(written)
    expect(await dryRun(cluster, writeOf())).toMatchObject({ kind: 'accepted' })
    expect(commands).toHaveLength(1)
    expect(commands[0]?.args).toContain('--dry-run=server')
  })
})

/** `accepted`, or the outcome and reason, and what was asked. */
async function sent(answers: readonly Answer[], write = writeOf()) {
  const { cluster, verbs, left, clock } = playKubectl(...answers)
  const result = await send(cluster, write)
  expect(left).toEqual([])
  const end = result.kind === 'accepted' ? 'accepted' : `${result.ending.outcome} ${result.ending.reasonCode}`
  return { end, verbs: verbs().join(' '), ms: clock.now() }
}

describe('a write', () => {
  test.each<[string, readonly Answer[], string, string]>([
    ['is accepted', [written], 'accepted', 'patch'],
    ['arrived, though the connection was lost', [lost, written], 'accepted', 'patch get'],
    ['arrived, though nobody answered in time', [silence, written], 'accepted', 'patch get'],
    ['did not arrive, and is sent again', [lost, asBefore, written], 'accepted', 'patch get patch'],
    ['is sent again when the server comes back', [unavailable, asBefore, written], 'accepted', 'patch get patch'],
    [
      'is sent three times at most',
      [lost, asBefore, unavailable, asBefore, lost, asBefore],
      'failed unreachable',
      'patch get patch get patch get',
    ],
    [
      'arrived late, so that sending it again is rejected',
      [lost, asBefore, rejected, written],
      'accepted',
      'patch get patch get',
    ],
    ['is rejected, since a third version came', [rejected, has('app:3')], 'superseded conflict', 'patch get'],
    [
      'is rejected, and another run did the same',
      [rejected, has('app:1', 'other')],
      'superseded conflict',
      'patch get',
    ],
    ['is rejected, though nothing was changed', [rejected, asBefore], 'failed api-error', 'patch get'],
    [
      'meets another object of that name',
      [rejected, has('app:2', undefined, { uid: 'uid-2' })],
      'superseded conflict',
      'patch get',
    ],
    ['meets nothing any more', [rejected, gone], 'superseded conflict', 'patch get'],
    ['is forbidden', [forbidden], 'refused missing-permission', 'patch'],
    ['is refused by a policy', [quota], 'failed api-error', 'patch'],
    ['is of something that is gone', [gone, gone], 'superseded conflict', 'patch get'],
    ['meets a conflict, and is sent again', [conflict, asBefore, written], 'accepted', 'patch get patch'],
    ['meets a conflict with a third version', [conflict, has('app:3')], 'superseded conflict', 'patch get'],
    ['is refused, since the token has expired', [says('error: (Unauthorized)')], 'failed unauthorized', 'patch'],
    ['is lost, and nobody answers since', [lost, lost, lost, lost], 'unknown connection-lost', 'patch get get get'],
    ['is lost, and may not be read back', [lost, forbidden], 'unknown connection-lost', 'patch get'],
  ])('%s', async (_, answers, end, verbs) => {
    expect(await sent(answers)).toMatchObject({ end, verbs })
  })

  it('waits two seconds before it is sent again', async () => {
    expect(await sent([lost, asBefore, written])).toMatchObject({ ms: 2_000 })
  })

  it('that only marks is known by its mark', async () => {
    const only = writeOf({ after: template('app:2') })
    expect(await sent([lost, has('app:2', 'mark')], only)).toMatchObject({ end: 'accepted' })
    expect(await sent([lost, asBefore, has('app:2', 'mark')], only)).toMatchObject({ end: 'accepted', ms: 2_000 })
  })
})

describe('a dry run', () => {
  test.each<[string, readonly Answer[], string]>([
    ['rejected, since a third version came', [rejected, has('app:3')], 'superseded conflict'],
    ['rejected, though nothing was changed', [rejected, asBefore], 'failed api-error'],
    ['forbidden', [forbidden], 'refused missing-permission'],
    ['refused by a policy', [quota], 'failed api-error'],
    ['not answered', [lost, lost, lost], 'failed unreachable'],
    ['of something that is gone', [gone, gone], 'superseded conflict'],
  ])('%s', async (_, answers, expected) => {
    const { cluster, left } = playKubectl(...answers)
    const result = await dryRun(cluster, writeOf())
    expect(result.kind === 'ended' && `${result.ending.outcome} ${result.ending.reasonCode}`).toBe(expected)
    expect(left).toEqual([])
  })
})
