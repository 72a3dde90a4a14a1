import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { rtmpDefaults } from "../../local/media/ingest/rtmp/server.ts";
import type { Figure } from "../measurement.ts";
import { treeMemory } from "../process-tree.ts";
import { attack, hostileKinds, type Fate } from "./hostile-clients.ts";
import type { Random } from "./random.ts";

/** How many hostile clients come to the RTMP ingest, and how. */
export interface Attack {
  /** RTMP port on 127.0.0.1. */
  port: number;
  /** The server's main process. */
  pid: number;
  connections: number;
  /** So many at a time. */
  atOnce: number;
  random: Random;
}

/** What the attack achieved. */
export interface Attacked {
  connections: number;
  seconds: number;
  /** Clients that were told that they may publish. */
  accepted: Fate[];
  /** Clients that the server did not get rid of. */
  stayed: Fate[];
  /** The server's sockets on the port that are open although all hostile clients have left. */
  socketsLeft: number;
  /** What the server's main process has more than before, bytes. */
  growth: number;
}

/** Time within which the server drops whoever does not publish, with some to spare, in milliseconds. */
const patienceMs = rtmpDefaults.beginWithinMs + 5_000;

/** Attacks the RTMP ingest with every kind of hostile client in turns, while others publish. */
export async function attackIngest({ port, pid, connections, atOnce, random }: Attack): Promise<Attacked> {
  const before = { bytes: mainMemory(pid), sockets: openSockets(port) };
  const startedAt = performance.now();
  const fates: Fate[] = [];
  let begun = 0;
  const attacker = async (): Promise<void> => {
    while (begun < connections) {
      const kind = hostileKinds[begun++ % hostileKinds.length] ?? "";
      fates.push(await attack(port, kind, random, patienceMs));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, attacker));
  const seconds = (performance.now() - startedAt) / 1000;
  // Whoever left without a word is noticed by the same deadline.
  for (let waited = 0; openSockets(port) > before.sockets && waited < patienceMs; waited += 100) await delay(100);
  return {
    connections: fates.length,
    seconds,
    accepted: fates.filter(({ accepted }) => accepted),
    stayed: fates.filter(({ ended }) => !ended),
    socketsLeft: openSockets(port) - before.sockets,
    growth: mainMemory(pid) - before.bytes,
  };
}

function mainMemory(pid: number): number {
  return treeMemory(pid)[0]?.bytes ?? NaN;
}

/** States of https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html: ESTABLISHED and CLOSE_WAIT. */
const openStates = ["01", "08"];

/** The server's open sockets on a local port. */
function openSockets(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  return lines.filter((line) => {
    const [, address, , state = ""] = line.trim().split(/\s+/);
    return address?.endsWith(local) === true && openStates.includes(state);
  }).length;
}

/** The figures of an attack. */
export function hostileFigures({ connections, seconds, accepted, stayed, socketsLeft, growth }: Attacked): Figure[] {
  const kinds = (fates: readonly Fate[]): { note?: string } =>
    fates.length === 0 ? {} : { note: [...new Set(fates.map(({ kind }) => kind))].join(", ") };
  return [
    {
      name: "hostile connections accepted",
      value: accepted.length,
      unit: "connections",
      atMost: 0,
      note: `of ${connections}, of ${hostileKinds.length} kinds, in ${seconds.toFixed(0)} s`,
      ...kinds(accepted),
    },
    {
      name: "hostile connections not dropped in time",
      value: stayed.length,
      unit: "connections",
      atMost: 0,
      ...kinds(stayed),
    },
    { name: "sockets left afterwards", value: socketsLeft, unit: "connections", atMost: 0 },
    { name: "growth of the main process by them", value: growth / 1e6, unit: "MB", atMost: 100 },
  ];
}
