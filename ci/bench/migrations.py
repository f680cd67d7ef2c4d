"""Adds to a repository of repository.py what a commit meets in an old one: FOLDER MIGRATIONS. A table a migration, and the dump of all of them;
the governed table and its index, made in the first and changed in every hundredth; and the query that reads them."""

import pathlib
import random
import sys

folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
random.seed(7)
LANES = ["sync", "reindex", "export", "purge"]
array = "ARRAY[" + ", ".join(f"'{lane}'::text" for lane in LANES) + "]"
index = "CREATE INDEX jobs_beating ON public.jobs (beat_at) WHERE kind IN (%s);"
kinds = ("bigint", "text", "timestamptz", "jsonb", "boolean", "numeric(12,2)")


def listed(lanes):
    return ", ".join(f"'{lane}'" for lane in lanes)


def table(number):
    columns = [f"    column_{each} {random.choice(kinds)} NOT NULL" for each in range(12)]
    comment = f"-- What the {number}th thing is, who owns it, and why it is kept: for the accounts, and for support.\n" * 2
    return comment + f"CREATE TABLE public.thing_{number} (\n    id bigint NOT NULL,\n" + ",\n".join(columns) + "\n);\n"


folder.joinpath("db/migrations").mkdir()
lanes = LANES[:2]
dump = ["CREATE TABLE public.jobs (\n    id bigint,\n    kind text,\n    beat_at timestamptz\n);\n"]
versions = []
for number in range(count):
    up = table(number)
    dump.append(up)
    up += f"CREATE INDEX thing_{number}_by_column ON public.thing_{number} (column_1, column_2);\n"
    down = f"DROP TABLE public.thing_{number};\n"
    if number == 0:
        up += dump[0] + index % listed(lanes) + "\n"
    elif number % 100 == 99:
        down += "DROP INDEX public.jobs_beating;\n" + index % listed(lanes) + "\n"
        lanes = LANES if number // 100 % 2 or number + 100 >= count else LANES[:3]
        up += "DROP INDEX public.jobs_beating;\n" + index % listed(lanes) + "\n"
    version = f"2024{number:010}"
    versions.append(f"    ('{version}')")
    path = folder / f"db/migrations/{version}_thing_{number}.sql"
    path.write_text(f"-- migrate:up\n{up}\n-- migrate:down\n{down}")
dump.append(f"CREATE INDEX jobs_beating ON public.jobs USING btree (beat_at) WHERE (kind = ANY ({array}));\n")
dump.append("-- PostgreSQL database dump complete\n\nINSERT INTO public.schema_migrations (version) VALUES\n" + ",\n".join(versions) + ";\n")
folder.joinpath("db/schema.sql").write_text("\n\n".join(dump))
folder.joinpath("reaper.ts").write_text(
    f"export function reap(sql) {{\n  return sql`UPDATE jobs SET kind = kind WHERE kind IN ({listed(LANES)})`;\n}}\n"
)
with folder.joinpath("laneset.toml").open("a") as manifest:
    manifest.write('[[lane_set.beating.query]]\nfile = "reaper.ts"\nwithin = "reap"\n')
