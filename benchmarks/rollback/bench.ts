import type { Section } from '../section.ts'
import { undo } from './undo.ts'

/** @public for run.ts, which finds it by listing */
export const sections: readonly Section[] = [undo]
