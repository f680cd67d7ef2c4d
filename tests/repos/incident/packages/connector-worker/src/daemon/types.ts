export interface Run {
  id: string;
  runType: string;
  organizationId: string;
  feedId?: string;
  connectionId?: string;
  payload: Record<string, unknown>;
}

export interface SourceEvent {
  externalId: string;
  kind: string;
  title?: string;
  body?: string;
  url?: string;
  occurredAt: string;
}

export interface SyncPage {
  events: SourceEvent[];
  /** Opaque. Absent when there is nothing more to fetch. */
  nextCursor?: string;
}

export interface Chunk {
  id: string;
  content: string;
}

export type AuthStep =
  | { kind: 'challenge'; text: string; screenshot?: Uint8Array }
  | { kind: 'signed_in'; credential: Uint8Array }
  | { kind: 'refused'; reason: string };

/** A connector's bundle, loaded and ready. */
export interface Connector {
  fetchPage(feedKey: string, cursor: string | undefined, signal: AbortSignal): Promise<SyncPage>;
  perform(action: string, input: Record<string, unknown>, signal: AbortSignal): Promise<unknown>;
  signIn(answers: AsyncIterable<string>, signal: AbortSignal): AsyncIterable<AuthStep>;
}

/** What a worker says to the server, and what it hears. Every call is about a run that it holds. */
export interface WorkerClient {
  /** False when the run is no longer ours. */
  heartbeat(runId: string): Promise<boolean>;
  writeEvents(runId: string, events: SourceEvent[], cursor: string | undefined): Promise<void>;
  readChunks(runId: string, first: string, last: string): Promise<Chunk[]>;
  writeEmbeddings(runId: string, model: string, vectors: Array<{ chunkId: string; vector: number[] }>): Promise<void>;
  showChallenge(runId: string, text: string, screenshot?: Uint8Array): Promise<void>;
  answers(runId: string): AsyncIterable<string>;
  storeCredential(runId: string, credential: Uint8Array): Promise<void>;
  complete(runId: string, result: unknown): Promise<void>;
  fail(runId: string, code: string, message: string): Promise<void>;
}

export interface Embedder {
  embed(model: string, texts: string[], signal: AbortSignal): Promise<number[][]>;
}
