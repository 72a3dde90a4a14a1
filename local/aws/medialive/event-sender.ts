import { forwardNow } from "../../forward-clock.ts";
import type { Log } from "../../log.ts";
import type { Events } from "../cloud.ts";
import { onceThereIsRoom } from "../support/once-there-is-room.ts";

export type ChannelEventState = "STARTING" | "RUNNING" | "STOPPING" | "STOPPED";

/**
 * EventBridge times have whole seconds and deliveries may arrive out of order, so a channel's events are spaced far
 * enough apart for their times to show the order.
 */
const spacingMs = 1_100;
/** The name of MediaLive's alert for an input without video. */
const noVideo = "Video Not Detected";
const lostMessage = "No video is detected in the input.";
/** Alert 5007, which a pipeline has until its first input; its wording is ours. */
const waiting = "Waiting for Input";
const waitingMessage = "The pipeline generates no output yet: it waits for an input that it can decode.";

interface Pending {
  /** The pipeline that an alert is about. */
  alertOf?: number;
  "detail-type": string;
  detail: Record<string, unknown>;
}

/**
 * Sends one channel's events, in order and spaced. If an alert changes back before it is sent, neither event is sent:
 * a publisher that reconnects at once causes no alert.
 */
export class EventSender {
  readonly #events: () => Events;
  readonly #log: Log;
  readonly #arn: string;
  #queue: Pending[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sentAt = 0;
  readonly #closing = new AbortController();
  /** What receivers know of each running pipeline's input once the queue is sent. */
  readonly #inputs = new Map<number, { alarmId: string; lostAt?: number; waitingSince?: number }>();

  constructor(options: { events: () => Events; log: Log; arn: string }) {
    this.#events = options.events;
    this.#log = options.log;
    this.#arn = options.arn;
  }

  /** https://docs.aws.amazon.com/medialive/latest/ug/monitoring-cloudwatch-json-state-change.html */
  state(state: ChannelEventState, message: string, pipelines: number): void {
    // A channel that starts or stops has no alerts.
    if (state !== "RUNNING") this.#queue = this.#queue.filter(({ alertOf }) => alertOf === undefined);
    if (state === "STARTING" || state === "STOPPED") this.#inputs.clear();
    this.#add({
      "detail-type": "MediaLive Channel State Change",
      detail: { channel_arn: this.#arn, state, message, pipelines_running_count: pipelines },
    });
    if (state !== "RUNNING") return;
    for (let pipeline = 0; pipeline < pipelines; pipeline++) {
      const alarmId = newAlarmId();
      this.#inputs.set(pipeline, { alarmId, waitingSince: Date.now() });
      this.#alert({ pipeline, alarmId, type: waiting, isSet: true, message: waitingMessage });
    }
  }

  /**
   * An input is lost only after it has been healthy.
   * https://docs.aws.amazon.com/medialive/latest/ug/feature-input-loss.html
   * https://docs.aws.amazon.com/medialive/latest/ug/monitoring-cloudwatch-json-alert.html
   */
  input(pipeline: number, present: boolean): void {
    const known = this.#inputs.get(pipeline);
    if (known === undefined) return;
    if (known.waitingSince !== undefined) {
      if (!present) return;
      this.#inputs.set(pipeline, { alarmId: "" });
      this.#alert({ pipeline, alarmId: known.alarmId, type: waiting, isSet: false, message: "Input is received." });
      return;
    }
    if (present === (known.lostAt === undefined)) return;
    const alarmId = present ? known.alarmId : newAlarmId();
    this.#inputs.set(pipeline, { alarmId, ...(present ? {} : { lostAt: Date.now() }) });
    const unsent = this.#queue.findIndex(
      (event) => event.alertOf === pipeline && event.detail["alert_type"] === noVideo,
    );
    if (unsent >= 0) {
      this.#queue.splice(unsent, 1);
      return;
    }
    const message = present ? "Video is detected." : lostMessage;
    this.#alert({ pipeline, alarmId, type: noVideo, isSet: !present, message });
  }

  /**
   * The alerts that are currently set, even if their events are not sent yet:
   * https://docs.aws.amazon.com/medialive/latest/apireference/channels-channelid-alerts.html
   */
  alerts(): object[] {
    return [...this.#inputs].flatMap(([pipeline, { alarmId, lostAt, waitingSince }]) => {
      const since = lostAt ?? waitingSince;
      if (since === undefined) return [];
      const [alertType, message] = lostAt === undefined ? [waiting, waitingMessage] : [noVideo, lostMessage];
      const setTimestamp = new Date(since).toISOString();
      return [{ id: alarmId, alertType, pipelineId: String(pipeline), message, setTimestamp, state: "SET" }];
    });
  }

  /** Stops sending events. */
  close(): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  #alert(alert: { pipeline: number; alarmId: string; type: string; isSet: boolean; message: string }): void {
    this.#add({
      alertOf: alert.pipeline,
      "detail-type": "MediaLive Channel Alert",
      detail: {
        alarm_state: alert.isSet ? "SET" : "CLEARED",
        alarm_id: alert.alarmId,
        alert_type: alert.type,
        pipeline: String(alert.pipeline),
        channel_arn: this.#arn,
        message: alert.message,
      },
    });
  }

  #add(event: Pending): void {
    this.#queue.push(event);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#closing.signal.aborted || this.#timer !== undefined || this.#queue.length === 0) return;
    const wait = this.#sentAt + spacingMs - forwardNow();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const event = this.#queue.shift();
        if (event === undefined) return;
        this.#sentAt = forwardNow();
        const { "detail-type": type, detail } = event;
        const time = `${new Date(this.#sentAt).toISOString().slice(0, 19)}Z`;
        const put = (): Promise<void> =>
          this.#events().put({ source: "aws.medialive", "detail-type": type, detail, time, resources: [this.#arn] });
        onceThereIsRoom(put, this.#closing.signal)
          .catch((cause: unknown) => {
            if (!this.#closing.signal.aborted) this.#log.error(`a "${type}" event could not be sent`, cause);
          })
          .finally(() => this.#schedule());
      },
      Math.max(0, wait),
    );
  }
}

function newAlarmId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}
