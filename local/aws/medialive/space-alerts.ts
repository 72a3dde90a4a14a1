import type { DiskRoom } from "../../disk-room.ts";

/**
 * That a channel is not recorded for want of space, as an alert of each pipeline that runs. AWS has no such alert, as
 * its disks are never full; as for a refused publisher, it is no event, so that nothing comes to depend on it.
 */
export function spaceAlerts(pipelines: number, { lowSince, problem }: DiskRoom): object[] {
  if (lowSince === undefined) return [];
  const setTimestamp = new Date(lowSince).toISOString();
  return Array.from({ length: pipelines }, (_, number) => ({
    id: `space${lowSince}${number}`,
    alertType: "Archive Paused",
    pipelineId: String(number),
    message: problem,
    setTimestamp,
    state: "SET",
  }));
}
