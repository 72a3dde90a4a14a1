import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../log.ts";
import { BoundedLog } from "../bounded-log.ts";
import type { PublishDecision } from "../publication.ts";
import { freeUdpPort, startReceiver, type ReceiverProcess } from "./receiver-process.ts";
import { Relay } from "./relay.ts";
import { Session } from "./session.ts";

/** A receiving process that failed is replaced after this time, in milliseconds: it may fail each time. */
const restartAfterMs = 1_000;

export interface SrtListenerOptions {
  log: Log;
  /** What callers must know: 10 to 79 characters. Also the source of the encryption's key. */
  passphrase: string;
  /**
   * The key's length, as MediaLive's `algorithm` says. The caller's own length wins: in SRT the sender of the stream
   * decides, and a listener takes any.
   */
  keyBits: 128 | 192 | 256;
  /** How long packets wait for lost ones, in milliseconds; a caller may demand more. */
  latencyMs: number;
  /** The only stream id that callers may have; `undefined`: any or none. */
  streamId?: string;
  /** Decides on a caller that knows the passphrase. */
  authorize(peer: { address: string }): PublishDecision;
  /** Whether an address may connect at all. */
  admits(address: string): boolean;
  /** Told of each caller that was refused, with the reason, also of those that {@link authorize} refuses. */
  refused(reason: string): void;
  /** A caller that sends no packet of a picture or of sound for this long is dropped, in milliseconds. */
  silentForMs: number;
}

/** The SRT listener of one input: one caller at a time. */
export interface SrtListener {
  /** Resolves with the listening UDP port (`port` 0: any free one); rejects with Node's error, e.g. EADDRINUSE. */
  listen(port: number, host: string): Promise<number>;
  /** Drops the caller and stops listening; the port is free then, and no process is left. */
  close(): Promise<void>;
}

export const srtDefaults = { silentForMs: 30_000 } as const;

/**
 * Creates the listener; it listens after {@link SrtListener.listen}. It takes MPEG-TS with H.264 and AAC.
 *
 * @throws RangeError if the passphrase is not one of SRT: with an empty one, anyone could stream.
 */
export function createSrtListener(options: SrtListenerOptions): SrtListener {
  const { passphrase, keyBits, latencyMs } = options;
  const bytes = Buffer.byteLength(passphrase);
  if (bytes < 10 || bytes > 79) throw new RangeError("An SRT passphrase must have 10 to 79 characters.");
  const strangersLog = new BoundedLog(options.log);
  let receiver: ReceiverProcess | undefined;
  let session: Session | undefined;
  let running = Promise.resolve();
  const closing = new AbortController();

  const refuse = (address: string, reason: string): void => {
    strangersLog.warn(`refused a publisher from ${address}: ${reason}`);
    options.refused(reason);
  };
  /** Ends the connection, and with it the receiving process; another takes its place. */
  const drop = (reason: string): void => {
    session?.end(reason);
    session = undefined;
    receiver?.kill();
  };
  const connect = (address: string): void => {
    const decision = options.authorize({ address });
    if ("refuse" in decision) {
      refuse(address, decision.reason);
      drop(decision.reason);
      return;
    }
    const publisher = { close: (reason: string) => (session?.publisher === publisher ? drop(reason) : undefined) };
    session = new Session(publisher, decision.accept(publisher), options.silentForMs, (reason) => {
      refuse(address, reason);
      drop(reason);
    });
  };
  const relay = new Relay(options.streamId, {
    refusal: (address) => (options.admits(address) ? undefined : "the input security group does not admit it"),
    connected: connect,
    refused: refuse,
    failed: (cause) => options.log.error("the SRT listener failed", cause),
  });

  /** Waits for a caller and takes its stream to its end; why that failed. */
  const receiveOnce = async (): Promise<string | undefined> => {
    const port = await freeUdpPort();
    if (closing.signal.aborted) return undefined;
    relay.target(port);
    receiver = startReceiver({ port, passphrase, keyBits, latencyMs }, (data) => session?.receive(data));
    const failure = await receiver.ended;
    await relay.disconnect();
    session?.finish();
    session?.end(failure === undefined ? "the connection closed" : "the SRT receiver failed");
    session = undefined;
    return failure;
  };
  const receive = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const failure = await receiveOnce().catch(String);
      if (failure === undefined) continue;
      strangersLog.warn(`the SRT receiver failed and starts again: ${failure}`);
      await sleep(restartAfterMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };

  return {
    async listen(port, host) {
      const listening = await relay.listen(port, host);
      running = receive();
      return listening;
    },
    async close() {
      closing.abort();
      drop("the server is stopping");
      await running;
      await relay.close();
    },
  };
}
