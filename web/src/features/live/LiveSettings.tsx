import { useEffect, useRef, useState } from "preact/hooks";
import type { Channel } from "../../api/types.ts";
import { later } from "../../messages/index.ts";
import { durationText } from "../../shared/format.ts";
import { addressOf } from "../../shared/location.ts";
import { ShareLink } from "../../shared/ShareLink.tsx";
import { Icon } from "../../ui/Icon.tsx";
import type { Live } from "./use-live-playback.ts";

/** The picture's size, and how old it is: shown when it is asked for. */
export function LiveSettings({ live, channel }: { live: Live; channel: Channel }) {
  const [open, setOpen] = useState(false);
  const element = useRef<HTMLDetailsElement>(null);
  const { playback, status } = live;
  const quality = open ? playback.current?.quality() : undefined;
  const qualities = open ? (playback.current?.qualities() ?? []) : [];
  const { settings } = later.picture;

  useEffect(() => {
    if (!open) return;
    const close = (event: Event) => {
      if (!(event.target instanceof Node) || element.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener("pointerdown", close);
    return () => document.removeEventListener("pointerdown", close);
  }, [open]);

  return (
    <details
      ref={element}
      class="live-settings"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        setOpen(false);
        element.current?.querySelector("summary")?.focus();
      }}
    >
      <summary class="icon-button" aria-label={settings.title} title={settings.title}>
        <Icon name="settings" />
      </summary>
      {open && (
        <div class="live-settings-body">
          {qualities.length > 1 && (
            <fieldset>
              <legend>{settings.quality}</legend>
              <Choice
                label={settings.automatic(quality?.chosen === undefined ? quality?.height : undefined)}
                checked={quality?.chosen === undefined}
                onChoose={() => playback.current?.choose(undefined)}
              />
              {qualities.toReversed().map((one) => (
                <Choice
                  key={`${one.height} ${one.bitrate}`}
                  label={settings.lines(one.height)}
                  checked={quality?.chosen?.height === one.height && quality.chosen.bitrate === one.bitrate}
                  onChoose={() => playback.current?.choose(one)}
                />
              ))}
            </fieldset>
          )}
          {status.timeMs !== undefined && (
            <ShareLink
              address={addressOf({
                people: [],
                channel: channel.id,
                broadcast: null,
                clip: null,
                at: secondOf(status.timeMs),
              })}
              title={later.picture.videoOf(channel.name)}
              label={settings.copyLink}
            />
          )}
          <p>
            {settings.age(status.timeMs === undefined ? "–" : durationText(Math.max(0, Date.now() - status.timeMs)))}
          </p>
        </div>
      )}
    </details>
  );
}

/** `2026-11-22T18:12:34Z`. */
function secondOf(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d+/, "");
}

function Choice(props: { label: string; checked: boolean; onChoose: () => void }) {
  return (
    <label class="live-choice">
      <input type="radio" name="live-quality" checked={props.checked} onChange={props.onChoose} />
      {props.label}
    </label>
  );
}
