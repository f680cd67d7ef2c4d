// Boots a PGlite database as an application does that runs all of its schema patches at every start, and says what became of an index.
//
//   node boot.mjs DATA_FOLDER BOOTS INDEX PATCHES
//
// PATCHES is a folder of .sql files, or a module whose default export is an array of patches with `apply(db)`.
// Prints one JSON object a boot: the index's oid and file (both new after a rebuild), its predicate, and the server's version.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';

const [dataFolder, boots, index, patches] = process.argv.slice(2);

async function scripts() {
  if (!(await stat(patches)).isDirectory()) {
    const module = await import(pathToFileURL(path.resolve(patches)).href);
    return module.default.map((patch) => [patch.id, (db) => patch.apply(db)]);
  }
  const names = (await readdir(patches)).filter((name) => name.endsWith('.sql')).sort();
  const texts = names.map(async (name) => [name, await readFile(path.join(patches, name), 'utf8')]);
  return (await Promise.all(texts)).map(([name, text]) => [name, (db) => db.exec(text)]);
}

for (let boot = 1; boot <= Number(boots); boot += 1) {
  const db = await PGlite.create(dataFolder);
  for (const [name, run] of await scripts()) {
    await run(db).catch((error) => {
      throw new Error(`boot ${boot}, patch ${name}: ${error.message}`);
    });
  }
  const { rows } = await db.query(
    `SELECT c.oid::text AS oid, c.relfilenode::text AS file, pg_get_expr(i.indpred, i.indrelid) AS predicate, version() AS version
     FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indexrelid = to_regclass($1)`,
    [index],
  );
  console.log(JSON.stringify(rows[0] ?? null));
  await db.close();
}
