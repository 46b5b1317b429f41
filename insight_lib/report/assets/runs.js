// Searches, filters and sorts all runs of the index page; shows a page of them at a time.
"use strict";
(() => {
  const data = document.getElementById("runs-data");
  if (!data) return;
  const { columns, words } = JSON.parse(data.textContent);
  const form = document.getElementById("runs-filters");
  const fold = document.getElementById("runs-fold");
  const table = document.getElementById("runs-table");
  const body = table.tBodies[0];
  const pageSize = 100;
  const all = columns.id.map((_, run) => run);
  const facets = ["standing", "severity", "rules", "experiment", "state"];
  const manyOf = (facet, run) => (facet === "rules" ? columns.rules[run] : [columns[facet][run]]);
  const words_of = (facet) => (facet === "rules" ? words.rule_titles : words[facet]);
  const lower = (texts) => texts.map((text) => text.toLowerCase());
  const low = { titles: lower(words.titles), names: lower(words.names), values: lower(words.values), experiment: lower(words.experiment), id: lower(columns.id), rules: lower(words.rules) };
  let order = all;
  let sorted = { column: null, sign: 1 };
  let start = 0;

  const texts = all.map((run) =>
    [
      low.id[run],
      low.experiment[columns.experiment[run]],
      ...columns.rules[run].map((at) => low.rules[at]),
      ...columns.titles[run].map((at) => low.titles[at]),
      ...columns.hparams[run].map(([name, value]) => `${low.names[name]}=${low.values[value]}`),
    ].join("\n"),
  );

  function wanted() {
    const chosen = new Map(facets.filter((facet) => form[facet].value !== "").map((facet) => [facet, Number(form[facet].value)]));
    const parts = form.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const name = form.hparam.value === "" ? null : Number(form.hparam.value);
    const value = name === null || form.setting.value === "" ? null : Number(form.setting.value);
    return { chosen, parts, name, value };
  }

  function fits(run, want, except) {
    for (const [facet, at] of want.chosen) if (facet !== except && !manyOf(facet, run).includes(at)) return false;
    const has = ([name, value]) => name === want.name && (want.value === null || except === "value" || value === want.value);
    if (want.name !== null && except !== "name" && !columns.hparams[run].some(has)) return false;
    return want.parts.every((part) => texts[run].includes(part));
  }

  // An option tells how many runs it would show, given everything else that is chosen.
  function fill(select, counts, names) {
    const before = select.value;
    const places = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || names[a].localeCompare(names[b]));
    if (before !== "" && !counts.has(Number(before))) places.push(Number(before));
    const options = places.slice(0, 300).map((at) => new Option(`${names[at]} (${(counts.get(at) || 0).toLocaleString("en")})`, at));
    select.replaceChildren(new Option("any", ""), ...options);
    select.value = before;
  }

  function count(want, except, of) {
    const counts = new Map();
    for (const run of all) if (fits(run, want, except)) for (const at of new Set(of(run))) counts.set(at, (counts.get(at) || 0) + 1);
    return counts;
  }

  function fillAll(want) {
    for (const facet of facets) fill(form[facet], count(want, facet, (run) => manyOf(facet, run)), words_of(facet));
    fill(form.hparam, count(want, "name", (run) => columns.hparams[run].map(([name]) => name)), words.names);
    form.setting.disabled = want.name === null;
    const values = (run) => columns.hparams[run].filter(([name]) => name === want.name).map(([, value]) => value);
    fill(form.setting, want.name === null ? new Map() : count(want, "value", values), words.values);
  }

  function cell(label, text, kind) {
    const made = document.createElement("td");
    made.textContent = text;
    made.className = kind || "";
    if (label) made.dataset.label = label;
    return made;
  }

  const number = (value) => (value === null ? "–" : value.toLocaleString("en"));
  const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent);

  function row(run) {
    const made = document.createElement("tr");
    made.dataset.href = `runs/${columns.page[run]}`;
    const link = document.createElement("a");
    link.href = made.dataset.href;
    link.textContent = columns.id[run];
    const state = document.createElement("small");
    state.className = "soft";
    state.textContent = words.state[columns.state[run]];
    const name = cell("", "", "name");
    name.append(link, " ", state);
    const stands = cell("Stands", `${words.standing[columns.standing[run]]} `);
    const severity = words.severity[columns.severity[run]];
    if (severity !== "none") {
      const pill = document.createElement("span");
      pill.className = `pill ${["error", "warning", "info"].includes(severity) ? severity : "plain"}`;
      pill.textContent = severity;
      stands.append(pill);
    }
    const [first] = columns.titles[run];
    const risk = columns.risk && columns.risk[run];
    made.append(name, stands, cell("Worst finding", first === undefined ? "–" : words.titles[first]), cell("Findings", number(columns.findings[run]), "num"));
    if (columns.risk) made.append(cell("Risk", risk === null ? "–" : `${(100 * risk).toFixed(1)} %`, "num"));
    made.append(cell("Last step", number(columns.step[run]), "num"), cell("Validation AUC", columns.auc[run] === null ? "–" : columns.auc[run].toFixed(3), "num"), cell("Last event, UTC", columns.event[run], "when"));
    return made;
  }

  function show() {
    const shown = order.slice(start, start + pageSize);
    body.replaceChildren(...shown.map(row));
    document.getElementById("runs-back").hidden = start === 0;
    document.getElementById("runs-on").hidden = start + pageSize >= order.length;
    const range = order.length > pageSize ? `, ${(start + 1).toLocaleString("en")} to ${(start + shown.length).toLocaleString("en")} shown` : "";
    document.getElementById("runs-count").textContent = `${order.length.toLocaleString("en")} of ${all.length.toLocaleString("en")} runs${range}`;
  }

  function update() {
    const want = wanted();
    fillAll(want);
    order = all.filter((run) => fits(run, want, null));
    if (sorted.column) order.sort((a, b) => sorted.sign * compare(columns[sorted.column][a], columns[sorted.column][b]) || a - b);
    start = 0;
    show();
  }

  // Runs without a value come last, however the others are sorted.
  function compare(a, b) {
    if (a === null || b === null) return sorted.sign * ((a === null) - (b === null));
    return typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
  }

  function sortable(head) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const { sort } = head.dataset;
      const firstDown = head.classList.contains("num") || sort === "event";
      const sign = sorted.column === sort ? -sorted.sign : firstDown ? -1 : 1;
      sorted = { column: sort, sign };
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      update();
    });
  }

  function turn(pages) {
    start += pages * pageSize;
    show();
    table.scrollIntoView();
  }

  function changed(event) {
    if (event.target === form.hparam) form.setting.value = "";
    fold.open = true;
    update();
  }

  document.querySelectorAll("#runs-table th[data-sort]").forEach(sortable);
  document.getElementById("runs-back").addEventListener("click", () => turn(-1));
  document.getElementById("runs-on").addEventListener("click", () => turn(1));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", changed);
  form.addEventListener("reset", () => setTimeout(update));
  document.querySelectorAll("a[data-rule]").forEach((link) =>
    link.addEventListener("click", () => {
      form.reset();
      form.rules.value = String(words.rules.indexOf(link.dataset.rule));
      fold.open = true;
      update();
    }),
  );
  form.hidden = false;
  update();
})();
