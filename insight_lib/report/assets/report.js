// Draws the plots of a page, sorts tables, follows rows.
"use strict";
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const narrow = () => innerWidth < 640;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function styledAxis(axis = {}) {
    const own = { gridcolor: colour("--grid"), zerolinecolor: colour("--grid"), linecolor: colour("--line"), automargin: true, exponentformat: "power" };
    const title = axis.title ? { ...axis.title, standoff: 8, font: { size: 12, color: colour("--soft") } } : undefined;
    return { ...own, ...axis, title };
  }

  // A long layer name would leave no room for the layers themselves on a phone.
  function shortLabels(axis, trace) {
    if (axis.type !== "category" || !trace || !narrow()) return axis;
    const tail = (text) => {
      const letters = text.match(/&[a-z]+;|./gu) || [];
      return letters.length > 18 ? "…" + letters.slice(-17).join("") : text;
    };
    return { ...axis, tickmode: "array", tickvals: trace.y, ticktext: trace.y.map(tail) };
  }

  function styled(figure) {
    const layout = figure.layout;
    return {
      ...layout,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: colour("--font"), size: 12, color: colour("--text") },
      margin: { l: 48, r: 12, t: 12, b: 40 },
      legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom", font: { size: 12 } },
      hoverlabel: { bgcolor: colour("--card"), bordercolor: colour("--line"), font: { color: colour("--text") }, namelength: -1 },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("--soft"), activecolor: colour("--text") },
      xaxis: styledAxis(layout.xaxis),
      yaxis: shortLabels(styledAxis(layout.yaxis), figure.data[0]),
    };
  }

  // Next to the cells a colour bar takes a fifth of a phone's width; above them it takes none.
  function placedBars(data) {
    if (!narrow()) return data;
    const above = { orientation: "h", y: 1, yanchor: "bottom", thickness: 8, ticklabelposition: "outside top" };
    return data.map((trace) => (trace.colorbar ? { ...trace, colorbar: { ...trace.colorbar, ...above } } : trace));
  }

  // The buttons are named one by one: the default ones include one that sends the data elsewhere.
  const settings = {
    displaylogo: false,
    responsive: true,
    modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
  };

  function draw(place) {
    const figure = JSON.parse(place.nextElementSibling.textContent);
    const layout = styled(figure);
    if (place.dataset.axis) layout.yaxis.type = place.dataset.axis;
    Plotly.newPlot(place, placedBars(figure.data), layout, settings);
    place.dataset.drawn = "true";
  }

  // What is in sight comes first; the rest follows when the browser has nothing else to do, so that
  // a page is complete when it is printed. Plots of closed sections have no size yet and wait.
  function drawAll() {
    const places = [...document.querySelectorAll(".plot")];
    const drawOnce = (place) => place.dataset.drawn || draw(place);
    const watcher = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          watcher.unobserve(entry.target);
          drawOnce(entry.target);
        }
      },
      { rootMargin: "300px" },
    );
    places.forEach((place) => watcher.observe(place));
    const idle = window.requestIdleCallback || ((work) => setTimeout(work, 50));
    const drawNext = () => {
      const next = places.find((place) => !place.dataset.drawn && place.offsetParent !== null);
      if (!next) return;
      draw(next);
      idle(drawNext);
    };
    idle(drawNext);
    dark.addEventListener("change", () => document.querySelectorAll(".plot[data-drawn]").forEach(draw));
  }

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const down = before ? before === "ascending" : head.classList.contains("first-down");
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        arrange(table.tBodies[0], column, down ? -1 : 1);
      });
    });
  }

  function arrange(body, column, sign) {
    const key = (row) => {
      const cell = row.cells[column];
      return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent.trim();
    };
    const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, undefined, { numeric: true }));
    const rows = [...body.rows].map((row) => [key(row), row]);
    rows.sort(([a], [b]) => sign * compare(a, b));
    body.append(...rows.map(([, row]) => row));
  }

  function followRow(event) {
    const row = event.target.closest("tr[data-href]");
    if (!row || event.target.closest("a, button, summary") || String(getSelection())) return;
    location.assign(row.dataset.href);
  }

  function switchable(tabs) {
    const buttons = [...tabs.querySelectorAll(".switch button")];
    const panels = [...tabs.querySelectorAll(":scope > .tab")];
    buttons.forEach((button, chosen) =>
      button.addEventListener("click", () => {
        buttons.forEach((other, place) => other.setAttribute("aria-pressed", String(place === chosen)));
        panels.forEach((panel, place) => (panel.hidden = place !== chosen));
      }),
    );
  }

  function logarithmic(button) {
    button.addEventListener("click", () => {
      const type = button.getAttribute("aria-pressed") === "true" ? "linear" : "log";
      button.setAttribute("aria-pressed", String(type === "log"));
      document.querySelectorAll("#curves .plot").forEach((place) => {
        place.dataset.axis = type;
        if (place.dataset.drawn) Plotly.relayout(place, { "yaxis.type": type, "yaxis.autorange": true });
      });
    });
  }

  // Paper unfolds nothing: all is opened and drawn before, and folded again afterwards.
  function printWhole() {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll("details:not([open])")];
      opened.forEach((fold) => (fold.open = true));
      document.querySelectorAll(".plot:not([data-drawn])").forEach((place) => place.offsetParent && draw(place));
    });
    addEventListener("afterprint", () => opened.forEach((fold) => (fold.open = false)));
  }

  drawAll();
  printWhole();
  document.querySelectorAll("#logarithmic").forEach(logarithmic);
  document.querySelectorAll("table.sortable").forEach(sortable);
  document.querySelectorAll(".tabs").forEach(switchable);
  document.querySelectorAll("table.rows").forEach((table) => table.addEventListener("click", followRow));
})();
