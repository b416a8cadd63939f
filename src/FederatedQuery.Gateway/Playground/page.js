// GraphiQL with the explorer. The endpoint is the page's own address, so it works under any prefix that a proxy adds.
const { createElement, Fragment, useState, useSyncExternalStore } = React;
const endpoint = location.origin + location.pathname;
/** The dashboard's. */
const root = new URL(location.pathname.endsWith('/') ? '../' : './', location.href);
const given = new URLSearchParams(location.search);

const example = `# Every table is read from both tiers as one.
query Example {
  tables {
    name
    dataSource
    hotRows
    coldRows
  }
  federatedQuery(query: "SELECT 1 AS one") {
    data
    rowCount
    executionTime
    dataSource
  }
}
`;

// The dashboard knows who is signed in, in this tab; a gateway may have been built without it. Both lie below the same root.
const session = await import(new URL('assets/playground.js', root)).catch((error) => {
  console.warn('The dashboard is not there to sign in with; a key can be written among the headers.', error);
  return null;
});

/** Whether the gateway has refused somebody whom it does not know. */
let isRefused = false;
const listeners = new Set();
const refusals = {
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  now: () => isRefused,
};

async function watchedFetch(input, init) {
  const response = await fetch(input, init);
  const refused = response.status === 401;
  if (refused !== isRefused) {
    isRefused = refused;
    listeners.forEach((listener) => listener());
  }
  return response;
}

/** With the key or token of the tab, unless the editor of headers has one of its own. A subscription has them in `connection_init`. */
async function fetcher(parameters, options) {
  const written = Object.keys(options?.headers ?? {}).some((name) => /^(authorization|x-api-key)$/i.test(name));
  const headers = written || session === null ? {} : await session.credentials();
  const ask = GraphiQL.createFetcher({
    url: endpoint, subscriptionUrl: written || session === null ? endpoint.replace(/^http/, 'ws') : await session.socketAddress(), fetch: watchedFetch, headers, wsConnectionParams: headers,
  });
  return ask(parameters, options);
}

/** Who is signed in; nothing while nobody need be. */
function Who() {
  const refused = useSyncExternalStore(refusals.subscribe, refusals.now);
  if (session === null || !(refused || session.isSignedIn())) {
    return null;
  }

  const signIn = createElement('a', { href: session.signInAddress(session.here()) }, 'Sign in');
  return createElement('div', { className: 'who', role: 'status' }, refused
    ? [session.isSignedIn() ? 'The gateway does not take your key or token (any more). ' : 'This gateway asks who you are. ', createElement(Fragment, { key: 'link' }, signIn)]
    : ['You are signed in. ', createElement('button', { key: 'out', type: 'button', onClick: () => session.signOut() }, 'Sign out')]);
}

const explorer = GraphiQLPluginExplorer.explorerPlugin({ showAttribution: false });

/** Fields put in where a document lacks a selection: all that have no parts, but not the superseded ones. */
function getDefaultFieldNames(type) {
  const { getNamedType, isLeafType, isRequiredArgument } = GraphiQL.GraphQL;
  return 'getFields' in type
    ? Object.values(type.getFields())
      .filter((field) => isLeafType(getNamedType(field.type)) && !field.deprecationReason && !field.args.some(isRequiredArgument))
      .map((field) => field.name)
    : ['__typename'];
}

/** Variables in the address are JSON; what is not is shown as it came, for the editor to mark. */
function prettyVariables(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function Playground() {
  // The operation that the address names is what runs, as long as the document is the one of the address.
  const [operationName, setOperationName] = useState(given.get('operationName') ?? undefined);
  const forgetUnless = (query) => {
    if (query !== given.get('query')) {
      setOperationName(undefined);
    }
  };
  return createElement('div', { className: 'page' }, createElement(Who), createElement('div', { className: 'editor' }, createElement(GraphiQL, {
    fetcher,
    plugins: [explorer],
    defaultQuery: example,
    query: given.get('query') ?? undefined,
    variables: given.has('variables') ? prettyVariables(given.get('variables')) : undefined,
    operationName,
    onEditQuery: forgetUnless,
    onTabChange: ({ tabs, activeTabIndex }) => forgetUnless(tabs[activeTabIndex].query),
    getDefaultFieldNames,
    defaultEditorToolsVisibility: true,
    showPersistHeadersSettings: true,
    inputValueDeprecation: true,
    schemaDescription: true,
  }, createElement(GraphiQL.Logo, null, createElement('a', { href: root.href }, 'FederatedQuery')))));
}

/** Tab indents in an editor; after Escape it leaves, so that keyboards alone get on. */
let isLeaving = false;
addEventListener('keydown', (event) => {
  if (event.key === 'Tab' && isLeaving) {
    event.stopPropagation();
  }
  isLeaving = event.target.closest?.('.CodeMirror') != null && (event.key === 'Escape' || (isLeaving && event.key === 'Shift'));
}, true);

/** Editors are called as their parts of the page are: GraphiQL has no names for them. */
const container = document.getElementById('graphiql');
new MutationObserver(() => {
  for (const area of container.querySelectorAll('.CodeMirror textarea:not([aria-label])')) {
    area.setAttribute('aria-label', area.closest('section')?.getAttribute('aria-label') ?? 'Editor');
  }
}).observe(container, { childList: true, subtree: true });

ReactDOM.createRoot(container).render(createElement(Playground));
