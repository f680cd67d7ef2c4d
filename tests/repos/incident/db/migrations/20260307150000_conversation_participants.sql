-- migrate:up

-- A conversation in Slack has many people in it, and conversations.user_id only knows who began it.
CREATE TABLE public.conversation_participants (
    conversation_id bigint NOT NULL,
    user_id text NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    last_read_message_id bigint,
    muted boolean DEFAULT false NOT NULL,
    CONSTRAINT conversation_participants_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE,
    CONSTRAINT conversation_participants_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE,
    CONSTRAINT conversation_participants_pkey PRIMARY KEY (conversation_id, user_id)
);

CREATE INDEX idx_conversation_participants_user_id ON public.conversation_participants (user_id);

INSERT INTO public.conversation_participants (conversation_id, user_id, joined_at)
SELECT c.id, c.user_id, c.created_at
  FROM public.conversations c
 WHERE c.user_id IS NOT NULL
ON CONFLICT DO NOTHING;

CREATE FUNCTION public.unread_messages(reader text) RETURNS TABLE (conversation_id bigint, unread bigint, newest timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.conversation_id, count(m.id), max(m.created_at)
      FROM public.conversation_participants p
      JOIN public.messages m ON m.conversation_id = p.conversation_id
     WHERE p.user_id = reader
       AND NOT p.muted
       AND m.id > coalesce(p.last_read_message_id, 0)
       AND (m.author_kind, m.author_id) IS DISTINCT FROM ('user', reader)
     GROUP BY p.conversation_id
$$;

-- migrate:down

DROP FUNCTION public.unread_messages(text);
DROP TABLE public.conversation_participants;
