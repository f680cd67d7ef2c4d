import { sql } from './db';

export async function unmirrored(lanes: string[], limit: number) {
  return sql`
    SELECT id FROM changes
    WHERE mirrored_at IS NULL AND source = ANY(${lanes})
    ORDER BY id LIMIT ${limit}
  `;
}
