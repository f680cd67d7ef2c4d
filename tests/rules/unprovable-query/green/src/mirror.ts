import { sql } from './db';

export async function unmirrored(limit: number) {
  return sql`
    SELECT id FROM changes
    WHERE mirrored_at IS NULL AND source IN ('crm', 'erp')
    ORDER BY id LIMIT ${limit}
  `;
}
