"use client";

import { useEffect, useRef, type PointerEvent, type RefObject } from "react";

/** After scrolling has rested for so long, the row under the pointer is lit again. */
const REST_MS = 150;

/**
 * Marks both halves of the row under a mouse with data-hover. Written into the page itself: rows are not drawn again for
 * each one that the pointer crosses, nor painted for each that is scrolled past it.
 */
export function useRowHover(scroller: RefObject<HTMLElement | null>) {
  const hovered = useRef<string>(undefined);
  const scrolling = useRef(false);
  const light = (row: string | undefined): void => {
    const grid = scroller.current;
    if (!grid || row === hovered.current) return;
    hovered.current = row;
    for (const half of grid.querySelectorAll("[data-hover]")) half.removeAttribute("data-hover");
    if (row === undefined) return;
    for (const half of grid.querySelectorAll(`[data-row="${row}"]`)) half.setAttribute("data-hover", "");
  };
  const latest = useRef(light);
  useEffect(() => {
    latest.current = light;
  });
  useEffect(() => {
    const grid = scroller.current;
    if (!grid) return;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const onRest = () => {
      scrolling.current = false;
      latest.current(grid.querySelector<HTMLElement>("[data-row]:hover")?.dataset.row);
    };
    const onScroll = () => {
      scrolling.current = true;
      latest.current(undefined);
      clearTimeout(rest);
      rest = setTimeout(onRest, REST_MS);
    };
    grid.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      grid.removeEventListener("scroll", onScroll);
      clearTimeout(rest);
    };
  }, [scroller]);
  return {
    onPointerOver: ({ target, pointerType }: PointerEvent): void => {
      if (pointerType !== "mouse" || scrolling.current) return;
      light((target as Element).closest<HTMLElement>("[data-row]")?.dataset.row);
    },
    onPointerLeave: (): void => light(undefined),
  };
}
