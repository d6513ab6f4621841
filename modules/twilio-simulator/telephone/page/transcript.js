// @ts-check

const MOST_ENTRIES = 400;
/** Pixels from the end within which the list counts as read to the end and scrolls along. */
const NEAR_END = 48;

/** What was played to the caller, said by the carrier's captions, and the keys pressed, with the time of the call. */
export class Transcript {
  #scroller;
  #list;
  #empty;
  /** @type {{ kind: string, text: string, element: HTMLElement, times: number } | null} */
  #last = null;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} list the list within
   * @param {HTMLElement} empty shown while there is nothing else
   */
  constructor(scroller, list, empty) {
    this.#scroller = scroller;
    this.#list = list;
    this.#empty = empty;
  }

  clear() {
    this.#list.replaceChildren();
    this.#last = null;
    this.#empty.hidden = false;
  }

  /**
   * @param {"caption" | "keys" | "event"} kind
   * @param {string} text
   * @param {string} time as shown
   */
  add(kind, text, time) {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const follows = scrollHeight - scrollTop - clientHeight < NEAR_END;
    this.#empty.hidden = true;
    if (!this.#joinLast(kind, text)) this.#append(kind, text, time);
    while (this.#list.childElementCount > MOST_ENTRIES) this.#list.firstElementChild?.remove();
    if (follows) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /**
   * Keys pressed in a row share a line, and what is played again and again is counted instead of repeated.
   * @param {string} kind
   * @param {string} text
   */
  #joinLast(kind, text) {
    const last = this.#last;
    if (!last || last.kind !== kind) return false;
    if (kind === "keys") {
      last.text += text;
      last.element.textContent = `You pressed ${[...last.text].join(" ")}`;
      return true;
    }
    if (last.text !== text) return false;
    last.times += 1;
    last.element.textContent = `${text} (${last.times} times)`;
    return true;
  }

  /**
   * @param {string} kind
   * @param {string} text
   * @param {string} time
   */
  #append(kind, text, time) {
    const item = document.createElement("li");
    item.dataset.kind = kind;
    const when = document.createElement("time");
    when.textContent = time;
    const element = document.createElement("p");
    element.textContent = kind === "keys" ? `You pressed ${text}` : text;
    item.append(when, element);
    this.#list.append(item);
    this.#last = { kind, text, element, times: 1 };
  }
}
