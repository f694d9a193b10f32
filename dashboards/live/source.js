// The agent: questions to its API, and the stream of news.

let token = sessionStorage.getItem("plumbline.token");

export function useToken(text) {
  token = text;
  sessionStorage.setItem("plumbline.token", text);
}

const headers = () => (token ? { authorization: `Bearer ${token}` } : {});

/** The agent answered, but not with what was asked for. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem?.detail ? `${problem.detail}; expected ${problem.expected}` : `status ${status}`);
    this.status = status;
    this.isRetryable = problem?.retryable === true;
  }
}

async function refusal(response) {
  return new Refusal(response.status, await response.json().catch(() => null));
}

/** The answer of the API to a GET, parsed. */
export async function ask(path, parameters = {}, signal) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value != null) query.set(name, value);
  const target = query.size ? `${path}?${query}` : path;
  const response = await fetch(target, { headers: headers(), cache: "no-store", signal });
  if (!response.ok) throw await refusal(response);
  return response.json();
}

const patience = 5, patienceEvery = 1_500;

/** The same, and again after a while where the agent says that another question comes first. */
export async function askPatiently(path, parameters) {
  for (let left = patience; ; left--) {
    try {
      return await ask(path, parameters);
    } catch (error) {
      if (!error.isRetryable || !left) throw error;
      await new Promise(resolve => setTimeout(resolve, patienceEvery));
    }
  }
}

let description = null;

/** Whether this agent answers a path at all, by its own description. */
export async function offers(path) {
  description ??= ask("/openapi.json");
  try {
    return path in (await description).paths;
  } catch (error) {
    description = null;
    throw error;
  }
}

const silence = 5_000, longestPause = 8_000, hiddenFor = 30_000;

/**
 * Hears the agent's beats for as long as the page is looked at, and begins again when they stop.
 *
 * `onState` is told "connecting", "live", "lost" (with the seconds until the next attempt) or "refused" (with why).
 */
export function listen(onBeat, onState) {
  let current = null, pause = 1_000, timer = null, hidden = null;

  async function connect() {
    clearTimeout(timer);
    const attempt = (current = new AbortController());
    let watchdog = setTimeout(() => attempt.abort(), silence);
    onState("connecting");
    try {
      const response = await fetch("/api/v1/stream", { headers: headers(), cache: "no-store", signal: attempt.signal });
      if (!response.ok) throw await refusal(response);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => attempt.abort(), silence);
        text += value;
        const events = text.split("\n\n");
        text = events.pop();
        for (const event of events) {
          const data = event.split("\n").find(line => line.startsWith("data: "));
          if (!data) continue;
          pause = 1_000;
          onState("live");
          onBeat(JSON.parse(data.slice(6)));
        }
      }
      throw new Error("the agent has ended the stream");
    } catch (error) {
      clearTimeout(watchdog);
      if (current !== attempt) return;
      if (error instanceof Refusal) onState("refused", error);
      else onState("lost", { seconds: pause / 1000 });
      timer = setTimeout(connect, pause);
      pause = Math.min(longestPause, pause * 2);
    }
  }

  function disconnect() {
    clearTimeout(timer);
    const old = current;
    current = null;
    old?.abort();
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(disconnect, hiddenFor);
    else if (!current) connect();
  });
  connect();
  return { again: () => { disconnect(); pause = 1_000; connect(); } };
}
