import type { Kysely } from 'kysely';
import type { Database } from './schema';

export async function green(db: Kysely<Database>, cutoff: Date) {
  return await db
    .selectFrom('runs')
    .select(['runs.id', 'runs.run_type'])
    .where('status', 'in', ['claimed', 'running'])
    .where((eb) => eb.or([eb('run_type', '=', 'sync'), eb('run_type', '=', 'auth')]))
    .where('last_heartbeat_at', '<', cutoff)
    .execute();
}

export async function red(db: Kysely<Database>) {
  return await db
    .updateTable('runs')
    .set({ status: 'timeout' })
    .where(({ eb, and }) => and([eb('status', 'in', ['claimed', 'running']), eb('run_type', 'in', ['sync', 'auth', 'action'])]))
    .executeTakeFirst();
}
