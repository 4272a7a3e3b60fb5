// How well each page answers a query. lunr finds the pages; in which order they are shown is decided here, by what a
// whole section says, not by single words: a word in a title ("Who may use Docker") is no answer to "name already in
// use", and what a page was to be found by counts as much as it is of the query.

const TITLE = 0.8; // what a word in a section's title adds to one in its text
const PAGE = 0.9; // and one in the page's title
const ABOUT = 0.5; // and one in its description
const SHOWN = 0.4; // a word in a command or an output is less than one that somebody wrote about them
const FOUND = 12; // a phrase of a page's `finds` that is all of the query
const PARTLY = 6; // and one that is nearly so
const COMMAND = 0.5; // how much of a command is its beginning
const ALIKE = 0.5; // a word of the same meaning counts for so much
const BEGUN = 0.6; // and a word of which the query has the beginning
const BESIDE = 0.55; // two words that stand side by side in the query and in the text
const WHOLE = 0.8; // all of the query, word for word
const RARE = 6; // what a word weighs that no section has
const FIGURE = 0.4; // a word without a letter

// One section, prepared: how often each word stands in it (by what its forms share), and its words in order.
const asSection = (entry, tools) => {
  const words = [];
  const counts = new Map();
  for (const part of entry.text.split(/(<pre>.*?<\/pre>)/s)) {
    const each = part.startsWith("<pre>") ? SHOWN : 1;
    for (const word of tools.wordsOf(plain(part))) {
      words.push(word);
      const stem = tools.withoutEnding(word);
      counts.set(stem, (counts.get(stem) || 0) + each);
    }
  }
  const stems = (text) => new Set(tools.wordsOf(text).map(tools.withoutEnding));
  return {
    location: entry.location,
    page: entry.location.split("#")[0],
    boost: entry.boost ?? 1,
    counts,
    length: words.length,
    title: stems(plain(entry.title)),
    about: stems(entry.about || ""),
    line: ` ${words.join(" ")} `,
    finds: (entry.finds || []).map((text) => ({
      words: [...new Set(tools.told(text).map(tools.withoutEnding))],
      begins: `${tools.wordsOf(text).join(" ")} `,
      shouted: /^[A-Z]+$/.test(text),
    })),
  };
};
const plain = (html) =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");

// `tools` cuts text into words, takes endings off, and knows which words say little and which mean the same.
const ranker = (entries, tools) => {
  const sections = entries.map((entry) => asSection(entry, tools));
  const own = new Map(sections.filter((s) => s.location === s.page).map((s) => [s.page, s]));
  const holders = new Map();
  for (const section of sections)
    for (const word of new Set([...section.counts.keys(), ...section.title, ...section.about]))
      holders.set(word, (holders.get(word) || 0) + 1);
  const known = [...holders.keys()];
  const average = sections.reduce((sum, section) => sum + section.length, 0) / (sections.length || 1);
  // A number tells little: that of an error message is another one on each machine.
  const weighs = (word) =>
    (/[a-z]/.test(word) ? 1 : FIGURE) *
    (holders.has(word) ? Math.log(1 + (sections.length - holders.get(word) + 0.5) / (holders.get(word) + 0.5)) : RARE);

  // A word of the query: the forms that stand for it, each with what it counts for.
  const meant = (word, last) => {
    const stem = tools.withoutEnding(word);
    const forms = new Map([[stem, 1]]);
    for (const other of tools.alike(stem)) if (!forms.has(other)) forms.set(other, ALIKE);
    if (last || !holders.has(stem))
      for (const other of known) if (other !== stem && other.startsWith(word) && !forms.has(other)) forms.set(other, BEGUN);
    // What no page says, in no form, tells no page from another.
    return { word, stem, forms: [...forms], weight: [...forms.keys()].some((form) => holders.has(form)) ? weighs(stem) : 0 };
  };

  const inText = (section, { forms }) =>
    Math.max(
      ...forms.map(([form, counts]) => {
        const times = section.counts.get(form) || 0;
        return (counts * times) / (times + 0.4 + 0.6 * (section.length / average));
      }),
    );
  const inTitle = (title, { forms }) => Math.max(...forms.map(([form, counts]) => (title?.has(form) ? counts : 0)));

  const scoreOf = (section, query) => {
    let score = 0;
    let had = 0;
    for (const term of query.terms) {
      const text = inText(section, term);
      const title = inTitle(section.title, term);
      const page = inTitle(own.get(section.page)?.title, term);
      const about = inTitle(own.get(section.page)?.about, term);
      score += term.weight * (text + TITLE * title + PAGE * page + ABOUT * about);
      had += term.weight * Math.max(Math.min(1, 2 * text), title, page, about);
    }
    for (const [pair, weight] of query.pairs) if (section.line.includes(pair)) score += BESIDE * weight;
    if (query.whole && section.line.includes(query.whole)) score += WHOLE * query.weight;
    return query.weight && score * (had / query.weight) ** 1.5;
  };

  // What a page was to be found by counts by how much of it and of the query is the same. A command with more words
  // behind it is that command. An instruction such as VOLUME is not meant by whoever types the word in small letters,
  // and nothing else by whoever does not.
  const found = (section, query) => {
    let best = 0;
    for (const { words, begins, shouted } of section.finds) {
      if (shouted && !query.shouted.has(words[0])) continue;
      let shared = 0;
      let more = 0;
      for (const word of words) {
        const other = tools.alike(word).find((each) => query.said.has(each) && !words.includes(each));
        if (query.said.has(word)) shared += weighs(word);
        else if (other) shared += ALIKE * weighs(other);
        else more += weighs(word);
      }
      const part = Math.max(shared / (query.all + more), words.length > 1 && query.typed.startsWith(begins) ? COMMAND : 0);
      best = Math.max(best, part >= 0.999 ? FOUND + (shouted ? 1 : 0) : PARTLY * part ** (more || words.length < 2 ? 3 : 1.2));
    }
    return best * query.all;
  };

  // The pages by how well they answer, each with its sections in that order.
  return (text) => {
    const typed = tools.wordsOf(text);
    const words = tools.telling(typed);
    if (!words.length) return { section: () => 0, page: () => 0 };
    const terms = [...new Set(words)].map((word) => meant(word, word === typed[typed.length - 1])).filter((t) => t.weight);
    const weight = terms.reduce((sum, term) => sum + term.weight, 0);
    const said = new Set(tools.told(text).map(tools.withoutEnding));
    const little = new Map(typed.map((word) => [word, words.includes(word) ? weighs(tools.withoutEnding(word)) : 0.5]));
    const query = {
      terms,
      weight,
      said,
      all: [...said].reduce((sum, word) => sum + weighs(word), 0),
      typed: `${typed.join(" ")} `,
      shouted: new Set((text.match(/\b[A-Z]{2,}\b/g) || []).map((word) => tools.withoutEnding(word.toLowerCase()))),
      pairs: typed.slice(1).map((word, i) => [` ${typed[i]} ${word} `, (little.get(typed[i]) + little.get(word)) / 2]),
      whole: typed.length > 2 ? ` ${typed.join(" ")} ` : "",
    };
    const scores = new Map();
    const best = new Map();
    for (const section of sections) {
      const score = section.boost * (scoreOf(section, query) + found(section, query));
      scores.set(section.location, score);
      const [first, second] = best.get(section.page) || [0, 0];
      best.set(section.page, score > first ? [score, first] : [first, Math.max(second, score)]);
    }
    return {
      section: (location) => scores.get(location) || 0,
      page: (location) => {
        const [first, second] = best.get(location) || [0, 0];
        return first + 0.25 * second;
      },
    };
  };
};
