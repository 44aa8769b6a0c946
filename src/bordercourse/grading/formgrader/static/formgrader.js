"use strict";
// The instructor's pages. Every word on the screen comes from the page or from a command; nothing that
// a participant wrote is ever put into the page as markup: `textContent` alone.

const page = document.body;
const base = page.dataset.base;
const token = document.querySelector("meta[name=xsrf]").content;

async function ask(path, body) {
  const upload = body instanceof FormData;
  const headers = { "X-XSRFToken": token };
  if (!upload) headers["Content-Type"] = "application/json";
  return fetch(base + path, { method: "POST", headers, body: upload ? body : JSON.stringify(body) });
}

async function store(path, body) {
  let answer = {};
  try {
    const reply = await ask(path, body);
    answer = await reply.json();
    if (!reply.ok) throw new Error(answer.problem);
  } catch (error) {
    throw new Error(answer.problem || page.dataset.failed);
  }
  return answer;
}

// -- the box with what a command says --------------------------------------------------------------

const box = document.getElementById("log");
const lines = document.getElementById("log-lines");
const end = document.getElementById("log-end");

function openBox(title) {
  box.dataset.changed = "yes"; // a command ran: what the page shows is old
  document.getElementById("log-title").textContent = title;
  lines.textContent = "";
  end.textContent = page.dataset.working;
  box.querySelector("button").disabled = true;
  box.showModal();
}

function closeable(words) {
  end.textContent = words;
  const button = box.querySelector("button");
  button.disabled = false;
  button.focus();
}

box.addEventListener("cancel", (event) => {
  if (box.querySelector("button").disabled) event.preventDefault();
});
box.addEventListener("close", () => {
  if (box.dataset.changed) window.location.reload();
});

async function run(title, path, body) {
  openBox(title);
  try {
    const reply = await ask(path, body);
    if (!reply.ok) throw new Error((await reply.json()).problem);
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += part.value;
      lines.textContent = text.replace(/\n?\d+\n$/, ""); // the last line is the exit status
      lines.scrollTop = lines.scrollHeight;
    }
    const status = text.match(/(\d+)\n$/);
    closeable(status && status[1] === "0" ? page.dataset.done : page.dataset.notDone);
  } catch (error) {
    closeable(error.message || page.dataset.failed);
  }
}

for (const button of document.querySelectorAll("[data-run]")) {
  const { run: action, module, participant, title } = button.dataset;
  button.addEventListener("click", () => {
    const again = "again" in button.dataset;
    const over = "over" in button.dataset;
    run(title, `/run/${action}`, { module, participant, again, over });
  });
}

for (const button of document.querySelectorAll("[data-exchange]")) {
  const { exchange, module, title } = button.dataset;
  button.addEventListener("click", async () => {
    openBox(title);
    try {
      lines.textContent = (await store(`/exchange/${exchange}`, { module })).words;
      closeable(page.dataset.done);
    } catch (error) {
      lines.textContent = error.message;
      closeable(page.dataset.notDone);
    }
  });
}

for (const form of document.querySelectorAll("[data-collect]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form.dataset.collect, "/run/collect", new FormData(form));
  });
}

// A link that a participant wrote would lead this page, and with it JupyterLab's frame, elsewhere.
for (const link of document.querySelectorAll("a[rel~=noreferrer]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    openBox(page.dataset.link);
    delete box.dataset.changed;
    lines.textContent = link.href;
    closeable(page.dataset.linkEnd);
  });
}

// -- marks and comments ------------------------------------------------------------------------------

function tell(field, words, wrong) {
  const place = field.closest("p").querySelector(".fg-saved");
  place.textContent = words;
  place.classList.toggle("wrong", Boolean(wrong));
}

const saving = new Set();

async function save(field, path, body) {
  tell(field, page.dataset.saving);
  const work = store(path, body);
  saving.add(work);
  try {
    const answer = await work;
    tell(field, page.dataset.saved);
    return answer;
  } catch (error) {
    tell(field, error.message, true);
    return null;
  } finally {
    saving.delete(work);
  }
}

async function saveScore(field) {
  if (!field.validity.valid) {
    tell(field, field.validationMessage, true);
    return;
  }
  const score = field.value === "" ? null : Number(field.value);
  const answer = await save(field, `/api/grade/${field.dataset.grade}`, { score });
  if (answer === null) return;
  field.toggleAttribute("data-waiting", answer.waiting);
  document.getElementById("total").textContent = String(Math.round(answer.total * 100) / 100);
}

for (const field of document.querySelectorAll("[data-grade]")) {
  field.addEventListener("change", () => saveScore(field));
}
for (const button of document.querySelectorAll("[data-give]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.for);
    field.value = button.dataset.give;
    saveScore(field);
    field.focus();
  });
}
for (const field of document.querySelectorAll("[data-comment]")) {
  field.addEventListener("change", () => save(field, `/api/comment/${field.dataset.comment}`, { comment: field.value }));
}
for (const button of document.querySelectorAll("[data-flag]")) {
  button.addEventListener("click", async () => {
    const answer = await store(`/api/flag/${button.dataset.flag}`, {}).catch(() => null);
    if (answer) button.setAttribute("aria-pressed", String(answer.flagged));
  });
}

// A field keeps what was typed last when the page is left: its change is stored first.
for (const link of document.querySelectorAll(".fg-bar a")) {
  link.addEventListener("click", async (event) => {
    if (document.activeElement !== link) document.activeElement.blur();
    if (saving.size === 0) return;
    event.preventDefault();
    await Promise.allSettled([...saving]);
    window.location.assign(link.href);
  });
}

const first = document.querySelector("[data-waiting]");
if (first) {
  const question = first.closest(".fg-question");
  question.scrollIntoView({ block: "start" });
  window.scrollBy(0, -document.querySelector(".fg-bar").offsetHeight - 8);
  first.focus({ preventScroll: true });
}

for (const button of document.querySelectorAll("[data-open]")) {
  if (window.parent === window) {
    button.disabled = true; // only JupyterLab, around this page, can open a notebook
    continue;
  }
  button.addEventListener("click", () => {
    const command = { command: "docmanager:open", arguments: { path: button.dataset.open } };
    window.parent.postMessage(JSON.stringify(command), window.location.origin);
  });
}

// -- names -------------------------------------------------------------------------------------------

const nameBox = document.getElementById("name");
if (nameBox) {
  const [firstName, lastName] = nameBox.querySelectorAll("input");
  let participant = "";
  for (const button of document.querySelectorAll("[data-name]")) {
    button.addEventListener("click", () => {
      participant = button.dataset.name;
      firstName.value = button.dataset.first;
      lastName.value = button.dataset.last;
      nameBox.showModal();
    });
  }
  nameBox.querySelector("form").addEventListener("submit", async (event) => {
    if (event.submitter && event.submitter.value === "cancel") return;
    event.preventDefault();
    try {
      await store("/api/name", { participant, first_name: firstName.value, last_name: lastName.value });
      window.location.reload();
    } catch (error) {
      document.getElementById("name-status").textContent = error.message;
    }
  });
}

// -- tables are sorted by the head that is pressed -------------------------------------------------------

function value(row, column) {
  const cell = row.cells[column];
  return cell.dataset.value ?? cell.textContent.trim();
}

function sort(table, head, column) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const rows = [...table.tBodies[0].rows].sort((a, b) => order.compare(value(a, column), value(b, column)));
  table.tBodies[0].append(...(down ? rows.reverse() : rows));
}

for (const table of document.querySelectorAll("table[data-sort]")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (head.classList.contains("fixed")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, head, column));
  });
}
