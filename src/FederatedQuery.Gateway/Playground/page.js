const example = `# Every table is read from both tiers as one.
query Example {
  tables { name namespace dataSource hotRows coldRows boundary }
  federatedQuery(query: "SELECT 1 AS one") {
    data rowCount executionTime dataSource
  }
}
`;

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql' }),
    defaultQuery: example,
    defaultEditorToolsVisibility: true,
  }),
);
