// Written by hand in the form in which JupyterLab loads an extension that was built: no build step, no Node.
//
// 1. A link in the top line leads home from every page; what is open is saved first.
// 2. A lesson or exercise that was opened from home has its cells run, and stands at its top.
// 3. A page opens without side bars: one that was pulled wide in a larger window would take the page.
(() => {
  const NAME = "@bordercourse/home";
  // JupyterLab takes the address apart as it opens the page, so it is read here, before.
  const wanted = new URLSearchParams(window.location.search).get("course");
  const page = decodeURIComponent(window.location.pathname.split("/lab/tree/")[1] ?? "");

  function addLink(app) {
    const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
    const link = document.createElement("a");
    link.id = "bc-home";
    link.href = config.baseUrl + "bordercourse/home";
    link.textContent = "⌂ Home";
    link.title = "To the page with all lessons and exercises";
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
    const place = /^(lessons|exercises)\//.exec(page);
    const panel = place && (await opened(app));
    if (!panel) {
      return;
    }
    panel.addClass("bc-" + place[1]);
    if (wanted !== "run") {
      return;
    }
    await panel.context.ready;
    await panel.sessionContext.ready;
    const top = () => panel.node.querySelector(".jp-WindowedPanel-outer")?.scrollTo(0, 0);
    panel.content.activeCellIndex = 0;
    await app.commands.execute("notebook:run-all-cells");
    panel.content.activeCellIndex = 0;
    panel.content.deselectAll();
    top();
    setTimeout(top, 300); // once more, when the last outputs have their height
  }

  const plugin = {
    id: NAME + ":plugin",
    autoStart: true,
    activate(app) {
      addLink(app);
      app.restored.then(async () => {
        app.shell.collapseLeft();
        app.shell.collapseRight();
        await runAndGoUp(app);
      });
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = { init: () => {}, get: async () => () => ({ __esModule: true, default: plugin }) };
})();
