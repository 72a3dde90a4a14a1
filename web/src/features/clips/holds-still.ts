/**
 * Whether the grid must hold still: its list is on the screen, so new cards on top would move what the viewer looks at
 * or is about to choose.
 */
export function holdsStill(grid: HTMLElement | null): boolean {
  const list = grid?.querySelector(".clip-grid .clip:not(.skeleton)")?.closest(".clip-grid");
  if (grid === null || list === null || list === undefined) return false;
  return list.getBoundingClientRect().top < innerHeight && grid.getBoundingClientRect().bottom > 0;
}
