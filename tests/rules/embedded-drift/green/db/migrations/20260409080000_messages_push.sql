-- migrate:up

DROP INDEX public.idx_messages_unsent;
CREATE INDEX idx_messages_unsent ON public.messages (queued_at)
    WHERE sent_at IS NULL AND channel IN ('email', 'sms', 'push');

-- migrate:down

DROP INDEX public.idx_messages_unsent;
CREATE INDEX idx_messages_unsent ON public.messages (queued_at)
    WHERE sent_at IS NULL AND channel IN ('email', 'sms');
