-- migrate:up transaction:false

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_messages_author
    ON public.messages (author_kind, author_id) WHERE author_id IS NOT NULL;

-- migrate:down transaction:false

DROP INDEX CONCURRENTLY IF EXISTS public.idx_messages_author;
