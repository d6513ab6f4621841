import { expect, it } from "vitest";
import { printable } from "@/modules/exports/domain/report-letters";

it("leaves what the report's typeface has, and marks each run of what it has not", () => {
  for (const text of ["Łukasz Żółć, Ærø", "Ελένη", "Ольга Ёж", "O’Neill — 50 % ©™ ↔ →", "Nguyễn", "e\u0301"]) {
    expect(printable(text)).toBe(text);
  }
  expect(printable("山田 太郎 (Tokyo)")).toBe("[?] (Tokyo)");
  expect(printable("ＡＢＣ社")).toBe("[?]");
  expect(printable("محمد علي")).toBe("[?]");
  expect(printable("Kim 김철수, Lee")).toBe("Kim [?], Lee");
  expect(printable("hot 🔥🔥 lead 👩‍💻")).toBe("hot [?] lead [?]");
  expect(printable("नमस्ते")).toBe("[?]");
});
