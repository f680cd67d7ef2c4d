// Serves a PGlite database over Postgres's protocol, until its standard input ends.
//
//   node serve.mjs DATA_FOLDER PORT
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const [dataFolder, port] = process.argv.slice(2);
const db = await PGlite.create(dataFolder);
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: Number(port) });
await server.start();
console.log('ready');
process.stdin.resume();
process.stdin.on('end', async () => {
  await server.stop();
  await db.close();
  process.exit(0);
});
