/** What few visits need, in one file. */
export { BroadcastsDialog } from "./BroadcastsDialog.tsx";
export { ChosenBroadcast } from "./ChosenBroadcast.tsx";
