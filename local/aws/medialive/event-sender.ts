import type { Log } from "../../log.ts";
import type { Events } from "../cloud.ts";

export type ChannelEventState = "STARTING" | "RUNNING" | "STOPPING" | "STOPPED";

/**
 * EventBridge times have whole seconds and deliveries may arrive out of order, so a channel's events are spaced far
 * enough apart for their times to show the order.
 */
const spacingMs = 1_100;
/** The name of MediaLive's alert for an input without video. */
const noVideo = "Video Not Detected";
const lostMessage = "No video is detected in the input.";

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
  #closed = false;
  /** What receivers know of each pipeline's input once the queue is sent; nothing before there was any. */
  readonly #inputs = new Map<number, { alarmId: string; lostAt?: number }>();

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
  }

  /**
   * An input is lost only after it has been healthy.
   * https://docs.aws.amazon.com/medialive/latest/ug/feature-input-loss.html
   * https://docs.aws.amazon.com/medialive/latest/ug/monitoring-cloudwatch-json-alert.html
   */
  input(pipeline: number, present: boolean): void {
    const known = this.#inputs.get(pipeline);
    if (known === undefined) {
      if (present) this.#inputs.set(pipeline, { alarmId: "" });
      return;
    }
    if (present === (known.lostAt === undefined)) return;
    const alarmId = present ? known.alarmId : crypto.randomUUID().replaceAll("-", "");
    this.#inputs.set(pipeline, { alarmId, ...(present ? {} : { lostAt: Date.now() }) });
    const unsent = this.#queue.findIndex(({ alertOf }) => alertOf === pipeline);
    if (unsent >= 0) {
      this.#queue.splice(unsent, 1);
      return;
    }
    const detail = {
      alarm_state: present ? "CLEARED" : "SET",
      alarm_id: alarmId,
      alert_type: noVideo,
      pipeline: String(pipeline),
      channel_arn: this.#arn,
      message: present ? "Video is detected." : lostMessage,
    };
    this.#add({ alertOf: pipeline, "detail-type": "MediaLive Channel Alert", detail });
  }

  /**
   * The alerts that are currently set, even if their events are not sent yet:
   * https://docs.aws.amazon.com/medialive/latest/apireference/channels-channelid-alerts.html
   */
  alerts(): object[] {
    return [...this.#inputs].flatMap(([pipeline, { alarmId, lostAt }]) =>
      lostAt === undefined
        ? []
        : [
            {
              id: alarmId,
              alertType: noVideo,
              pipelineId: String(pipeline),
              message: lostMessage,
              setTimestamp: new Date(lostAt).toISOString(),
              state: "SET",
            },
          ],
    );
  }

  /** Stops sending events. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #add(event: Pending): void {
    this.#queue.push(event);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#closed || this.#timer !== undefined || this.#queue.length === 0) return;
    const wait = this.#sentAt + spacingMs - Date.now();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const event = this.#queue.shift();
        if (event === undefined) return;
        this.#sentAt = Date.now();
        const { "detail-type": type, detail } = event;
        this.#events()
          .put({ source: "aws.medialive", "detail-type": type, detail, resources: [this.#arn] })
          .catch((cause: unknown) => this.#log.error(`a "${type}" event could not be sent`, cause))
          .finally(() => this.#schedule());
      },
      Math.max(0, wait),
    );
  }
}
