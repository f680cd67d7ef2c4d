"""Makes a repository of source files: FOLDER FILES BYTES. A few files of a hundred name the governed column; one in a thousand queries it."""

import pathlib
import random
import sys

folder, files, size = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
random.seed(7)
words = (
    "async await sync function return const value request response index number string order account total "
    "export import class render update delete select where status state option config default action item list"
).split()
line = lambda: "  const " + "_".join(random.choices(words, k=2)) + " = " + random.choice(words) + "(" + ", ".join(random.choices(words, k=4)) + ", 'sync');\n"
paragraphs = ["".join(line() for _ in range(40)) for _ in range(200)]
each = size // files
for number in range(files):
    path = folder / f"packages/p{number % 97}/src/d{number % 31}/file{number}.{('ts', 'py', 'go', 'rs', 'js')[number % 5]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    parts, length = [], 0
    while length < each:
        parts.append(random.choice(paragraphs))
        length += len(parts[-1])
    if number % 50 == 0:
        parts.append("  const job_kind = kind;\n")
    if number % 1000 == 0:
        parts.append("  const rows = sql(\"SELECT id FROM jobs WHERE kind IN ('resize', 'mail')\");\n")
    path.write_text("".join(parts))
(folder / "db").mkdir()
(folder / "db/schema.sql").write_text(
    "CREATE TABLE public.jobs (id bigint, kind text, beat_at timestamptz);\n"
    "CREATE INDEX jobs_beating ON public.jobs USING btree (beat_at) WHERE (kind = ANY (ARRAY['sync'::text, 'reindex'::text, 'export'::text, 'purge'::text]));\n"
    "-- PostgreSQL database dump complete\n"
)
(folder / "laneset.toml").write_text(
    'version = 1\n[lane_set.beating]\ntable = "public.jobs"\ncolumn = "kind"\nlanes = ["sync", "reindex", "export", "purge"]\n'
    '[lane_set.beating.index]\nname = "jobs_beating"\ncolumns = ["beat_at"]\n'
)
