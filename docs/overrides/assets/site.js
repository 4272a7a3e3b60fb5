// Small helps that need a script. Without it every page can still be read whole.
(() => {
  // What scrolls sideways can be reached and scrolled by keyboard.
  const scrollers = ".run samp, .run kbd, .run code, .picture-scroll, .run-capture samp";
  const mark = () => {
    for (const el of document.querySelectorAll(scrollers)) {
      if (el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 1) el.tabIndex = 0;
      else el.removeAttribute("tabindex");
    }
  };
  mark();
  addEventListener("resize", mark);
  addEventListener("load", mark);
  document.addEventListener("toggle", mark, true);
  document.addEventListener("change", () => setTimeout(mark, 0));

  // Opened as a file, with no server to do it, a link to a folder would show a list of files: its page is named.
  if (location.protocol === "file:")
    for (const link of document.querySelectorAll("a[href]"))
      if (link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";

  // On paper every fold is open; afterwards each is as it was.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });

  // A link to something inside a fold or a tab opens it.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let el = target.parentElement; el; el = el.parentElement) {
      if (el.localName === "details") el.open = true;
      if (el.classList.contains("tabbed-block")) {
        const index = [...el.parentElement.children].indexOf(el);
        el.closest(".tabbed-set").querySelectorAll(":scope > input")[index].checked = true;
      }
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");

  // How long each step took differs from build to build, so it lies in a file of its own.
  const cells = document.querySelectorAll("td[data-seconds]");
  if (cells.length) {
    fetch("../captures/seconds.json")
      .then((answer) => (answer.ok ? answer.json() : {}))
      .then((seconds) => {
        for (const cell of cells) {
          const value = seconds[cell.dataset.seconds];
          if (value !== undefined) cell.textContent = value.toFixed(1);
        }
      })
      .catch(() => {});
  }
})();
