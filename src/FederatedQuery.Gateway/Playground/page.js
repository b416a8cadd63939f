// GraphiQL with the explorer. The endpoint is the page's own address, so it works under any prefix that a proxy adds.
const { createElement, useState } = React;
const endpoint = location.origin + location.pathname;
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

const fetcher = GraphiQL.createFetcher({
  url: endpoint,
  subscriptionUrl: endpoint.replace(/^http/, 'ws'),
});

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
  return createElement(GraphiQL, {
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
  });
}

ReactDOM.createRoot(document.getElementById('graphiql')).render(createElement(Playground));
