// The reader's own engine: what it printed is shown first, on every page and at every visit.
// Without this script the newest engine's output stands there, and what others print is folded below it.
(() => {
  const KEY = "handbook.engine";
  const chooser = document.querySelector(".engines");
  const radios = chooser ? [...chooser.querySelectorAll("input")] : [];

  const stored = () => {
    try {
      return localStorage.getItem(KEY) || "";
    } catch {
      return ""; // A browser may keep nothing.
    }
  };
  const store = (engine) => {
    try {
      localStorage.setItem(KEY, engine);
    } catch {
      // The choice holds for this page.
    }
  };

  const prints = (view, engine) => view.dataset.on.split(" ").includes(engine);

  // Each step with several views, as it was built: the newest in front, each other one in a fold.
  const steps = [...document.querySelectorAll(".step")]
    .map((step) => ({
      front: step.querySelector(":scope > .view-slot"),
      folds: [...step.querySelectorAll(":scope > .differs")].map((fold) => ({
        element: fold,
        hidden: fold.hidden,
        how: fold.querySelector(".differs-how"),
        says: fold.querySelector(".differs-how").textContent,
        slot: fold.querySelector(".view-slot"),
        view: fold.querySelector(".view"),
        labels: fold.querySelectorAll(".differs-on"),
      })),
    }))
    .filter(({ front }) => front)
    .map((step) => ({ ...step, newest: step.front.firstElementChild }));

  // Paragraphs that hold on some engines alone say so in words; of these, a reader needs those of one engine.
  const paragraphs = [...document.querySelectorAll(".on-engines")];
  const tell = (engine) => {
    for (const paragraph of paragraphs) paragraph.hidden = !prints(paragraph, engine);
  };

  const show = (engine) => {
    let changed = 0;
    tell(engine);
    for (const { front, newest, folds } of steps) {
      const own = prints(newest, engine) ? undefined : folds.find(({ view }) => prints(view, engine));
      changed += own ? 1 : 0;
      front.replaceChildren(own ? own.view : newest);
      for (const fold of folds) {
        const view = fold === own ? newest : fold.view;
        fold.slot.replaceChildren(view);
        fold.element.hidden = fold.hidden && fold !== own;
        fold.how.textContent = fold === own ? "differs on" : fold.says;
        for (const label of fold.labels) label.textContent = view.dataset.names;
      }
    }
    dispatchEvent(new Event("resize"));
    return changed;
  };

  if (chooser) {
    chooser.hidden = false;
    const say = document.querySelector(".engines-say");
    const built = say.textContent;
    // On a phone the choice is folded below this word, which tells what was chosen.
    const chosen = document.querySelector(".strip-more > summary");
    const name = (engine) => (chosen.textContent = engine.length > 6 ? engine : `Engine ${engine}`);
    name(radios.find(({ checked }) => checked).value);
    chooser.addEventListener("change", ({ target }) => {
      name(target.value);
      store(target.value);
      const changed = show(target.value);
      const steps = changed === 1 ? "1 step is" : `${changed} steps are`;
      // Python listings stand on: what docker-py prints is known of the other engines.
      const python = "shellOnly" in target.dataset ? `, and docker-py was not run on ${target.value}` : "";
      say.textContent = target === radios[0] ? built : `${steps} other than on ${radios[0].value}${python}`;
    });
  }

  const engine = stored();
  const radio = radios.find(({ value }) => value === engine);
  if (radio && !radio.checked) {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (!chooser && engine) show(engine);
  else if (radios.length) {
    // An engine that the site has no more: on a page without a chooser, its paragraphs would all be hidden.
    if (engine && !radio) store("");
    tell(radios[0].value);
  }
})();
