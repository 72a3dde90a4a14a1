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
  alert: boolean;
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
  #alarmId = "";
  #lostAt: number | undefined;
  /** Whether receivers consider the input lost once the queue is sent; undefined before there was any. */
  #inputLost: boolean | undefined;

  constructor(options: { events: () => Events; log: Log; arn: string }) {
    this.#events = options.events;
    this.#log = options.log;
    this.#arn = options.arn;
  }

  /** https://docs.aws.amazon.com/medialive/latest/ug/monitoring-cloudwatch-json-state-change.html */
  state(state: ChannelEventState, message: string): void {
    // A channel that starts or stops has no alerts.
    if (state !== "RUNNING") this.#dropAlerts();
    if (state === "STARTING" || state === "STOPPED") {
      this.#inputLost = undefined;
      this.#lostAt = undefined;
    }
    const running = state === "RUNNING" || state === "STOPPING" ? 1 : 0;
    this.#add({
      alert: false,
      "detail-type": "MediaLive Channel State Change",
      detail: { channel_arn: this.#arn, state, message, pipelines_running_count: running },
    });
  }

  /**
   * An input is lost only after it has been healthy.
   * https://docs.aws.amazon.com/medialive/latest/ug/feature-input-loss.html
   * https://docs.aws.amazon.com/medialive/latest/ug/monitoring-cloudwatch-json-alert.html
   */
  input(present: boolean): void {
    const wasLost = this.#inputLost;
    if (wasLost === undefined && !present) return;
    this.#inputLost = !present;
    if (wasLost === undefined || wasLost === !present) return;
    this.#lostAt = present ? undefined : Date.now();
    if (this.#queue.some(({ alert }) => alert)) return this.#dropAlerts();
    if (!present) this.#alarmId = crypto.randomUUID().replaceAll("-", "");
    const detail = {
      alarm_state: present ? "CLEARED" : "SET",
      alarm_id: this.#alarmId,
      alert_type: noVideo,
      pipeline: "0",
      channel_arn: this.#arn,
      message: present ? "Video is detected." : lostMessage,
    };
    this.#add({ alert: true, "detail-type": "MediaLive Channel Alert", detail });
  }

  /**
   * The alert that is currently set, even if its event is not sent yet:
   * https://docs.aws.amazon.com/medialive/latest/apireference/channels-channelid-alerts.html
   */
  alert():
    | { id: string; alertType: string; pipelineId: string; message: string; setTimestamp: string; state: "SET" }
    | undefined {
    if (this.#lostAt === undefined) return undefined;
    return {
      id: this.#alarmId,
      alertType: noVideo,
      pipelineId: "0",
      message: lostMessage,
      setTimestamp: new Date(this.#lostAt).toISOString(),
      state: "SET",
    };
  }

  /** Stops sending events. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #dropAlerts(): void {
    this.#queue = this.#queue.filter(({ alert }) => !alert);
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
