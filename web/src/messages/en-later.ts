import type { ComponentChildren, VNode } from "preact";
import { plural } from "./plural.ts";

/** Sets a part of a text apart, as a name on the screen or as code. */
type Markup = (text: string) => VNode;

/** English: the texts of the parts of the page that are loaded later. */
export const later = {
  player: "Player",
  play: "Play",
  pause: "Pause",
  soundOn: "Sound on",
  soundOff: "Sound off",
  fullScreen: "Full screen",
  pictureInPicture: "Picture in picture",
  playerMissing: "The player couldn't be loaded. Reload the page.",

  broadcasts: {
    title: "Broadcasts",
    allNote: "The moments of every day",
    chosen: "Chosen broadcast",
    onAir: "On air now.",
    newest: "The newest broadcast.",
    earlier: "An earlier broadcast.",
    onlyPictureIsLive: "Only the picture is live.",
    backToLive: "Back to live",
    from: (time: string) => `From ${time}`,
    recorded: (duration: string) => `${duration} recorded`,
    processing: "Being processed",
    none: "Nothing has been broadcast yet.",
    noSuch: { title: "There is no such broadcast.", text: "It was deleted, or the link is wrong." },
  },

  copy: {
    copy: "Copy",
    copied: "Copied",
    copyOf: (label: string) => `Copy ${label}`,
    show: (label: string) => `Show ${label}`,
    hide: (label: string) => `Hide ${label}`,
  },

  picture: {
    videoOf: (channel: string) => `${channel}, live`,
    loading: "Loading the picture…",
    lost: "Picture lost. Waiting for it to come back…",
    noSignal: "No signal",
    behind: (time: string) => `${time} behind`,
    paused: "Paused",
    goLive: "Go live",
    back: (seconds: number) => plural(seconds, { one: "Back # second", other: "Back # seconds" }),
    ahead: (seconds: number) => plural(seconds, { one: "Ahead # second", other: "Ahead # seconds" }),
    atLive: "Live",
    volume: "Volume",
    settings: {
      copyLink: "Link to this time",
      title: "Picture settings",
      quality: "Quality",
      automatic: (lines: number | undefined) => (lines === undefined ? "Automatic" : `Automatic (${lines}p)`),
      lines: (lines: number) => `${lines}p`,
      age: (time: string) => `This picture was recorded ${time} ago`,
    },
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
    louder: "Louder or softer",
    part: "To that tenth of what can be played",
    frameBack: "One picture back",
    frameAhead: "One picture ahead",
    undo: "Take back the last act",
  },

  stage: {
    stop: "Stop the channel",
    stopIt: {
      title: "Stop the channel?",
      text: "The broadcast ends for everyone. What was recorded stays, and its moments still appear.",
      action: "Stop",
    },
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

  moment: {
    queue: "Moments in this list",
    title: "Moment",
    of: (name: string) => `Moment of ${name}`,
    newer: "Newer moment",
    older: "Older moment",
    replay: "Replay",
    position: "Position",
    positionOf: (position: string, duration: string) => `${position} of ${duration}`,
    cannotPlay: "This moment can't be played right now. Close it and try again.",
    onlyForEditors: "Rejected: only editors see this",
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
    title: (moments: string) => `${moments}, one after the other`,
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
    noneYet: "Nobody yet.",
    nameOf: (name: string) => `Name of ${name}`,
    addPhotosOf: (name: string) => `Add photos of ${name}`,
    remove: "Remove",
    removeOf: (name: string) => `Remove ${name}`,
    removal: {
      title: (name: string) => `Remove ${name}?`,
      text: "Their photos and face data are deleted and their moments disappear. Recordings stay.",
    },
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
};

/** What every language says in the parts of the page that are loaded later. */
export type LaterMessages = typeof later;
