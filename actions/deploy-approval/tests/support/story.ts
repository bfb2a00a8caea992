import fc from 'fast-check'
import { type Deed, type Rules, type Story, type Text, texts, type Who } from './model.ts'

const people = ['alice', 'bob', 'carol', 'erin', 'dave', 'mallory', 'robot', 'us'] as const
const voters = fc.constantFrom<Who>('alice', 'bob', 'carol')
const anybody = fc.oneof({ arbitrary: voters, weight: 3 }, { arbitrary: fc.constantFrom<Who>(...people), weight: 1 })
const text = fc.oneof(
  { arbitrary: fc.constant<Text>('/approve'), weight: 3 },
  { arbitrary: fc.constantFrom<Text>(...(Object.keys(texts) as Text[])), weight: 4 },
)
const how = fc.oneof(
  { arbitrary: fc.constant('web' as const), weight: 9 },
  { arbitrary: fc.constantFrom('email' as const, 'app' as const), weight: 1 },
)
const says = fc.record({ kind: fc.constant('says' as const), by: anybody, text, how })
const comment = fc.nat(5)

/** Something that people do; what spoils a request is rare enough for many to come to an approval. */
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { arbitrary: says, weight: 30 },
  { arbitrary: fc.record({ kind: fc.constant('looks' as const) }), weight: 12 },
  { arbitrary: fc.record({ kind: fc.constant('edits' as const), by: anybody, comment, text }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('deletes' as const), by: voters, comment }), weight: 2 },
  {
    arbitrary: fc.record({ kind: fc.constantFrom('retitles', 'rewrites', 'closes', 'reopens'), by: anybody }),
    weight: 1,
  },
  {
    arbitrary: fc.record({ kind: fc.constantFrom('leaves', 'joins'), by: fc.constantFrom<Who>('carol', 'erin') }),
    weight: 2,
  },
  { arbitrary: fc.record({ kind: fc.constantFrom('renames', 'vanishes'), by: voters }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('asks anew' as const) }), weight: 1 },
)

/** What happens to a request, in the order of time. @param most seconds between two deeds */
export function stories({ start, most, length }: { start: number; most: number; length: number }): fc.Arbitrary<Story> {
  const pause = fc.oneof({ arbitrary: fc.nat(3), weight: 3 }, { arbitrary: fc.nat(most), weight: 1 })
  return fc.array(fc.tuple(deed, pause), { minLength: 1, maxLength: length }).map((steps) => {
    let at = start
    return steps.map(([one, seconds]) => {
      at += seconds
      return { ...one, at }
    })
  })
}

export const rules: fc.Arbitrary<Rules> = fc.record({
  quorum: fc.constantFrom(1, 1, 2, 2, 3),
  items: fc.nat(2),
  needsChecklist: fc.boolean(),
  deadline: fc.constantFrom(30, 60, 1_000),
})
