-- migrate:up

CREATE TABLE public.messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL,
    sent_at timestamptz,
    queued_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_messages_unsent ON public.messages (queued_at)
    WHERE sent_at IS NULL AND channel IN ('email', 'sms');

-- migrate:down

DROP TABLE public.messages;
