type Props<Value extends string | number> = {
  /** What is chosen, for who hears the page. */
  legend: string;
  options: readonly { value: Value; label: string }[];
  chosen: Value;
  onChoose: (value: Value) => void;
};

/** A row of buttons of which one is chosen. */
export function Choices<Value extends string | number>(props: Props<Value>) {
  const { legend, options, chosen, onChoose } = props;
  return (
    <fieldset className="filters">
      <legend className="sr-only">{legend}</legend>
      {options.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
