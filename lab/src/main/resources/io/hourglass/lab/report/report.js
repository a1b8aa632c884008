// The interactive curves. The page is complete without them: the script replaces the still picture once it has drawn.
"use strict";
(() => {
  const data = document.getElementById("curves-data");
  if (!data) return;
  const {words, curves} = JSON.parse(data.textContent);
  const say = (key, ...values) => words[key].replace(/\{(\d)}/g, (place, i) => values[i]);
  const french = document.documentElement.lang === "fr";
  const figure = document.getElementById("figure-curves");
  const plotBox = document.getElementById("curves-plot");
  const legend = document.getElementById("curves-legend");
  const epochCell = document.getElementById("curves-epoch");

  const epochs = Math.max(...curves.map(curve => curve.values.length));
  const xs = Array.from({length: epochs}, (_, i) => i + 1);
  const columns = curves.map(curve => xs.map((_, i) => curve.values[i] ?? null));
  const FEW = 6; // with fewer epochs, points are drawn as well: one epoch makes no line

  // A curve is shown when its own switch is on and no group that it belongs to is off.
  const on = curves.map(() => true);
  const names = [...curves.map(curve => curve.recipe), ...curves.map(curve => curve.set)];
  const groups = new Map(names.map(name => [name, true]));
  const shown = i => on[i] && groups.get(curves[i].recipe) && groups.get(curves[i].set);
  let log = true;
  let plot = null;

  const number = value => {
    if (value == null) return "–";
    const text = value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(2) : value.toFixed(5);
    return french ? text.replace(".", ",") : text;
  };

  // --- switches ------------------------------------------------------------------------------------------------------

  const button = (text, pressed, action) => {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = text;
    element.setAttribute("aria-pressed", pressed);
    element.addEventListener("click", () => { action(); refresh(); });
    return element;
  };
  const logButton = button(say("log"), log, () => { log = !log; draw(); });
  const groupButtons = new Map([...groups.keys()].map(name =>
      [name, button(words[name] ?? name, true, () => groups.set(name, !groups.get(name)))]));
  const allButton = button(say("all"), false, () => showOnly(null));
  const caption = text => Object.assign(document.createElement("span"), {textContent: text});
  document.getElementById("curves-toolbar").append(
      caption(say("axis")), logButton, caption(say("show")), ...groupButtons.values(), allButton);

  const cells = curves.map((_, i) => {
    const cell = legend.querySelector(`[data-curve="${i}"]`);
    const toggle = button("", true, () => { on[i] = !on[i]; });
    toggle.append(...cell.childNodes);
    cell.append(toggle);
    return {toggle, value: toggle.querySelector("span")};
  });

  // A click on a network's name shows its curves alone; another click shows all again.
  const networks = new Map([...legend.querySelectorAll("[data-network]")].map(head => {
    const network = head.dataset.network;
    const isolate = button("", false, () => showOnly(isOnly(network) ? null : network));
    isolate.append(...head.childNodes);
    isolate.setAttribute("aria-label", say("only", network));
    isolate.title = say("only.hint");
    head.append(isolate);
    return [network, isolate];
  }));
  const isOnly = network => curves.every((curve, i) => on[i] === (curve.configuration === network));

  function showOnly(network) {
    curves.forEach((curve, i) => { on[i] = network == null || curve.configuration === network; });
    if (network == null) groups.forEach((_, name) => groups.set(name, true));
  }

  function refresh() {
    networks.forEach((element, network) => element.setAttribute("aria-pressed", networks.size > 1 && isOnly(network)));
    allButton.hidden = curves.every((_, i) => shown(i));
    logButton.setAttribute("aria-pressed", log);
    groupButtons.forEach((element, name) => element.setAttribute("aria-pressed", groups.get(name)));
    curves.forEach((_, i) => {
      cells[i].toggle.setAttribute("aria-pressed", shown(i));
      // If a group hides a curve, its own switch has no effect.
      cells[i].toggle.disabled = on[i] && !shown(i);
      if (plot.series[i + 1].show !== shown(i)) plot.setSeries(i + 1, {show: shown(i)});
    });
  }

  // --- values under the pointer --------------------------------------------------------------------------------------

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  let focused = null;

  function showValues(u) {
    const hovering = u.cursor.idx != null && u.cursor.left >= 0;
    const index = hovering ? u.cursor.idx : null;
    epochCell.textContent = hovering ? say("epoch.at", xs[index]) : say("last");
    // Runs may end after different numbers of epochs.
    cells.forEach((cell, i) => {
      cell.value.textContent = number(hovering ? columns[i][index] : curves[i].values.at(-1));
      const {configuration, recipe, set} = curves[i];
      cell.toggle.setAttribute("aria-label",
          `${configuration}, ${recipe}, ${words[set]}: ${cell.value.textContent}`);
    });
    showTip(u, index);
  }

  function showTip(u, index) {
    const value = index == null || focused == null ? null : columns[focused][index];
    tip.hidden = value == null;
    if (tip.hidden) return;
    const curve = curves[focused];
    const title = document.createElement("b");
    title.textContent = curve.configuration;
    tip.replaceChildren(title, say("value", `${curve.recipe}, ${words[curve.set]}`, number(value), xs[index]));
    const left = u.valToPos(xs[index], "x");
    const top = u.valToPos(value, "y");
    const width = u.over.clientWidth;
    tip.style.left = `${Math.max(0, Math.min(left + 14, width - tip.offsetWidth))}px`;
    tip.style.top = `${top > tip.offsetHeight + 16 ? top - tip.offsetHeight - 12 : top + 14}px`;
  }

  function focus(u, series) {
    focused = series == null || series < 1 ? null : series - 1;
    cells.forEach((cell, i) => cell.toggle.classList.toggle("focus", i === focused));
    showTip(u, u.cursor.left >= 0 ? u.cursor.idx : null);
  }

  // --- the plot ------------------------------------------------------------------------------------------------------

  // Round values of a logarithmic axis, as many as fit; uPlot's own leave less than a decade nearly empty.
  function logTicks(u, axis, min, max) {
    const height = u.bbox.height / devicePixelRatio;
    const choices = [[1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5, 7], [1, 2, 5], [1]];
    for (const mantissas of choices) {
      const ticks = [];
      for (let exponent = Math.floor(Math.log10(min)); 10 ** exponent <= max; exponent++) {
        mantissas.forEach(mantissa => ticks.push(mantissa * 10 ** exponent));
      }
      const inside = ticks.filter(tick => tick >= min && tick <= max);
      const gap = (a, b) => Math.log(b / a) / Math.log(max / min) * height;
      if (inside.length < 3 || inside.every((tick, i) => i === 0 || gap(inside[i - 1], tick) > 20)) return inside;
    }
    return [min, max];
  }

  const size = () => {
    const width = plotBox.clientWidth;
    return {width, height: Math.round(Math.max(300, Math.min(500, width * 0.55)))};
  };

  function draw() {
    if (plot) plot.destroy();
    const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const text = {
      stroke: colour("--quiet"),
      font: "12px system-ui, sans-serif",
      grid: {stroke: colour("--line"), width: 1},
      ticks: {stroke: colour("--border"), width: 1, size: 5},
    };
    // The lines in the table follow light and dark; so do the curves.
    const strokes = cells.map(cell => getComputedStyle(cell.toggle.querySelector("line")).stroke);
    plot = new uPlot({
      ...size(),
      padding: [10, 12, 0, 0],
      legend: {show: false},
      focus: {alpha: 0.25},
      cursor: {focus: {prox: 30}, points: {size: 7}, drag: {x: true, y: false}},
      scales: {
        x: {time: false, range: (u, min, max) => min === max ? [min - 1, max + 1] : [min, max]},
        y: {
          distr: log ? 3 : 1,
          log: 10,
          range: (u, min, max) => min == null ? [0.001, 1] : log ? [min / 1.06, max * 1.06] : [0, max * 1.05],
        },
      },
      axes: [
        {
          ...text,
          size: 32,
          label: say("epoch"),
          labelSize: 18,
          labelGap: 0,
          labelFont: text.font,
          incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 10000, 100000],
          values: (u, ticks) => ticks.map(tick => Number.isInteger(tick) && tick >= 1 && tick <= epochs ? tick : ""),
        },
        {
          ...text,
          size: 58,
          label: say("mse"),
          labelSize: 18,
          labelGap: 0,
          labelFont: text.font,
          ...(log ? {splits: logTicks, filter: (u, ticks) => ticks} : {}),
          values: (u, ticks) => ticks.map(tick => `${Number(tick.toPrecision(3))}`.replace(".", french ? "," : ".")),
        },
      ],
      series: [{}, ...curves.map((curve, i) => ({
        label: `${curve.configuration} ${curve.recipe} ${curve.set}`,
        stroke: strokes[i],
        width: curve.set === "test" ? 2.5 : 1.2,
        dash: curve.dashed ? [7, 4] : undefined,
        show: shown(i),
        points: {
          show: epochs < FEW,
          size: curve.set === "test" ? 8 : 6,
          fill: curve.set === "test" ? strokes[i] : colour("--paper"),
        },
      }))],
      hooks: {
        setCursor: [showValues],
        setSeries: [(u, series, options) => { if (options.focus != null) focus(u, series); }],
      },
    }, [xs, ...columns], plotBox);
    plot.over.append(tip);
  }

  // Print shows the last epoch, wherever the pointer was.
  addEventListener("beforeprint", () => plot.setCursor({left: -10, top: -10}));

  figure.classList.add("live"); // first: the plot needs the width of a visible box
  draw();
  refresh();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { draw(); refresh(); });
  new ResizeObserver(() => {
    // Not while a print hides the plot.
    if (plotBox.clientWidth && plotBox.clientWidth !== plot.width) plot.setSize(size());
  }).observe(plotBox);
})();

// The contents mark the section that is being read.
(() => {
  const links = new Map([...document.querySelectorAll("nav a")].map(link => [link.hash.slice(1), link]));
  const visible = new Set();
  const observer = new IntersectionObserver(entries => {
    entries.forEach(entry => entry.isIntersecting ? visible.add(entry.target.id) : visible.delete(entry.target.id));
    const current = [...links.keys()].find(id => visible.has(id));
    links.forEach((link, id) => id === current
        ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current"));
  });
  document.querySelectorAll("main > section").forEach(section => observer.observe(section));
})();
