/**
 * Executes the runs that the daemon claimed, one function per lane.
 *
 * Every one of them heartbeats from its first line to its last. The server times out a run whose
 * worker was silent for two minutes, so a lane that forgot to beat would lose exactly its longest
 * and most expensive runs. Whoever adds a lane here: either it beats, or the reaper must not know it.
 */
import type { AuthStep, Connector, Embedder, Run, WorkerClient } from './types';

const EMBED_BATCH = 64;
const MAX_PAGES_PER_SYNC = 2000;

export class RunLostError extends Error {
  constructor(runId: string) {
    super(`run ${runId} is no longer held by this worker`);
    this.name = 'RunLostError';
  }
}

export interface ExecutorDeps {
  client: WorkerClient;
  loadConnector(run: Run): Promise<Connector>;
  embedder: Embedder;
  log(message: string, fields?: Record<string, unknown>): void;
}

export async function executeRun(deps: ExecutorDeps, run: Run): Promise<void> {
  switch (run.runType) {
    case 'sync':
      return executeSyncRun(deps, run);
    case 'action':
      return executeActionRun(deps, run);
    case 'embed_backfill':
      return executeEmbedBackfillRun(deps, run);
    case 'auth':
      return executeAuthRun(deps, run);
    default:
      await deps.client.fail(run.id, 'unknown_lane', `This worker does not know how to execute '${run.runType}'.`);
  }
}

/**
 * Fetches page after page until the source has no more. The cursor is written together with the
 * events that it stands behind, so a sync that is cut off goes on where it was, and repeats nothing.
 */
export async function executeSyncRun(deps: ExecutorDeps, run: Run): Promise<void> {
  const { client, log } = deps;
  const abort = new AbortController();
  const heartbeatTimer = setInterval(() => {
    client
      .heartbeat(run.id)
      .then((held) => {
        if (!held) abort.abort(new RunLostError(run.id));
      })
      .catch((error: unknown) => log('heartbeat failed', { run: run.id, error: String(error) }));
  }, 30000);

  try {
    const connector = await deps.loadConnector(run);
    const feedKey = requireText(run, 'feed_key');
    let cursor = optionalText(run, 'cursor');
    let written = 0;

    for (let page = 0; page < MAX_PAGES_PER_SYNC; page += 1) {
      abort.signal.throwIfAborted();
      const { events, nextCursor } = await connector.fetchPage(feedKey, cursor, abort.signal);
      if (events.length > 0 || nextCursor !== undefined) {
        await client.writeEvents(run.id, events, nextCursor ?? cursor);
      }
      written += events.length;
      if (nextCursor === undefined || nextCursor === cursor) {
        await client.complete(run.id, { events: written, pages: page + 1 });
        return;
      }
      cursor = nextCursor;
    }
    // Not an error: what is left is fetched by the next sync, from the cursor that was written.
    await client.complete(run.id, { events: written, pages: MAX_PAGES_PER_SYNC, truncated: true });
  } catch (error) {
    await settleFailure(deps, run, error);
  } finally {
    clearInterval(heartbeatTimer);
  }
}

/**
 * Does one thing at the source: posts, comments, closes. Most take a second. Some wait for a rate
 * limit, or for a report that the source builds while we watch, and take a quarter of an hour.
 */
export async function executeActionRun(deps: ExecutorDeps, run: Run): Promise<void> {
  const { client, log } = deps;
  const abort = new AbortController();
  const heartbeatTimer = setInterval(() => {
    client
      .heartbeat(run.id)
      .then((held) => {
        if (!held) abort.abort(new RunLostError(run.id));
      })
      .catch((error: unknown) => log('heartbeat failed', { run: run.id, error: String(error) }));
  }, 30000);

  try {
    const connector = await deps.loadConnector(run);
    const action = requireText(run, 'action');
    const input = run.payload['input'];
    const output = await connector.perform(action, isRecord(input) ? input : {}, abort.signal);
    await client.complete(run.id, { action, output });
  } catch (error) {
    await settleFailure(deps, run, error);
  } finally {
    clearInterval(heartbeatTimer);
  }
}

/**
 * Embeds a slice of chunks. Every batch is written as soon as it's there: a slice that is cut off is
 * repeated whole, and the server ignores what it has already.
 */
export async function executeEmbedBackfillRun(deps: ExecutorDeps, run: Run): Promise<void> {
  const { client, embedder, log } = deps;
  const abort = new AbortController();
  const heartbeatTimer = setInterval(() => {
    client
      .heartbeat(run.id)
      .then((held) => {
        if (!held) abort.abort(new RunLostError(run.id));
      })
      .catch((error: unknown) => log('heartbeat failed', { run: run.id, error: String(error) }));
  }, 30000);

  try {
    const model = requireText(run, 'model');
    const chunks = await client.readChunks(run.id, requireText(run, 'first_chunk'), requireText(run, 'last_chunk'));
    let embedded = 0;

    for (let start = 0; start < chunks.length; start += EMBED_BATCH) {
      abort.signal.throwIfAborted();
      const batch = chunks.slice(start, start + EMBED_BATCH);
      const vectors = await embedder.embed(
        model,
        batch.map((chunk) => chunk.content),
        abort.signal,
      );
      const pairs = batch.flatMap((chunk, index) => {
        const vector = vectors[index];
        return vector === undefined ? [] : [{ chunkId: chunk.id, vector }];
      });
      await client.writeEmbeddings(run.id, model, pairs);
      embedded += pairs.length;
    }
    await client.complete(run.id, { model, embedded, skipped: chunks.length - embedded });
  } catch (error) {
    await settleFailure(deps, run, error);
  } finally {
    clearInterval(heartbeatTimer);
  }
}

/**
 * Signs in at a source while a person watches: shows each challenge, passes on each answer, and keeps
 * what the source hands out in the end. Waits for the person, who may be looking for their phone.
 */
export async function executeAuthRun(deps: ExecutorDeps, run: Run): Promise<void> {
  const { client, log } = deps;
  const abort = new AbortController();
  const heartbeatTimer = setInterval(() => {
    client
      .heartbeat(run.id)
      .then((held) => {
        if (!held) abort.abort(new RunLostError(run.id));
      })
      .catch((error: unknown) => log('heartbeat failed', { run: run.id, error: String(error) }));
  }, 30000);

  try {
    const connector = await deps.loadConnector(run);
    for await (const step of connector.signIn(client.answers(run.id), abort.signal)) {
      if (await finishAuthStep(client, run, step)) {
        return;
      }
    }
    await client.fail(run.id, 'auth_incomplete', 'The connector stopped before the sign-in was over.');
  } catch (error) {
    await settleFailure(deps, run, error);
  } finally {
    clearInterval(heartbeatTimer);
  }
}

/** True when the step was the last one. */
async function finishAuthStep(client: WorkerClient, run: Run, step: AuthStep): Promise<boolean> {
  switch (step.kind) {
    case 'challenge':
      await client.showChallenge(run.id, step.text, step.screenshot);
      return false;
    case 'signed_in':
      await client.storeCredential(run.id, step.credential);
      await client.complete(run.id, { signed_in: true });
      return true;
    case 'refused':
      await client.fail(run.id, 'auth_refused', step.reason);
      return true;
  }
}

/**
 * Reports a failure, once. A lost run is not reported at all: it belongs to somebody else by now, and
 * the server would refuse to hear about it from us.
 */
async function settleFailure(deps: ExecutorDeps, run: Run, error: unknown): Promise<void> {
  if (error instanceof RunLostError) {
    deps.log('stopped: the run was taken away', { run: run.id, lane: run.runType });
    return;
  }
  const { code, message } = classify(error);
  try {
    await deps.client.fail(run.id, code, message);
  } catch (reportError) {
    // The reaper will see to it in two minutes.
    deps.log('could not report a failure', { run: run.id, code, error: String(reportError) });
  }
}

function classify(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) {
    return { code: 'unknown', message: String(error) };
  }
  const status = (error as { status?: unknown }).status;
  if (status === 401 || status === 403) {
    return { code: 'auth_expired', message: error.message };
  }
  if (status === 429) {
    return { code: 'rate_limited', message: error.message };
  }
  if (typeof status === 'number' && status >= 500) {
    return { code: 'source_down', message: error.message };
  }
  if (error.name === 'AbortError' || error.name === 'TimeoutError') {
    return { code: 'source_timeout', message: error.message };
  }
  return { code: 'connector_error', message: error.message };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function requireText(run: Run, key: string): string {
  const value = optionalText(run, key);
  if (value === undefined) {
    throw new Error(`run ${run.id} has no '${key}' in its payload`);
  }
  return value;
}

function optionalText(run: Run, key: string): string | undefined {
  const value = run.payload[key];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}
