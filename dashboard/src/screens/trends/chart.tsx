import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { AnalyticsSchemas } from "@/api/clients";
import { Empty } from "@/parts/states";
import { wordFor } from "@/screens/inbox/words";

type Series = AnalyticsSchemas["SeriesOut"];

/** Told apart in both themes, and by people who see few colours (Okabe and Ito). */
const COLOURS = ["#0b8577", "#d55e00", "#4a7fd6", "#cc79a7", "#b58900", "#6b7b8c"];
const MOST = COLOURS.length;
const HEIGHT = 260;

/** One line per key, the largest first; the rest is added up as "other". */
export function Chart({ series }: { series: Series[] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const node = place.current;
    if (!node || series.length === 0) return undefined;
    const shown = largest(series);
    const ink = getComputedStyle(node).getPropertyValue("color");
    const axis = { stroke: ink, grid: { stroke: "#8884", width: 1 } };
    const plot = new uPlot(
      {
        width: node.clientWidth,
        height: HEIGHT,
        axes: [axis, axis],
        series: [
          {},
          ...shown.map(({ key }, at) => ({
            label: wordFor({}, key),
            stroke: COLOURS[at] ?? "#888",
            width: 2,
          })),
        ],
      },
      pointsOf(shown),
      node,
    );
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: node.clientWidth, height: HEIGHT }),
    );
    observer.observe(node);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [series]);

  if (series.length === 0) {
    return (
      <Empty title="Nothing happened in this period">
        <p>Choose a longer one, or send the first conversation.</p>
      </Empty>
    );
  }
  return (
    <>
      <div className="chart" ref={place} aria-hidden="true" />
      <details>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th>Line</th>
              <th>In the period</th>
            </tr>
          </thead>
          <tbody>
            {series.map((each) => (
              <tr key={each.key}>
                <td>{wordFor({}, each.key)}</td>
                <td className="number">{totalOf(each)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

/** Returns at most six lines: the largest, and the others added up. */
export function largest(series: Series[]): Series[] {
  if (series.length <= MOST) return series;
  const rest = series.slice(MOST - 1);
  const points = (rest[0]?.points ?? []).map(({ at }, place) => ({
    at,
    count: rest.reduce((sum, each) => sum + (each.points[place]?.count ?? 0), 0),
  }));
  return [...series.slice(0, MOST - 1), { key: "other", points }];
}

function pointsOf(series: Series[]): uPlot.AlignedData {
  const times = (series[0]?.points ?? []).map(({ at }) => Date.parse(at) / 1000);
  return [times, ...series.map(({ points }) => points.map(({ count }) => count))];
}

function totalOf(series: Series): number {
  return series.points.reduce((sum, { count }) => sum + count, 0);
}
