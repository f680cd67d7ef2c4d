DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'labels_format_check') THEN
    ALTER TABLE public.labels ADD CONSTRAINT labels_format_check CHECK (format IN ('zpl', 'pdf'));
  END IF;
END $$;
