import { Type } from "typebox";
import { BroadcastName, ChannelId, WallClock } from "./common.ts";
import { nullable, reference } from "./reference.ts";

const channelStates = ["idle", "starting", "running", "stopping", "failed"] as const;

/** A live channel. */
export const ChannelSchema = Type.Object(
  {
    id: ChannelId,
    name: Type.String({ description: "For people." }),
    state: Type.Enum(channelStates, {
      type: "string",
      description:
        "The channel's state. `live` says whether input is arriving. `stopping` also while the channel is created, " +
        "updated or deleted: it can't be started yet.",
    }),
    live: Type.Boolean({ description: "Whether input is arriving." }),
    broadcast: nullable(
      BroadcastName,
      "The broadcast that is running or ran last, once its first recording is archived.",
    ),
    startedAt: nullable(WallClock("UTC."), "When the channel last began to run."),
    playback: Type.Object(
      {
        lowLatencyHls: Type.String({ description: "Path of LL-HLS, which players without it play as HLS." }),
        hls: Type.String({ description: "Path." }),
        dash: Type.String({ description: "Path." }),
        startoverSeconds: Type.Integer({
          minimum: 60,
          description:
            "How far back players can go in the broadcast: the playlists take the query " +
            "`aws.manifestsettings=start:TIME;end:TIME`, percent-encoded, with times in seconds since the epoch.",
        }),
      },
      { additionalProperties: false, description: "Where the live playlists are, on this host." },
    ),
    ingest: Type.Optional(
      Type.Object(
        {
          server: Type.String({ examples: ["rtmp://203.0.113.7:1935/spotlight"] }),
          streamKey: Type.Optional(
            Type.String({ description: "Of RTMP. SRT takes a passphrase instead: the stack's output `streamKey`." }),
          ),
          standby: Type.Optional(
            Type.Object(
              { server: Type.String(), streamKey: Type.Optional(Type.String()) },
              {
                additionalProperties: false,
                description: "Of the second pipeline of a STANDARD channel, to which an encoder sends the same.",
              },
            ),
          ),
          alerts: Type.Array(
            Type.Object(
              { type: Type.String(), message: Type.String(), since: WallClock("UTC.") },
              { additionalProperties: false },
            ),
            {
              description:
                "What MediaLive reports of the channel now, such as an encoder that it refused, or on one machine " +
                "that recording waits for space. Whether a picture arrives says `live`.",
            },
          ),
        },
        { additionalProperties: false, description: "Where to stream to. Returned only with the admin token." },
      ),
    ),
  },
  {
    $id: "Channel",
    additionalProperties: false,
    description: "A live channel.",
    examples: [
      {
        id: "main",
        name: "Main",
        state: "running",
        live: true,
        broadcast: "20261122T180000",
        startedAt: "2026-11-22T18:00:00.000Z",
        playback: {
          lowLatencyHls: "/out/v1/spotlight/main/live/low-latency.m3u8",
          hls: "/out/v1/spotlight/main/live/index.m3u8",
          dash: "/out/v1/spotlight/main/live/index.mpd",
          startoverSeconds: 10800,
        },
      },
    ],
  },
);

/** All channels. */
export const ChannelListSchema = Type.Object(
  { items: Type.Array(reference(ChannelSchema)) },
  { $id: "ChannelList", additionalProperties: false },
);
