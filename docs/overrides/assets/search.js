// Stands between the theme and its search worker. It must be there before the theme's own script is.
(() => {
  // To the search, a leading dash means "without this word". Readers who type a flag want the flag.
  const plain = (query) =>
    query
      .split(/\s+/)
      .map((word) => {
        const flag = /^-{1,2}([A-Za-z][\w-]*)/.exec(word);
        return flag ? flag[1].split("-").join(" ") : word;
      })
      .join(" ");
  // Each page's index entry holds what it is to be found by as one word, `find_docker_ps_l_` (see render/search.py).
  // So each run of words in a query is asked for as such a word too; the longest that fits weighs most.
  const finds = (query) => {
    const words = (query.toLowerCase().match(/[a-z0-9]+/g) || []).slice(0, 8);
    const runs = words.flatMap((_, i) => words.slice(i).map((_, n) => words.slice(i, i + n + 1)));
    return runs.map((run) => `find_${run.join("_")}_^${run.length}`).join(" ");
  };
  // The answer names the words that a page lacks. A reader did not type these.
  const tidy = ({ data: message }) => {
    for (const hit of (message?.data?.items || []).flat()) {
      delete hit.tags;
      for (const word of Object.keys(hit.terms || {})) if (word.startsWith("find_")) delete hit.terms[word];
    }
  };
  const { addEventListener: listen, postMessage: send } = Worker.prototype;
  Worker.prototype.postMessage = function (message, ...rest) {
    const query = message && message.type === 2 && typeof message.data === "string" && message.data.trim();
    return send.call(this, query ? { ...message, data: `${plain(query)} ${finds(query)}` } : message, ...rest);
  };
  const tidied = new WeakSet();
  Worker.prototype.addEventListener = function (type, ...rest) {
    if (type === "message" && !tidied.has(this)) {
      tidied.add(this);
      listen.call(this, type, tidy);
    }
    return listen.call(this, type, ...rest);
  };
})();
