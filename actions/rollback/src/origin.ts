/** Who rolls back, when and why: for marks, records and the report. Data, never code. */
export interface Origin {
  /** In ISO 8601. */
  readonly at: string
  /** URL of the run. */
  readonly run: string
  /** Who started the run. */
  readonly by: string
  readonly reason: string
}
