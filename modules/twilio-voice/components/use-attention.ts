"use client";

import { useEffect } from "react";

const BADGE_ICON =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3b5bdb"/><path d="M8 10h16v4H8zm0 8h16v4H8z" fill="#fff"/><circle cx="25" cy="7" r="7" fill="#e03131"/></svg>',
  );

/**
 * Draws the eye to a ring: the tab's title and icon, and, while the tab is hidden and the person allowed it, a
 * notification that brings the tab to the front. Everything goes back to what it was when the ring ends.
 */
export function useAttention(ringing: boolean, who: string, detail: string, callKey: string): void {
  useEffect(() => {
    if (!ringing) return;
    const title = document.title;
    const words = `☎ ${who} is calling`;
    document.title = words;
    const icon = document.createElement("link");
    icon.rel = "icon";
    icon.href = BADGE_ICON;
    document.head.append(icon);
    return () => {
      if (document.title === words) document.title = title;
      icon.remove();
    };
  }, [ringing, who]);

  useEffect(() => {
    if (!ringing || !document.hidden) return;
    if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
    const notification = new Notification(`${who} is calling`, {
      body: detail,
      tag: callKey,
      requireInteraction: true,
    });
    notification.addEventListener("click", () => {
      window.focus();
      notification.close();
    });
    return () => notification.close();
  }, [ringing, who, detail, callKey]);
}
