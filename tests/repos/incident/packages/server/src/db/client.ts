/**
 * What the server asks of a Postgres driver: tagged templates with bound values, text as it is, and
 * transactions. Both drivers in use fit it, the pooled one and the embedded one.
 */
export interface Sql {
  <Row = Record<string, unknown>>(strings: TemplateStringsArray, ...values: readonly unknown[]): Promise<Row[]>;

  /** Runs text as it is, statement after statement. For schema changes; never for anything a caller wrote. */
  unsafe(text: string): Promise<unknown>;

  /** Commits when `work` resolves, rolls back when it rejects. */
  begin<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
}

/** An interval as Postgres reads it. Milliseconds, because that's what timers count in. */
export function interval(milliseconds: number): string {
  return `${Math.round(milliseconds)} milliseconds`;
}
