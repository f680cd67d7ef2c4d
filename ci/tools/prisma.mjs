// Applies a folder of migrations as `prisma migrate deploy` does: Prisma's own engine, fed as its command line feeds it.
// The command line itself fetches engines when it starts, even to use this one.
//
//   node prisma.mjs DATABASE_URL FOLDER
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';

const [connectionString, folder] = process.argv.slice(2);

async function load() {
  const name = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const program = await readFile(name.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(program, { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}

/** Every folder, in the order of the command line, whether it holds a migration or not. */
async function migrations() {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const read = async (name) => {
    const content = await readFile(path.join(folder, name, 'migration.sql'), 'utf8').then(
      (value) => ({ tag: 'ok', value }),
      (error) => ({ tag: 'error', value: error.message }),
    );
    return { path: name, migrationFile: { path: 'migration.sql', content } };
  };
  return Promise.all(names.sort((a, b) => a.localeCompare(b)).map(read));
}

await load();
const schema = 'datasource db {\n  provider = "postgresql"\n}\n';
const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString }));
const prisma = await engine.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => {}, adapter);
await prisma.applyMigrations({
  migrationsList: {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: await migrations(),
  },
  filters: { externalTables: [], externalEnums: [] },
});
// The engine keeps its connections.
process.exit(0);
