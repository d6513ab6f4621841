import { errors, type JSHandle, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";
import { findings } from "./visitor";

const MOST_TABS = 80;

/** Where the focus is, and what is wrong with it. */
interface Focus {
  what: string;
  wrong: string | undefined;
}

/**
 * Somebody who has no mouse. After every key the focus must be on something that is in sight and shows it: a page that
 * drops it leaves such a person nowhere.
 */
export class Keyboard {
  constructor(readonly page: Page) {}

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
      await this.look(key);
    }
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    await this.look(text);
  }

  /** From stop to stop until this one has the focus, as somebody goes who sees it. */
  async tabTo(target: Locator, key: "Tab" | "Shift+Tab" | "ArrowDown" | "ArrowRight" = "Tab"): Promise<void> {
    await target.first().waitFor();
    const passed: string[] = [];
    for (let times = 0; times < MOST_TABS; times += 1) {
      if (await target.first().evaluate((one) => one === document.activeElement)) return;
      const before = await this.page.evaluateHandle(() => document.activeElement);
      await this.page.keyboard.press(key);
      passed.push(await this.look(key));
      // A menu moves its mark a moment after the key: who presses on meanwhile goes past what they look for.
      if (key.startsWith("Arrow") && !(await this.leaves(before))) break;
    }
    throw new Error(`${key} does not lead there, but to:\n${passed.join("\n")}`);
  }

  /** Whether the focus goes on from there. */
  private async leaves(before: JSHandle<Element | null>): Promise<boolean> {
    return this.page
      .waitForFunction((was) => document.activeElement !== was, before, { timeout: 3_000 })
      .then(() => true)
      .catch((error: unknown) => {
        if (error instanceof errors.TimeoutError) return false;
        throw error;
      });
  }

  /** Takes a change back by the message that tells of it, and goes on where one was. */
  async undo(message: string): Promise<void> {
    const told = this.page.locator("[data-sonner-toast]").filter({ hasText: message });
    const undo = told.getByRole("button", { name: "Undo" });
    await undo.waitFor();
    await this.press("Alt+t");
    await this.tabTo(undo);
    await this.press("Enter");
    await told.waitFor({ state: "detached" });
    await this.look("its end");
  }

  /** axe finds nothing in what there is now. */
  async clean(where: string): Promise<void> {
    expect(await findings(this.page), where).toEqual([]);
  }

  private async look(after: string): Promise<string> {
    let focus = await this.page.evaluate(focusNow);
    // Dialogs give the focus back once they are gone, and pages take it once they are there.
    if (focus.wrong !== undefined) {
      await expect
        .poll(async () => (focus = await this.page.evaluate(focusNow)).wrong, { timeout: 5_000, interval: 50 })
        .toBe(undefined)
        .catch(() => undefined);
    }
    expect(focus.wrong, `the focus after ${after}, on ${focus.what}`).toBe(undefined);
    return focus.what;
  }
}

/** Runs in the page. */
function focusNow(): Focus {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return { what: "nothing", wrong: "lost" };
  const role = focused.getAttribute("role") ?? focused.tagName.toLowerCase();
  const what = `${role} “${(focused.getAttribute("aria-label") ?? focused.textContent).trim().slice(0, 60)}”`;
  const { top, bottom, left, right } = focused.getBoundingClientRect();
  if (bottom <= 0 || right <= 0 || top >= innerHeight || left >= innerWidth) return { what, wrong: "out of sight" };
  // Containers that hold what has the marks (dialogs, menus, lists) need none of their own.
  if (["dialog", "menu", "listbox"].includes(role)) return { what, wrong: undefined };
  const around: Element[] = [...focused.children];
  for (let one: Element | null = focused, up = 0; one && up < 4; one = one.parentElement, up += 1) around.push(one);
  for (const one of around) {
    const style = getComputedStyle(one);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const ringed = /0px 0px 0px [12]px/.test(style.boxShadow);
    if (outlined || ringed || one.hasAttribute("data-highlighted")) return { what, wrong: undefined };
    if (one.getAttribute("data-selected") === "true") return { what, wrong: undefined };
  }
  return { what, wrong: "does not show it" };
}
