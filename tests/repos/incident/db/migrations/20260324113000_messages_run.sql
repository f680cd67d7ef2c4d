-- migrate:up

-- Which run wrote a message. Answers the question "why did it say that?" with a log.
ALTER TABLE public.messages ADD COLUMN run_id bigint REFERENCES public.runs (id) ON DELETE SET NULL;

CREATE INDEX idx_messages_run ON public.messages (run_id) WHERE run_id IS NOT NULL;

CREATE FUNCTION public.conversation_transcript(conversation bigint, max_tokens integer DEFAULT 16000) RETURNS TABLE (message_id bigint, author text, content text, run_id bigint)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    spent integer := 0;
    line record;
BEGIN
    -- From the newest backwards until the budget is gone: the caller turns it round.
    FOR line IN
        SELECT m.id, m.author_kind, m.content, m.run_id, coalesce(m.token_count, length(m.content) / 4) AS tokens
          FROM public.messages m
         WHERE m.conversation_id = conversation
         ORDER BY m.id DESC
    LOOP
        spent := spent + line.tokens;
        EXIT WHEN spent > max_tokens;
        message_id := line.id;
        author := line.author_kind;
        content := line.content;
        run_id := line.run_id;
        RETURN NEXT;
    END LOOP;
END;
$$;

-- migrate:down

DROP FUNCTION public.conversation_transcript(bigint, integer);
DROP INDEX public.idx_messages_run;
ALTER TABLE public.messages DROP COLUMN run_id;
