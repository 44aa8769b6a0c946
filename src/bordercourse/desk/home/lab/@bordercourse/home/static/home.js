// Written by hand in the form in which JupyterLab loads an extension that was built: no build step, no Node.
//
// 1. A link in the top line leads home from every page; what is open is saved first.
// 2. A lesson or exercise that was opened from home has its cells run, and stands at its top.
// 3. A page opens without side bars: one that was pulled wide in a larger window would take the page.
// 4. What JupyterLab and its widgets leave without a name gets one, for those who hear the page.
//
// What it says stands here in English; desk/lab_words.py gives the words of the workspace's language.
(() => {
  const NAME = "@bordercourse/home";
  // JupyterLab takes the address apart as it opens the page, so it is read here, before.
  const wanted = new URLSearchParams(window.location.search).get("course");
  const page = decodeURIComponent(window.location.pathname.split("/lab/tree/")[1] ?? "");

  const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const words = JSON.parse(config.bordercourseWords ?? "{}");
  const say = (english) => words[english] ?? english;

  function addLink(app) {
    const link = document.createElement("a");
    link.id = "bc-home";
    link.href = config.baseUrl + "bordercourse/home";
    link.textContent = "⌂ " + say("Home");
    link.title = say("To the page with all lessons and exercises");
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        await app.commands.execute("docmanager:save");
      } catch {
        // nothing was open to save
      }
      window.location.assign(link.href);
    });
    document.body.prepend(link); // first in the order of the Tab key
  }

  // The page that the address names; another may stand in its place until it is there.
  async function opened(app) {
    for (let tries = 0; tries < 300; tries++) {
      const panel = app.shell.currentWidget;
      if (panel?.sessionContext && panel.context?.path === page) {
        return panel;
      }
      await new Promise((again) => setTimeout(again, 100));
    }
    return null;
  }

  async function runAndGoUp(app) {
    const kind = /^(lessons|exercises)\//.exec(page);
    const panel = kind && (await opened(app));
    if (!panel) {
      return;
    }
    panel.addClass("bc-" + kind[1]);
    keepNamed(panel);
    if (wanted !== "run") {
      return;
    }
    // Who scrolls or types meanwhile stays where they are, and no letter of theirs is lost.
    let busy = false;
    for (const act of ["pointerdown", "keydown", "wheel"]) {
      panel.node.addEventListener(act, () => (busy = true), { capture: true, once: true, passive: true });
    }
    await panel.context.ready;
    await panel.sessionContext.ready;
    const notebook = panel.content;
    const top = () => busy || panel.node.querySelector(".jp-WindowedPanel-outer")?.scrollTo(0, 0);
    const { activeCell, activeCellIndex, mode } = notebook;
    const place = activeCell?.editor?.getCursorPosition();
    notebook.activeCellIndex = busy ? activeCellIndex : 0;
    const ran = app.commands.execute("notebook:run-all-cells"); // it closes the cell in which somebody types
    if (busy) {
      notebook.activeCellIndex = activeCellIndex;
      if (mode === "edit" && activeCell) {
        activeCell.rendered = false;
        notebook.mode = mode;
        activeCell.editor?.setCursorPosition(place);
      }
    }
    await ran;
    panel.addClass("bc-ran");
    if (!busy) {
      notebook.activeCellIndex = 0;
      notebook.deselectAll();
    }
    top();
    setTimeout(top, 300); // once more, when the last outputs have their height
  }

  const NAMES = [
    [".jp-collapseHeadingButton", () => say("Fold or unfold this part")],
    [".jp-CodeCell .cm-content[role=textbox]", () => say("Code or answer")],
    [".jp-MarkdownCell .cm-content[role=textbox]", () => say("Text")],
    ["input.widget-input[title]", (node) => node.title],
    // A handle has its slider's words: "On the health list (%)".
    [".noUi-handle", (node) => node.closest(".jupyter-widgets")?.querySelector(".widget-label")?.textContent],
  ];

  // JupyterLab asks no catalogue for these names.
  const UNASKED = [
    ["Markdown Cell Content", say("Markdown Cell Content")],
    ["main area content", say("main area content")],
    ["main area toolbar", say("main area toolbar")],
  ];

  // JupyterLab draws a figure without the description that its output holds.
  function describeFigures(panel) {
    for (const cell of panel.content.widgets) {
      cell.outputArea?.widgets.forEach((output, at) => {
        const alt = cell.outputArea.model.get(at)?.metadata["image/png"]?.alt;
        const picture = output.node.querySelector(".jp-RenderedImage img:not([alt])");
        if (alt && picture) {
          picture.alt = alt;
        }
      });
    }
    for (const picture of panel.node.querySelectorAll("img.widget-image:not([alt])")) {
      picture.alt = say("A drawing. The text below it says what it shows.");
    }
  }

  function nameThings(panel) {
    for (const [selector, name] of NAMES) {
      for (const node of panel.node.querySelectorAll(selector + ":not([aria-label])")) {
        node.setAttribute("aria-label", name(node) || say("Value"));
      }
    }
    for (const [english, name] of UNASKED) {
      for (const node of name === english ? [] : panel.node.querySelectorAll(`[aria-label="${english}"]`)) {
        node.setAttribute("aria-label", name);
      }
    }
    for (const label of panel.node.querySelectorAll(".widget-label[title=null]")) {
      label.removeAttribute("title"); // a widget without a tooltip says "null"
    }
    describeFigures(panel);
  }

  // Cells come and go as a reader scrolls, so the page is watched; once a frame is often enough.
  function keepNamed(panel) {
    let waiting = false;
    const soon = () => {
      if (!waiting) {
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          nameThings(panel);
        });
      }
    };
    new MutationObserver(soon).observe(panel.node, { childList: true, subtree: true });
    soon();
  }

  const plugin = {
    id: NAME + ":plugin",
    autoStart: true,
    activate(app) {
      addLink(app);
      app.restored.then(async () => {
        const skip = document.querySelector("#jp-skiplink a"); // JupyterLab asks no catalogue for it
        if (skip) {
          skip.textContent = say("Skip to main panel");
        }
        app.shell.collapseLeft();
        app.shell.collapseRight();
        await runAndGoUp(app);
      });
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = { init: () => {}, get: async () => () => ({ __esModule: true, default: plugin }) };
})();
