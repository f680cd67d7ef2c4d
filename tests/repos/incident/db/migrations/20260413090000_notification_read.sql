-- migrate:up

-- lower case on purpose: pasted from a session in which it was tried out
alter table public.notifications add column read_at timestamp with time zone;
create index idx_notifications_unread on public.notifications (user_id, created_at desc) where read_at is null and state = 'sent';

-- migrate:down

drop index public.idx_notifications_unread;
alter table public.notifications drop column read_at;
