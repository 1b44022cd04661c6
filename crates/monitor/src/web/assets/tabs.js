// The tabs of the page. The chosen one is in the address, so that a link opens it.

import { setText } from '/words.js';

const element = (id) => document.getElementById(id);
const tabs = ['records', 'analytics'];
const SKIP = { records: 'Skip to the diagram', analytics: 'Skip to the figures' };

/** Calls `opened(name)` when a tab is opened, also for the first one. */
export function useTabs(opened) {
  const open = (name, focus = false) => {
    for (const tab of tabs) {
      const chosen = tab === name;
      element(`tab-${tab}`).setAttribute('aria-selected', chosen);
      element(`tab-${tab}`).tabIndex = chosen ? 0 : -1;
      element(`panel-${tab}`).hidden = !chosen;
    }
    if (focus) element(`tab-${name}`).focus();
    setText(element('skip'), SKIP[name]);
    opened(name);
  };
  const choose = (name, focus) => {
    // Without a new entry in the history: the button “back” leaves the page, as before.
    history.replaceState(null, '', name === 'records' ? location.pathname : `#${name}`);
    open(name, focus);
  };
  for (const [index, tab] of tabs.entries()) {
    element(`tab-${tab}`).addEventListener('click', () => choose(tab));
    element(`tab-${tab}`).addEventListener('keydown', (event) => {
      const next = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      choose(tabs[(next + tabs.length) % tabs.length], true);
    });
  }
  const asked = () => (location.hash === '#analytics' ? 'analytics' : 'records');
  addEventListener('hashchange', () => open(asked()));
  element('skip').addEventListener('click', (event) => {
    if (element('panel-analytics').hidden) return;
    event.preventDefault();
    element('proof-word').focus();
  });
  open(asked());
}
