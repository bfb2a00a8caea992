import type { BaseEdges } from '@deploy-safety/common/action'
import type { ClusterEdges } from './cluster-access/open-cluster.ts'
import type { Inputs } from './inputs.ts'
import type { Journal } from './journal.ts'
import type { Progress } from './outcome.ts'
import type { InFolder } from './private-folder.ts'
import type { Provider } from './provider.ts'
import type { VerifyEdges } from './verification/verify.ts'

export interface Edges extends BaseEdges<Progress>, Omit<ClusterEdges, 'folder'>, VerifyEdges {
  readonly inFolder: InFolder
}

/** What every part of the story works with. */
export interface Step {
  readonly inputs: Inputs
  readonly edges: Edges
  readonly provider: Provider
  readonly journal: Journal
  /** Milliseconds that are left of `timeout`. */
  readonly leftMs: () => number
}
