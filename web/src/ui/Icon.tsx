const PATHS = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M6 4.5h4v15H6zM14 4.5h4v15h-4z",
  replay: "M12 5V1L6.5 6 12 11V7a5.5 5.5 0 1 1-5.5 5.5h-2A7.5 7.5 0 1 0 12 5z",
  next: "M5 5v14l10-7zM16 5h3v14h-3z",
  previous: "M19 5v14L9 12zM5 5h3v14H5z",
  sound:
    "M4 9v6h4l5 4.5v-15L8 9zM16 8.2v7.6a4.5 4.5 0 0 0 0-7.6zM16 4.2v2.1a6.5 6.5 0 0 1 0 11.4v2.1a8.5 8.5 0 0 0 0-15.6z",
  muted:
    "M4 9v6h4l5 4.5v-15L8 9zm18.4.6L21 8.2l-2.3 2.3-2.3-2.3L15 9.6l2.3 2.4L15 14.4l1.4 1.4 2.3-2.3 2.3 2.3 " +
    "1.4-1.4-2.3-2.4z",
  full: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
  calendar: "M7 2h2v2h6V2h2v2h4v17H3V4h4zM5 9v10h14V9z",
  close: "M6.4 5 5 6.4 10.6 12 5 17.6 6.4 19l5.6-5.6 5.6 5.6 1.4-1.4-5.6-5.6L19 6.4 17.6 5 12 10.6z",
  copy:
    "M8 3h11a1 1 0 0 1 1 1v13h-2V5H8zM4 7h11a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1zm1 " +
    "2v10h9V9z",
  check: "m9.5 16.2-4-4L4 13.6l5.5 5.5L20.5 8 19 6.6z",
  link:
    "M10.6 13.4a4 4 0 0 0 5.7 0l3.5-3.5a4 4 0 1 0-5.7-5.7l-1.7 1.7 1.4 1.4 1.7-1.7a2 2 0 1 1 2.9 2.9l-3.5 " +
    "3.5a2 2 0 0 1-2.9 0zm2.8-2.8a4 4 0 0 0-5.7 0l-3.5 3.5a4 4 0 1 0 5.7 5.7l1.7-1.7-1.4-1.4-1.7 1.7a2 2 0 1 " +
    "1-2.9-2.9l3.5-3.5a2 2 0 0 1 2.9 0z",
  download: "M11 3h2v9.2l3.3-3.3 1.4 1.4L12 16l-5.7-5.7 1.4-1.4 3.3 3.3zM4 19h16v2H4z",
  eye:
    "M12 5c5 0 8.800 4 10 7-1.200 3-5 7-10 7S3.200 15 2 12c1.200-3 5-7 10-7zm0 2C8.500 7 5.600 9.600 4.300 " +
    "12c1.300 2.400 4.200 5 7.700 5s6.400-2.600 7.700-5C18.400 9.600 15.500 7 12 7zm0 2.200a2.800 2.800 0 1 1 " +
    "0 5.600 2.800 2.800 0 0 1 0-5.600z",
  trash: "M9 3h6l1 2h4v2H4V5h4zM6 9h12l-1 12H7zm3 2v8h1.500v-8zm4.500 0v8H15v-8z",
  add: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  camera:
    "M9 4h6l1.500 2.500H21V20H3V6.500h4.500zm3 5a4.300 4.300 0 1 0 0 8.600A4.300 4.300 0 0 0 12 9zm0 2a2.300 " +
    "2.300 0 1 1 0 4.600 2.300 2.300 0 0 1 0-4.600z",
  people:
    "M9 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0 10c4 0 7 2 7 4.500V20H2v-1.500C2 16 5 14 9 14zm7-9.700a3.700 3.700 " +
    "0 0 1 0 7.400zM17.500 14.200c2.700.5 4.500 2 4.500 4.300V20h-4v-1.500a5 5 0 0 0-2-4z",
  warning: "M12 3 1.500 21h21zm-1 7h2v5h-2zm0 6.500h2v2h-2z",
  flag: "M5 3h14l-4 5 4 5H7v8H5z",
  order: "m8 4 4 4.500H9V20H7V8.500H4zM15 4h2v11.500h3L16 20l-4-4.500h3z",
  stop: "M6 6h12v12H6z",
  back: "M11 5V1L5.500 6l5.500 5V7a5.500 5.500 0 1 1-5.500 5.500h-2A7.500 7.500 0 1 0 11 5z",
  settings: "M4 7h9v2H4zM15 5h2v6h-2zM19 7h1v2h-1zM4 15h1v2H4zM7 13h2v6H7zM11 15h9v2h-9z",
  pip: "M3 5h18v14H3zm2 2v10h14V7zm6 4h7v5h-7z",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon for a control that has its name elsewhere (text or aria-label). */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
