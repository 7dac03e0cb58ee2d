// Small words for making elements. Whatever a user wrote becomes text, never markup.

export const byId = (id) => document.getElementById(id);

/** Make an element: `el("li", "pill", "text")`, children as strings or elements. */
export function el(name, className = "", ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  for (const child of children) {
    if (child !== null && child !== undefined && child !== "") made.append(child);
  }
  return made;
}

/** Make an SVG element. */
export function draw(name, attributes, text = null) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== null) made.textContent = text;
  return made;
}

/** Show `children` in `parent` instead of what was there. */
export function fill(parent, children) {
  parent.replaceChildren(...children);
}

export const words = (key) => {
  const text = String(key ?? "").replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
};

export const number = (value) => new Intl.NumberFormat().format(value);

export const percent = (part, whole) =>
  whole ? `${Math.floor((1000 * part) / whole) / 10} %` : "–";

/** Say how long ago `moment` was, or how long `milliseconds` are. */
export const ago = (moment) => (moment ? length(Date.now() - Date.parse(moment)) : "–");

export function length(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return "–";
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 1) return `${Math.round(milliseconds)} ms`;
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

/** A moment as people read it, with the exact one behind it. */
export function time(moment, text = null) {
  const made = el("time", "", text ?? new Date(moment).toLocaleString());
  made.dateTime = moment;
  made.title = new Date(moment).toLocaleString();
  return made;
}
