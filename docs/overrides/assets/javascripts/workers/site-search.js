// The worker that the site searches with: the theme's, whose name stands behind the question mark of this one's address
// (see main.html), with what readers type before it and what they are shown behind it.
//
// The index holds words as they stand on the pages, and the theme's worker asks it for terms of lunr's query language.
// What a reader types is made such terms here: no character of theirs is an operator, and each word is asked for as it
// is, as the beginning of a word, and without its ending, so that "volumes" finds "volume" and "removing" "remove". In
// which order the pages are shown is decided in ranking.js.

importScripts("ranking.js");

// These come with the index.
let separator = /\s+/;
let empty = [];
let common = [];
let alike = new Map();
let rank;

// Cut and trimmed as the worker does it with the pages.
const wordsOf = (text) =>
  text
    .toLowerCase()
    .split(separator)
    .map((word) => word.replace(/^\W+|\W+$/g, ""))
    .filter(Boolean);

// The first rule that fits makes of a word the beginning that its other forms share.
const endings = [
  [/^([a-z]{3,})(?:ies|ied|y)$/, "$1i"],
  [/^([a-z]+)([bdglmnprt])\2(?:ing|ed)$/, "$1$2"],
  [/^([a-z]{3,})(?:ing|ed)$/, "$1"],
  [/^([a-z]{2,}(?:ss|x|ch|sh))es$/, "$1"],
  [/^([a-z]{4,})es?$/, "$1"],
  [/^([a-z]{2,}[^s])s$/, "$1"],
];
const withoutEnding = (word) => {
  const rule = endings.find(([ending]) => ending.test(word));
  return rule ? word.replace(...rule) : word;
};

// Words of the same meaning, each with the others, by what their forms share.
const asAlike = (groups) => {
  const found = new Map();
  for (const group of groups.map((words) => words.map(withoutEnding)))
    for (const word of group) found.set(word, [...(found.get(word) || []), ...group.filter((other) => other !== word)]);
  return found;
};

const without = (dull, words) => {
  const some = words.filter((word) => !dull.includes(word));
  return some.length ? some : words;
};

// Each page's index entry holds what it is to be found by, each phrase as one word (`find_l_ps_`, see
// hooks/handbook/exports/search.py). So each run of words in a query is asked for as such a word too; the more of
// the query it is, the more it weighs.
const asWord = (words) => `find_${[...new Set(words)].sort().join("_")}_`;
const finds = (query) => {
  const words = without(empty, query.toLowerCase().match(/\w+/g) || [])
    .slice(-12)
    .map((word) => word.replace(/([a-z]{2}[^s])s$/, "$1"));
  const runs = words.flatMap((_, i) => words.slice(i).map((_, n) => words.slice(i, i + n + 1)));
  return runs.map((run) => `${asWord(run)}^${Math.ceil(10 * (run.length / words.length) ** 2)}`);
};

// What the last query asked for, and the word of the reader's that it was asked for.
let asked = new Map();
const ask = (query) => {
  const words = [...new Set(without([...empty, ...common], wordsOf(query)))];
  asked = new Map(words.flatMap((word) => [[withoutEnding(word), word], [word, word]]));
  const terms = words.flatMap((word) => [`${word}^4`, ...new Set([word, withoutEnding(word)])]);
  return [...terms, ...finds(query)].join(" ");
};

// The worker says of each section which terms it has and which it lacks. A reader wants to hear of the words that
// they typed, and only of those that the whole page lacks.
const tidy = (page) => {
  const has = new Set();
  for (const hit of page)
    for (const [term, found] of Object.entries(hit.terms)) if (found && asked.has(term)) has.add(asked.get(term));
  for (const hit of page) {
    delete hit.tags;
    delete hit.finds;
    delete hit.about;
    const words = Object.keys(hit.terms).flatMap((term) => asked.get(term) || []);
    hit.terms = Object.fromEntries(words.map((word) => [word, has.has(word)]));
    if (hit.text) hit.text = teaser(hit.text);
  }
};

// The worker hands over whole paragraphs and outputs with `<mark>` around what was found.
const BEFORE = 40;
const LENGTH = 200;
const teaser = (html) => {
  // Escaped text with marks is what stays; a teaser never cuts through either.
  const pieces = html
    .replace(/<(?!\/?mark>)[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .match(/<mark>.*?<\/mark>|&\w+;|[^<&]|[<&]/g) || [];
  const first = pieces.findIndex((piece) => piece.startsWith("<mark>"));
  let start = Math.max(first - BEFORE, 0);
  if (start) start = pieces.indexOf(" ", start) + 1;
  const end = start + LENGTH < pieces.length ? pieces.lastIndexOf(" ", start + LENGTH) : pieces.length;
  const text = pieces.slice(start, end).join("").trim();
  return text && `<p class="teaser">${start ? "… " : ""}${text}${end < pieces.length ? " …" : ""}</p>`;
};

const prepared = (message) => {
  if (message.type === 0) {
    separator = new RegExp(message.data.config.separator);
    ({ empty, common } = message.data.config);
    alike = asAlike(message.data.config.alike);
    rank = ranker(message.data.docs, {
      wordsOf,
      withoutEnding,
      alike: (word) => alike.get(word) || [],
      telling: (words) => without([...empty, ...common], words),
      told: (text) => without(empty, text.toLowerCase().match(/[a-z0-9]+/g) || []),
    });
  }
  if (message.type !== 2 || !message.data.trim()) return message;
  ranked = rank(message.data);
  return { ...message, data: ask(message.data) };
};

// The theme's worker has put the pages in lunr's order.
let ranked = { page: () => 0, section: () => 0 };
const inOrder = (pages) => {
  for (const page of pages) {
    // A page's own entry stands there, too, where only its sections were found; it has no mark to show.
    for (const hit of page) if (hit.score) hit.score = ranked.section(hit.location);
    page.sort((one, other) => other.score - one.score);
  }
  const score = new Map(pages.map((page) => [page, ranked.page(page[0].location.split("#")[0])]));
  pages.sort((one, other) => score.get(other) - score.get(one));
};

// The theme's worker listens and answers with these two.
let theirs;
const answer = self.postMessage.bind(self);
self.postMessage = (message) => {
  const pages = message.data?.items || [];
  pages.forEach(tidy);
  inOrder(pages);
  answer(message);
};
self.addEventListener = (_, listener) => (theirs = listener);
importScripts(/^\?(search\.\w+\.min\.js)$/.exec(location.search)[1]);
self.onmessage = ({ data }) => theirs({ data: prepared(data) });

// lunr keeps the words of its index in a graph, and takes two nodes for the same one whose edges read alike. It writes
// an edge as a letter and a number with nothing between it and the next edge; where letters are digits, nodes are
// mixed up, words get lost, and others that no page has break a query. A comma tells them apart.
lunr.TokenSet.prototype.toString = function () {
  if (this._str) return this._str;
  const edges = Object.keys(this.edges).sort();
  return [this.final ? 1 : 0, ...edges.map((letter) => letter + this.edges[letter].id)].join();
};
