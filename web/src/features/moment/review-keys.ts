/** The keys by which an editor reviews the open clip. */
export const REVIEW_KEYS = { confirm: "c", reject: "n", someoneElse: "s", undo: "z" } as const;
