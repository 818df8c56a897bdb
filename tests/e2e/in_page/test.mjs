// Stands in for node:test in a page: collects tests, and runs one when told to.
const tests = [];

export function test(title, body) {
  tests.push({ title, body });
}

export const titles = () => tests.map(({ title }) => title);

/** Runs a test; the answer is what went wrong, or null. */
export async function run(index) {
  const after = [];
  let fault = null;
  try {
    await tests[index].body({ after: (step) => after.push(step) });
  } catch (error) {
    fault = `${error?.stack ?? error}`;
  }
  for (const step of after) await step();
  return fault;
}
