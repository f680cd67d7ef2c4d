import type { Client } from './client';

export interface Patch {
  id: string;
  apply(client: Client): Promise<void>;
}

/** Run in order at every boot, so each one has to bear being run again. */
export const patches: Patch[] = [
  {
    id: '20260401120000_messages',
    async apply(client) {
      await client.exec(`
        CREATE TABLE IF NOT EXISTS public.messages (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          channel text NOT NULL,
          sent_at timestamptz,
          queued_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX IF NOT EXISTS idx_messages_unsent ON public.messages (queued_at)
          WHERE sent_at IS NULL AND channel IN ('email', 'sms');
      `);
    },
  },
  {
    id: '20260409080000_messages_push',
    async apply(client) {
      await client.exec('DROP INDEX IF EXISTS public.idx_messages_unsent');
      await client.exec(
        "CREATE INDEX idx_messages_unsent ON public.messages (queued_at) WHERE sent_at IS NULL AND channel IN ('email', 'push')",
      );
    },
  },
];
