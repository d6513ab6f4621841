"use client";

/** Whether nobody has gone anywhere on the page yet: then it may put the focus where somebody begins. */
export function isFocusFree(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || activeElement.matches("main");
}
