import { useState } from "react";
import type { Schemas } from "@/api/clients";
import { Failed } from "@/parts/states";
import { useSay } from "@/parts/toasts";
import { type Settings, useSaveSettings } from "../data";
import { DAYS, type Day, intervalsIn, typedOf, type Week } from "./hours";

const NAMES: Record<Day, string> = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
};
const OFFICE = "9-18";
type Hours = { timezone: string; week: Week; holidays: string[] };
type Typed = Record<Day, string>;

/** When the team is there: promises and targets count these hours. */
export function HoursCard({
  settings,
  mayChange,
}: {
  settings: Settings;
  mayChange: boolean;
}) {
  const stored = hoursOf(settings);
  const [timezone, setTimezone] = useState(stored.timezone);
  const [typed, setTyped] = useState<Typed>(() => typedWeek(stored.week));
  const [holidays, setHolidays] = useState(stored.holidays.join(", "));
  const [wrong, setWrong] = useState<{ day: Day; said: string } | null>(null);
  const save = useSaveSettings();
  const say = useSay();
  const submit = () => {
    const week: Week = {};
    for (const day of DAYS) {
      try {
        week[day] = intervalsIn(typed[day]);
      } catch (error) {
        setWrong({ day, said: (error as Error).message });
        return;
      }
    }
    setWrong(null);
    const isAlwaysOpen = DAYS.every((day) => week[day]?.length === 0);
    const hours = {
      ...(settings.hours as object),
      timezone,
      week: isAlwaysOpen ? {} : week,
      holidays: holidays.split(/[\s,;]+/).filter(Boolean),
    };
    save.mutate(
      { hours: hours as unknown as Schemas["ExactHours"] },
      { onSuccess: () => say("The hours are saved") },
    );
  };
  return (
    <fieldset className="card group">
      <legend>Business hours</legend>
      <p className="faint">
        Without any the team is always there. Several times a day: 9–12:30, 13:30–18.
      </p>
      <form
        className="inner"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="field">
          <label htmlFor="timezone">Time zone</label>
          <select
            id="timezone"
            className="input auto"
            disabled={!mayChange}
            value={timezone}
            onChange={(event) => setTimezone(event.target.value)}
          >
            {zonesWith(timezone).map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </div>
        <div className="week">
          {DAYS.map((day) => (
            <div className="field" key={day}>
              <label htmlFor={`hours-${day}`}>{NAMES[day]}</label>
              <input
                id={`hours-${day}`}
                className="input"
                readOnly={!mayChange}
                placeholder="closed"
                aria-invalid={wrong?.day === day}
                value={typed[day]}
                onChange={(event) => setTyped({ ...typed, [day]: event.target.value })}
              />
            </div>
          ))}
        </div>
        {wrong && (
          <p className="notice bad" role="alert">
            {NAMES[wrong.day]}: {wrong.said}
          </p>
        )}
        <div className="field">
          <label htmlFor="holidays">Holidays</label>
          <input
            id="holidays"
            className="input"
            readOnly={!mayChange}
            placeholder="2026-12-25, 2027-01-01"
            value={holidays}
            onChange={(event) => setHolidays(event.target.value)}
          />
        </div>
        {save.isError && <Failed error={save.error} />}
        {mayChange && (
          <div className="foot">
            <button
              type="button"
              className="button quiet"
              onClick={() => setTyped(officeWeek())}
            >
              Monday to Friday, 9 to 18
            </button>
            <button className="button primary" type="submit" disabled={save.isPending}>
              Save hours
            </button>
          </div>
        )}
      </form>
    </fieldset>
  );
}

function hoursOf(settings: Settings): Hours {
  const {
    timezone = "UTC",
    week = {},
    holidays = [],
  } = (settings.hours ?? {}) as Partial<Hours>;
  return { timezone, week, holidays };
}

function typedWeek(week: Week): Typed {
  return Object.fromEntries(DAYS.map((day) => [day, typedOf(week[day])])) as Typed;
}

function officeWeek(): Typed {
  const isOffice = (day: Day) => day !== "sat" && day !== "sun";
  return Object.fromEntries(
    DAYS.map((day) => [day, isOffice(day) ? OFFICE : ""]),
  ) as Typed;
}

function zonesWith(own: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set(["UTC", own, ...known])];
}
