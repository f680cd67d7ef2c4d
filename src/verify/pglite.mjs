// Serves a PGlite database in memory over Postgres's protocol, to one client at a time.
//
//   node pglite.mjs PACKAGE SOCKET [EXTENSION…]
//
// PACKAGE is the folder of the npm package; an extension that comes with it, or in a package beside it, is loaded.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, socket, ...wanted] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(file).href);

const places = (module, name) => [
  path.join(folder, 'dist', 'contrib', `${module}.js`),
  path.join(folder, 'dist', module, 'index.js'),
  path.join(folder, '..', `pglite-${name}`, 'dist', 'index.js'),
  path.join(folder, '..', `pglite-pg${name}`, 'dist', 'index.js'),
];

const extensions = {};
for (const name of wanted) {
  const module = name.replaceAll('-', '_');
  const file = places(module, name).find(existsSync);
  const extension = file && (await load(file))[module];
  if (extension) extensions[module] = extension;
}

const { PGlite } = await load(path.join(folder, 'dist', 'index.js'));
const database = await PGlite.create({ extensions });

const TERMINATE = 'X'.charCodeAt(0);

// A message is a byte for its kind, which the first one lacks, and its length with the four bytes that tell it (manual, "Message Formats").
function* messages(stream) {
  const start = stream.begun ? 1 : 0;
  while (stream.bytes.length >= start + 4) {
    const end = start + stream.bytes.readInt32BE(start);
    if (stream.bytes.length < end) return;
    const message = stream.bytes.subarray(0, end);
    stream.bytes = stream.bytes.subarray(end);
    stream.begun = true;
    yield message;
    if (start === 0) return yield* messages(stream);
  }
}

const server = createServer((client) => {
  const stream = { bytes: Buffer.alloc(0), begun: false };
  let last = Promise.resolve();
  const answer = async (message) => {
    if (stream.ended) return;
    if (message[0] === TERMINATE) {
      stream.ended = true;
      client.end();
      return;
    }
    client.write(await database.execProtocolRaw(new Uint8Array(message)));
  };
  client.on('data', (bytes) => {
    stream.bytes = Buffer.concat([stream.bytes, bytes]);
    for (const message of messages(stream)) {
      last = last.then(() => answer(message)).catch((error) => client.destroy(error));
    }
  });
  client.on('error', (error) => console.error(String(error)));
});
server.listen(socket);
