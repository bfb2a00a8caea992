import { cleanUp } from '@deploy-safety/simulators/at-exit'
import { afterAll } from 'vitest'

// A worker that does not end within half a second is killed. On a busy machine that is too short to remove much.
afterAll(cleanUp)
