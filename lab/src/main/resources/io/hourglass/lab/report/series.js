// The curves of each series, one below the other, with a common time axis; the scores last.
"use strict";
(() => {
  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = value => value == null ? "–" : String(Number(value.toPrecision(5)));

  const isPower = tick => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9;

  // Times are shown as they are in the file, so the browser's time zone must not shift them.
  const iso = seconds => new Date(seconds * 1000).toISOString();
  const moment = (data, x) => data.dates ? iso(x).slice(0, 19).replace("T", " ").replace(/ 00:00:00$/, "") : number(x);

  // Ticks of a time axis: clock times with the date where a day begins, dates, or months.
  function timeLabels(u, ticks, axis, space, step) {
    let day = "";
    return ticks.map(tick => {
      const text = iso(tick);
      if (step >= 28 * 86400) return text.slice(0, step >= 365 * 86400 ? 4 : 7);
      if (step >= 86400) return text.slice(0, 10);
      const clock = text.slice(11, step < 60 ? 19 : 16);
      const label = text.slice(0, 10) === day ? clock : `${clock}\n${text.slice(0, 10)}`;
      day = text.slice(0, 10);
      return label;
    });
  }

  // Behind the curves: the flagged stretches, at least two pixels wide.
  function flags(data) {
    return u => {
      u.ctx.fillStyle = style("--flag");
      for (const [from, to] of data.ranges) {
        const left = u.valToPos(Math.max(from, u.scales.x.min), "x", true);
        const right = u.valToPos(Math.min(to, u.scales.x.max), "x", true);
        if (to < u.scales.x.min || from > u.scales.x.max) continue;
        const width = Math.max(2 * devicePixelRatio, right - left);
        u.ctx.fillRect((left + right - width) / 2, u.bbox.top, width, u.bbox.height);
      }
    };
  }

  function threshold(data) {
    return u => {
      if (data.threshold == null) return;
      const y = Math.round(u.valToPos(data.threshold, "y", true));
      u.ctx.save();
      u.ctx.strokeStyle = style("--over");
      u.ctx.lineWidth = 1.5 * devicePixelRatio;
      u.ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
      u.ctx.beginPath();
      u.ctx.moveTo(u.bbox.left, y);
      u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
      u.ctx.stroke();
      u.ctx.restore();
    };
  }

  // Scores differ by orders of magnitude where something is wrong.
  function scoreScale(data) {
    const above = data.score.filter(score => score > 0);
    const sorted = [...above].sort((a, b) => a - b);
    const usual = sorted[sorted.length >> 1] ?? 1;
    const most = Math.max(data.threshold ?? 0, sorted.at(-1) ?? 1);
    const log = most > 20 * usual;
    const least = Math.min(data.threshold || usual, sorted[Math.floor(sorted.length / 50)] ?? usual);
    return log
      ? {scale: {distr: 3, log: 10, range: () => [least / 1.2, most * 1.2]}, least}
      : {scale: {range: () => [0, most * 1.05 || 1]}, least: 0};
  }

  function draw(figure, data) {
    const box = figure.querySelector(".plots");
    const readout = figure.querySelector(".readout");
    const key = `series-${Math.random()}`;
    const {scale, least} = scoreScale(data);
    const score = data.score.map(value => value == null ? null : Math.max(value, least));
    const curves = [
      ...data.columns.map(column => ({name: column.name, values: column.values, colour: "--curve", height: 150})),
      {name: "score", values: score, colour: "--score", height: 190, scale},
    ];
    const width = () => box.clientWidth;

    function show(u) {
      const index = u.cursor.idx;
      readout.textContent = index == null || data.x[index] == null ? "" : [
        moment(data, data.x[index]),
        ...data.columns.map(column => `${column.name} ${number(column.values[index])}`),
        `score ${number(data.score[index])}`,
      ].join(" · ");
    }

    const plots = curves.map((curve, i) => {
      const last = i === curves.length - 1;
      const holder = document.createElement("div");
      const name = document.createElement("p");
      name.className = "name";
      name.textContent = !last || data.threshold == null
          ? curve.name : `${curve.name}, threshold ${number(data.threshold)} (dashed)`;
      holder.append(name);
      box.append(holder);
      const text = {
        stroke: () => style("--quiet"),
        font: "12px system-ui, sans-serif",
        grid: {stroke: () => style("--line"), width: 1},
        ticks: {stroke: () => style("--line"), width: 1, size: 5},
      };
      return new uPlot({
        width: width(),
        height: curve.height + (last ? 30 : 0),
        padding: [8, 12, 0, 0],
        legend: {show: false},
        tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
        cursor: {sync: {key, scales: ["x", null]}, points: {size: 6}, drag: {x: true, y: false}, y: false},
        scales: {x: {time: data.dates}, y: curve.scale ?? {}},
        axes: [
          {
            ...text,
            size: last ? 44 : 8,
            space: data.dates ? 85 : 60,
            values: last ? (data.dates ? timeLabels : (u, ticks) => ticks.map(number))
              : (u, ticks) => ticks.map(() => ""),
          },
          {
            ...text,
            size: 64,
            values: (u, ticks) => ticks.map(tick => tick == null || u.scales.y.distr === 3 && !isPower(tick)
                ? "" : String(Number(tick.toPrecision(6)))),
          },
        ],
        series: [{}, {
          label: curve.name,
          stroke: () => style(curve.colour),
          width: 1.3,
          points: {show: data.x.length < 100, size: 4},
        }],
        hooks: {
          drawClear: [flags(data)],
          draw: last ? [threshold(data)] : [],
          setCursor: [show],
        },
      }, [data.x, curve.values], holder);
    });

    new ResizeObserver(() => {
      if (width() && width() !== plots[0].width) {
        plots.forEach(plot => plot.setSize({width: width(), height: plot.height}));
      }
    }).observe(box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plots.forEach(plot => plot.redraw()));
  }

  for (const figure of document.querySelectorAll("figure.series")) {
    draw(figure, JSON.parse(figure.querySelector("script[type='application/json']").textContent));
  }
})();
