import type { ComponentChildren, VNode } from "preact";
import { plural } from "./plural.ts";

/** Sets a part of a text apart, as a name on the screen or as code. */
type Markup = (text: string) => VNode;

/** English: the texts that every language has. */
export const en = {
  close: "Close",
  cancel: "Cancel",
  tryAgain: "Try again",
  retry: "Retry",
  live: "Live",
  rejected: "Rejected",
  confirmed: "Confirmed",
  offline: "You are offline. The page continues by itself when the network is back.",
  somethingWrong: "Something went wrong. Try again.",
  partMissing: "This part of the page couldn't be loaded. Reload the page.",
  crash: {
    title: "This page has stopped",
    text: "It has an error. Reload it; if that doesn't help, tell the person who runs this Spotlight.",
    reload: "Reload the page",
  },
  moments: (count: number) => plural(count, { one: "# moment", other: "# moments" }),
  similarity: (percent: string) => `${percent} similar`,

  header: {
    channels: "Channels",
    language: "Language",
    signOut: "Sign out",
    wrongLink: "This admin link is wrong or no longer valid. Open the current one; until then, you are a viewer.",
  },

  undo: {
    undo: "Undo",
    undone: "Undone",
    withKey: (action: string, key: string) => `${action} (${key})`,
    keyTakesBack: (key: string) => `. ${key} takes it back.`,
  },

  clips: {
    title: "Moments",
    titleOf: (names: string) => `Moments of ${names}`,
    playAll: "Play all",
    rejectedTitle: "Rejected moments",
    rejectedTitleOf: (names: string) => `Rejected moments of ${names}`,
    oldestFirst: "First to last",
    newestFirst: "Newest first",
    newOnes: (count: number) => plural(count, { one: "# new moment", other: "# new moments" }),
    more: "Show more",
    loading: "Loading…",
    showRejected: "Show rejected",
    back: "Back to moments",
    ids: (ids: readonly string[]) => `“${ids.join("” or “")}”`,
    noSuchPerson: {
      title: (ids: string) => `Nobody on the watch list is ${ids}.`,
      text: "They were removed, or the link is wrong.",
    },
    noSuchChannel: { title: (id: string) => `There is no channel “${id}”.`, text: "This is another one." },
    showAll: "Show all moments",
    showOthers: "Show the others",
  },

  broadcasts: {
    all: "All broadcasts",
    noMoments: "Nobody on the watch list was found in this broadcast.",
  },

  empty: {
    rejected: "No moment was rejected.",
    nobody: { title: "Who should Spotlight look for?", text: "Their moments appear here while the match is on." },
    addPerson: "Add a person",
    addPhoto: "Add a photo",
    noFace: {
      title: "No face to look for yet.",
      text: (name: string) => `Spotlight needs a photo to find ${name}.`,
      textForSeveral: "Spotlight needs a photo to find anyone on the watch list.",
    },
    noPhoto: {
      title: "No photo to look for yet.",
      forViewers: (name: string) => `${name} may not be found before there is a photo.`,
      forViewersOfSeveral: "These people may not be found before there is a photo.",
      forEditors: (name: string, code: Markup): ComponentChildren => [
        `${name} can be found only where Spotlight recognises celebrities by name: on AWS, or with a folder of photos `,
        "for ",
        code("--celebrities"),
        ". With a photo, Spotlight finds them anywhere.",
      ],
      forEditorsOfSeveral: (code: Markup): ComponentChildren => [
        "These people can be found only where Spotlight recognises celebrities by name: on AWS, or with a folder of ",
        "photos for ",
        code("--celebrities"),
        ". With a photo, Spotlight finds them anywhere.",
      ],
    },
    searching: {
      title: (name: string) => `Looking for ${name}.`,
      titleForSeveral: "Looking for the people on the watch list.",
      text: "Spotlight searches the match piece by piece; moments appear here automatically.",
    },
    none: {
      title: "No moments yet.",
      text: (name: string) => `During the next broadcast, moments of ${name} appear here automatically.`,
      textForSeveral: "During the next broadcast, moments of the people on the watch list appear here automatically.",
    },
  },

  stage: {
    off: {
      title: "Off air",
      viewer: "The picture appears here by itself when the broadcast begins.",
      editor: "Start the channel, then stream to it.",
      announced: "Off air",
    },
    starting: {
      title: "Starting",
      viewer: "The broadcast is about to begin. The picture appears here by itself.",
      editor: "The channel is getting ready, which can take a minute. Set up OBS meanwhile.",
      announced: "The channel is starting",
    },
    waiting: {
      title: "Stand by",
      viewer: "The picture appears here by itself as soon as someone streams.",
      editor: "The channel is ready, and nobody streams to it. The picture appears here when your stream arrives.",
      announced: "Waiting for the picture",
    },
    stopping: {
      title: "Going off air",
      viewer: "The broadcast is over. Its last moments still appear below.",
      editor: "The channel is stopping. You can start it again in a moment. What was recorded is still being searched.",
      announced: "The channel is stopping",
    },
    failed: {
      title: "Channel failed",
      viewer: "It shows no picture until someone starts it again. Tell the person who runs this channel.",
      editor: "AWS could not create or update it. Start it again; if that fails, deploy it again.",
      announced: "The channel failed",
    },
    unreachable: {
      title: "No connection",
      viewer: "Can't reach Spotlight. Retrying automatically.",
      editor: "Can't reach Spotlight. Retrying automatically.",
      announced: "Spotlight can't be reached",
    },
    lost: "The picture was lost. Waiting for it to come back",
    start: "Start the channel",
    startAgain: "Start again",
    demo: "Try the demo",
    demoStarting: "The demo is starting…",
  },

  tape: {
    position: "Position in the broadcast",
    time: (match: string, clock: string) => `${match} (${clock})`,
    title: "Broadcast",
    now: "now",
    states: {
      archived: "recorded",
      converting: "being converted",
      analysing: "being searched",
      indexed: "searched",
      idle: "nobody streamed",
      failed: "failed",
    },
    at: (time: string, what: string) => `${time}, ${what}`,
    searching: (done: string, all: string) => `Searching: ${done} of ${all}`,
    allSearched: "All searched",
    searched: (done: string, all: string) => `${done} of ${all} searched`,
    failed: (count: number) => plural(count, { one: "# part failed", other: "# parts failed" }),
    notRecorded: (duration: string) => `Not recorded for ${duration}`,
    others: "Others",
    events: "Events",
  },

  moment: {
    at: (name: string, time: string) => `${name}, ${time}`,
  },

  share: {
    copyLink: "Copy link",
    share: "Share",
    linkCopied: "Link copied",
  },

  people: {
    label: "People",
    title: "Watch list",
    manage: "Manage",
    everyone: "Everyone",
    needsPhoto: "needs a photo",
    none: "Nobody is on the watch list yet.",
  },

  /** Problems of API calls by code, where the page can say more than the API, or the API speaks another language. */
  problems: problems({
    unreachable: "Can't reach Spotlight. Retrying automatically.",
    "unexpected-answer": "This page can't read Spotlight's answer. Reload the page.",
    unauthorized: "Your admin link is no longer valid. Open the current one.",
    "no-face": "No face was found in this photo. Choose one in which the face is sharp and looks at the camera.",
    "several-faces": "There are several faces in this photo. Choose whose it is.",
    "face-too-small": "The face is too small in this photo. Choose a closer one, or crop it to head and shoulders.",
  }),
  /** Problems by HTTP status, when the answer isn't the API's. */
  statuses: problems({
    401: "Your admin link is no longer valid. Open the current one.",
    403: "Your admin link doesn't allow this.",
    404: "This no longer exists.",
    409: "This already exists.",
    413: "This file is too large. Choose a photo of at most 4 MB.",
    415: "This isn't a JPEG or PNG photo.",
    429: "Too many requests. Try again in a moment.",
  }),
  failed: (status: number) => `Spotlight returned an error (${status}). Try again in a moment.`,
};

/** What every language says. */
export type Messages = typeof en;

/** Which problems have a text of their own may differ between languages. */
function problems(texts: Record<string, string>): Readonly<Record<string, string>> {
  return texts;
}
