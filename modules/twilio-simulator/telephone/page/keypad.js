// @ts-check

const KEYS = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", ""],
  ["#", ""],
];
const SPOKEN = new Map([
  ["*", "star"],
  ["#", "hash"],
]);
const SHOWN_MS = 180;

/**
 * Fills the group with the twelve keys of a telephone.
 * @param {HTMLElement} group
 * @param {(key: string) => void} onPress
 * @returns {(key: string) => boolean} presses a key for the keyboard; false when there is no such key
 */
export function makeKeypad(group, onPress) {
  /** @type {Map<string, HTMLButtonElement>} */
  const buttons = new Map();
  for (const [key = "", letters = ""] of KEYS) {
    const button = document.createElement("button");
    button.type = "button";
    const spoken = SPOKEN.get(key);
    if (spoken) button.setAttribute("aria-label", spoken);
    const face = document.createElement("span");
    face.textContent = key;
    const small = document.createElement("small");
    small.textContent = letters;
    button.append(face, small);
    button.addEventListener("click", () => onPress(key));
    buttons.set(key, button);
  }
  group.replaceChildren(...buttons.values());

  return (key) => {
    const button = buttons.get(key);
    if (!button) return false;
    button.classList.add("pressed");
    setTimeout(() => button.classList.remove("pressed"), SHOWN_MS);
    onPress(key);
    return true;
  };
}
