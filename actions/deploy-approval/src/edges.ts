import type { BaseEdges } from '@deploy-safety/common/action'
import type { keepForPost } from '@deploy-safety/common/post'
import type { Fetch } from './github/transport.ts'
import type { Progress } from './outcome.ts'

export interface Edges extends BaseEdges<Progress> {
  readonly fetch: Fetch
  readonly keepForPost: typeof keepForPost
}
