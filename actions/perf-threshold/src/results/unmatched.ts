import { quote } from '@deploy-safety/common/inputs'
import type { Selector } from '../gates/gate.ts'
import type { Reading } from '../inputs.ts'
import type { Load } from './load.ts'

/** Lines of include and exclude that match no endpoint: most often a name that is not spelled as the tool spells it. */
export function unmatchedSelectors(load: Load, { include, exclude }: Pick<Reading, 'include' | 'exclude'>): string[] {
  const { endpoints } = load.kind === 'sampled' ? load.samples : load.reported
  const names = [...new Set(endpoints.flatMap(({ name, shortName }) => [name, shortName]))]
  const warn = (input: string, selectors: readonly Selector[]) =>
    selectors
      .filter((selector) => selector.matching(names).size === 0)
      .map(({ source }) => `${input}: ${quote(source)} matches no endpoint.`)
  return [...warn('include', include), ...warn('exclude', exclude)]
}
