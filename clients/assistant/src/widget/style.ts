/** The widget's own sheet: it is adopted, so a page's policy needs no inline styles. */
export const STYLE = `
:host {
  color-scheme: light dark;
  --ink: light-dark(#17201d, #e8eeeb);
  --soft: light-dark(#52625c, #a3b2ac);
  --panel: light-dark(#ffffff, #171c1b);
  --sunken: light-dark(#eef1ef, #232b29);
  --line: light-dark(#d5dcd9, #34403c);
  --brand: var(--handrail-colour, light-dark(#0b5f57, #5cc9ba));
  --brand-ink: light-dark(#ffffff, #06201c);
  --bad: light-dark(#a8231b, #ff9088);
  font: 15px/1.45 ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif;
  color: var(--ink);
}
* { box-sizing: border-box; }
button, input { font: inherit; color: inherit; }
:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; }
.launcher {
  position: fixed; inset-inline-end: 20px; inset-block-end: 20px; z-index: 2147483000;
  width: 56px; height: 56px; border: 0; border-radius: 50%;
  background: var(--brand); color: var(--brand-ink); cursor: pointer;
  box-shadow: 0 6px 24px rgb(0 0 0 / 24%);
}
.panel {
  display: flex; flex-direction: column; overflow: hidden;
  background: var(--panel); border: 1px solid var(--line); border-radius: 14px;
}
:host(:not([inline])) .panel {
  position: fixed; inset-inline-end: 20px; inset-block-end: 88px; z-index: 2147483000;
  width: min(380px, calc(100vw - 24px)); height: min(600px, calc(100dvh - 108px));
  box-shadow: 0 12px 40px rgb(0 0 0 / 24%);
}
:host([inline]) { display: block; height: 100%; }
:host([inline]) .panel { height: 100%; }
:host([inline]) .launcher { display: none; }
[hidden] { display: none !important; }
header {
  display: flex; gap: 8px; align-items: center; padding: 12px 14px;
  border-block-end: 1px solid var(--line);
}
header strong { flex: 1; }
.plain {
  min-height: 32px; padding: 4px 10px; border: 1px solid var(--line);
  border-radius: 6px; background: none; cursor: pointer;
}
.line { padding: 8px 14px; background: var(--sunken); font-size: 13px; }
.line ol { display: flex; flex-wrap: wrap; gap: 4px 12px; margin: 4px 0 0; padding: 0; list-style: none; }
.line li::before { content: "✓ "; color: var(--brand); }
.log {
  flex: 1; display: flex; flex-direction: column; gap: 10px; margin: 0;
  padding: 14px; overflow-y: auto; list-style: none;
}
.log li { max-width: 86%; align-self: flex-start; }
.log .by { color: var(--soft); font-size: 12px; }
.log p {
  margin: 0; padding: 8px 12px; border-radius: 14px; background: var(--sunken);
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.log .user { align-self: flex-end; }
.log .user p { background: var(--brand); color: var(--brand-ink); }
.log .sending { opacity: .6; }
.log .teammate p { border: 1px solid var(--brand); background: none; }
.log a { color: var(--brand); }
.bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; padding: 10px 14px; border-block-start: 1px solid var(--line); }
.bar input { flex: 1; min-width: 120px; min-height: 38px; padding: 6px 10px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); }
.send { min-height: 38px; padding: 4px 14px; border: 0; border-radius: 8px; background: var(--brand); color: var(--brand-ink); font-weight: 600; cursor: pointer; }
.error { padding: 8px 14px; color: var(--bad); font-size: 13px; }
@media (prefers-reduced-motion: no-preference) { .panel { transition: opacity .12s; } }
`;
