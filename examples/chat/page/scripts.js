// The official client. The server answers from node_modules, or sends the browser on to a CDN;
// `integrity` holds either of them to the very files that were published.
const CLIENT = {
  src: "/scripts/signalr.min.js",
  integrity: "sha384-N+pL/4qXZHZcvsa6hVMd5/7cdF3lC59ZMNHeQyRo5q9jmC7yw0hcJILPjUDSU7ZS",
};
const MESSAGE_PACK = {
  src: "/scripts/signalr-protocol-msgpack.min.js",
  integrity: "sha384-n6iFjTkQ2ZSd8IQ2S54Pdvo3eSmk/ulGO1Uc2ZNzAS7A6mGgJGQ9ZG0u75b2MWrp",
};
const REMEDY =
  "The server looked for it in node_modules and, not finding it there, sent your browser to cdn.jsdelivr.net, " +
  "which did not deliver it either. Go online, or run “npm ci” in tests/e2e, and load this page again.";

/** Loads both scripts; resolves to what can be used and, if something is missing, a sentence about it. */
export async function loadScripts() {
  if (!(await load(CLIENT))) {
    return { client: false, messagePack: false, problem: `The chat needs the SignalR client script, and it could not be had. ${REMEDY}` };
  }
  if (!(await load(MESSAGE_PACK))) {
    return { client: true, messagePack: false, problem: `The MessagePack script could not be had, so JSON is the only choice. ${REMEDY}` };
  }
  return { client: true, messagePack: true, problem: "" };
}

function load({ src, integrity }) {
  return new Promise((resolve) => {
    const script = document.createElement("script");
    Object.assign(script, { src, integrity, crossOrigin: "anonymous" });
    script.onload = () => resolve(true);
    script.onerror = () => resolve(false);
    document.head.append(script);
  });
}
