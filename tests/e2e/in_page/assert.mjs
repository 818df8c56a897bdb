// Stands in for node:assert/strict in a page: what the tests use of it.
const show = (value) => (value instanceof Error ? `${value}` : JSON.stringify(value) ?? `${value}`);
const names = (value) => Object.keys(value).sort();

function same(one, other) {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Date) return one.getTime() === other.getTime();
  const keys = names(one);
  return keys.join() === names(other).join() && keys.every((key) => same(one[key], other[key]));
}

function check(holds, message) {
  if (!holds) throw new Error(message);
}

export default {
  ok: (value, message) => check(value, message ?? `expected a truth, got ${show(value)}`),
  equal: (actual, expected) => check(Object.is(actual, expected), `expected ${show(expected)}, got ${show(actual)}`),
  notEqual: (actual, expected) => check(!Object.is(actual, expected), `expected anything but ${show(expected)}`),
  deepEqual: (actual, expected) => check(same(actual, expected), `expected ${show(expected)}, got ${show(actual)}`),
  match: (actual, pattern) => check(pattern.test(actual), `expected ${pattern}, got ${show(actual)}`),
  fail: (message) => check(false, message),
};
