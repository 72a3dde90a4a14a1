/**
 * Whether the grid must hold still: the viewer has scrolled into it, points at it or moves through it by keyboard, so
 * new cards on top would move what they are about to choose.
 */
export function holdsStill(grid: HTMLElement | null): boolean {
  if (grid === null) return false;
  const list = grid.querySelector(".clip-grid");
  if (list === null) return false;
  return grid.getBoundingClientRect().top < 0 || list.matches(":hover") || list.contains(document.activeElement);
}
