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
  player: "Player",
  play: "Play",
  pause: "Pause",
  soundOn: "Sound on",
  soundOff: "Sound off",
  fullScreen: "Full screen",
  pictureInPicture: "Picture in picture",
  rejected: "Rejected",
  confirmed: "Confirmed",
  offline: "You are offline. The page continues by itself when the network is back.",
  somethingWrong: "Something went wrong. Try again.",
  partMissing: "This part of the page couldn't be loaded. Reload the page.",
  playerMissing: "The player couldn't be loaded. Reload the page.",
  moments: (count: number) => plural(count, { one: "# moment", other: "# moments" }),
  similarity: (percent: string) => `${percent} similar`,

  header: {
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

  copy: {
    copy: "Copy",
    copied: "Copied",
    copyOf: (label: string) => `Copy ${label}`,
    show: (label: string) => `Show ${label}`,
    hide: (label: string) => `Hide ${label}`,
  },

  clips: {
    title: "Moments",
    titleOf: (names: string) => `Moments of ${names}`,
    playAll: "Play all",
    rejectedTitle: "Rejected moments",
    rejectedTitleOf: (names: string) => `Rejected moments of ${names}`,
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
    stop: "Stop the channel",
    stopIt: {
      title: "Stop the channel?",
      text: "The broadcast ends for everyone. What was recorded stays, and its moments still appear.",
      action: "Stop",
    },
    demo: "Try the demo",
    demoStarting: "The demo is starting…",
  },

  picture: {
    channels: "Channels",
    videoOf: (channel: string) => `${channel}, live`,
    loading: "Loading the picture…",
    lost: "Picture lost. Waiting for it to come back…",
    noSignal: "No signal",
    behind: (time: string) => `${time} behind`,
    paused: "Paused",
    goLive: "Go live",
    back: (seconds: number) => plural(seconds, { one: "Back # second", other: "Back # seconds" }),
  },

  keys: {
    title: "Keys",
    show: "Show keys",
    space: "Space",
    playPause: "Play or pause",
    back10: "Back 10 seconds",
    ahead10: "Ahead 10 seconds",
    back5: "Back 5 seconds",
    ahead5: "Ahead 5 seconds",
    sound: "Sound on or off",
    part: "To that tenth of what can be played",
    frameBack: "One picture back",
    frameAhead: "One picture ahead",
    undo: "Take back the last act",
    goal: "Mark a goal",
  },

  ingest: {
    title: "Streaming from OBS",
    address: "Streaming address",
    steps: (name: Markup): ComponentChildren => [
      "In OBS: ",
      name("Settings › Stream › Custom"),
      ", paste both, then ",
      name("Start Streaming"),
      ".",
    ],
    server: "Server",
    streamKey: "Stream key",
    secondServer: "Second server",
    secondStreamKey: "Second stream key",
    passphrase: "SRT takes a passphrase: the stack output “streamKey”, with pbkeylen=32.",
  },

  tape: {
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
    title: "Moment",
    of: (name: string) => `Moment of ${name}`,
    at: (name: string, time: string) => `${name}, ${time}`,
    newer: "Newer moment",
    older: "Older moment",
    replay: "Replay",
    position: "Position",
    positionOf: (position: string, duration: string) => `${position} of ${duration}`,
    cannotPlay: "This moment can't be played right now. Close it and try again.",
    onlyForEditors: "Rejected: only editors see this",
    copyLink: "Copy link",
    share: "Share",
    linkCopied: "Link copied",
    download: "Download",
    confirm: "Confirm",
    notThem: "Not them",
    reject: "Reject",
    someoneElse: "Someone else",
    delete: "Delete",
    deleted: "Deleted",
    reviewWithdrawn: "Review withdrawn",
    nowOf: (name: string) => `Now a moment of ${name}`,
    whoIsIt: (name: string) => `Not ${name}. Who is it?`,
    nobodyElse: "Nobody else is on the watch list. Add them first, then come back to this moment.",
    wasRejected: {
      title: "This moment was rejected",
      text: "An editor found that it doesn't show the person who was recognised in it.",
    },
    isGone: { title: "This moment is gone", text: "It was deleted, or the link is incomplete." },
    notLoaded: "This moment can't be loaded",
  },

  reel: {
    previous: "Previous moment",
    next: "Next moment",
    number: (number: string, all: string) => `${number}/${all}`,
    replay: "Play again",
    openMoment: "Open this moment",
    failed: "These moments can't be played",
    cannotPlay: "These moments can't be played right now. Close this and try again.",
    showMoments: "Show the moments",
  },

  export: {
    title: "Download this moment",
    what: (duration: string) => `An MP4 of exactly these ${duration}, with sound.`,
    upright: "Upright for phones (9:16), around the face",
    progress: "Progress",
    making: (percent: string) =>
      `Making the file: ${percent}. If you close this, it is still made, and ready the next time.`,
    busy: "Making the file…",
    ready: "The file is ready.",
    failed: "The file could not be made. Try again.",
    make: "Make the file",
  },

  people: {
    label: "People",
    title: "Watch list",
    manage: "Manage",
    everyone: "Everyone",
    needsPhoto: "needs a photo",
    none: "Nobody is on the watch list yet.",
    noneYet: "Nobody yet.",
    nameOf: (name: string) => `Name of ${name}`,
    addPhotosOf: (name: string) => `Add photos of ${name}`,
    remove: "Remove",
    removeOf: (name: string) => `Remove ${name}`,
    removal: (name: string) => `Remove ${name}?`,
    photos: (count: number) => plural(count, { one: "# photo", other: "# photos" }),
    photosToAdd: (photos: string, missing: string) => `${photos} (add ${missing} more)`,
    wellKnown: "well known",
    cannotBeFound: "No photo yet: can't be found",
  },

  person: {
    add: "Add a person",
    photosOf: (name: string) => `Photos of ${name}`,
    name: "Name",
    celebrity: "Well known: recognise by name, even without a photo",
    isListed: (name: string) => `${name} is on the watch list`,
    isRemoved: (name: string) => `${name} is no longer on the watch list`,
    merged: (name: string, owner: string) => `${name} is now one entry with ${owner}`,
    withoutPhoto: {
      title: (name: string) => `${name} has no photo yet, and can't be found without one.`,
      text: "Choose another photo, or decide:",
      keep: "Keep without a photo",
    },
    done: "Done",
    saving: "Saving…",
    save: "Add",
    send: "Send photos",
  },

  photos: {
    label: "Photos",
    advice: "One face, sharp, towards the camera. Two or three photos find more moments than one.",
    choose: "Choose photos",
    camera: "Camera",
    drop: "or drop them here",
    back: "Back",
    take: "Take the photo",
    noCamera: "The camera can't be used. Allow it in the browser, or choose a photo instead.",
    unreadable: (file: string) => `“${file}” can't be read as a photo. Choose a JPEG or PNG file.`,
    face: (number: number, all: number) => `Face ${number} of ${all}`,
    ready: "Ready",
    sending: "Looking for the face…",
    found: "Face found",
    lookAlikes: (names: string) => `Face found. Hard to tell from ${names}: add more photos of both.`,
    taken: (name: string) => `This is the face of ${name}. Is it the same person?`,
    merge: "Yes, merge them",
  },

  operate: {
    forget: {
      photos: (count: number) => plural(count, { one: "the face data of # photo", other: "the face data of # photos" }),
      moments: (count: number) =>
        plural(count, {
          one: "# moment, wherever in the broadcasts it is",
          other: "# moments, in all broadcasts",
        }),
      what: (parts: string) =>
        `This deletes the name and ${parts}, and also what was rejected. It can't be taken back. Recordings stay.`,
      nameOnly: "This deletes the name; there are no photos and no moments. It can't be taken back.",
      done: (name: string, photos: number, moments: number, broadcasts: number) =>
        [
          `${name} is removed: `,
          plural(photos, { one: "# photo", other: "# photos" }),
          " and ",
          plural(moments, { one: "# moment", other: "# moments" }),
          moments === 0 ? "" : plural(broadcasts, { one: " in # broadcast", other: " in # broadcasts" }),
          " deleted.",
        ].join(""),
    },
    lookAlikes: {
      title: "Possible duplicates",
      find: "Find duplicates",
      explain: "Compares all faces on the watch list with each other.",
      progress: "Compared",
      comparing: (number: string, all: string) => `Comparing: ${number} of ${all}`,
      none: "Nobody looks like two entries of the same person.",
      pair: (one: string, other: string) => `${one} and ${other} may be the same person`,
      merge: (into: string) => `Merge into ${into}`,
      different: "They are different",
      keptApart: "Not shown again in this browser",
    },
    downloadAll: {
      action: "Download all",
      title: "Download all moments",
      what: (moments: string, duration: string) =>
        `One MP4 of ${moments}, oldest first, with sound: ${duration} altogether.`,
      tooMany: "These are too many moments for one file, which holds 150. Choose one person, or fewer, and try again.",
    },
    marks: {
      mark: "Mark",
      hint: (key: string) => `Mark what happens (${key} marks a goal)`,
      goal: "Goal",
      title: "What happened?",
      at: (time: string) => `At ${time}, in the picture that you see.`,
      other: "Something else",
      marked: (label: string) => `${label} marked`,
      wasMarked: (label: string) => `${label} is marked already`,
      noPicture: "There is no picture to mark yet.",
    },
    recordings: {
      title: "Recordings",
      filter: "Which recordings",
      filters: { all: "All", working: "In progress", failed: "Failed", indexed: "Searched" },
      none: {
        all: "Nothing was recorded yet.",
        working: "Nothing is in progress.",
        failed: "No recording failed.",
        indexed: "No recording is searched yet.",
      },
      number: (number: string) => `No. ${number}`,
      row: (number: string, state: string) => `${number}: ${state}`,
      timeUnknown: "not known yet",
      states: {
        archived: "Waiting to be converted",
        converting: "Being converted",
        analysing: "Being searched for people",
        indexed: "Searched",
        idle: "Nobody streamed",
        failed: "Failed",
      },
      errors: {
        "no-video": "It has no video that can be used.",
        conversion: "It could not be converted.",
        search: "It could not be searched for people.",
        processing: "It could not be processed.",
        "nobody-streamed": "Nobody streamed while it was recorded, so it was not converted.",
        spare: "The channel's first pipeline recorded the same, or nobody streamed, so it was not converted.",
      },
      serviceSaid: "What the service said",
      retryOf: (number: string) => `Retry no. ${number}`,
      retryAll: "Retry all failed",
      retryProgress: "Retried",
      retrying: (number: string, all: string) => `${number} of ${all} retried.`,
      retriedAll: (count: number) =>
        count === 0
          ? "Nothing to retry: no recording failed."
          : plural(count, { one: "# recording is converted again.", other: "# recordings are converted again." }),
    },
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
