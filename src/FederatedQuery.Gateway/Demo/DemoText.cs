namespace FederatedQuery.Gateway.Demo;

/// <summary>What <c>--demo</c> says first.</summary>
internal static class DemoText
{
    /// <summary>Documents to paste into the playground; each reads tables of the demo.</summary>
    public static IReadOnlyList<string> Queries { get; } =
    [
        """
        { federatedQuery(query: "SELECT origin, count(*) AS flights, avg(delay) AS delay FROM flights GROUP BY origin ORDER BY flights DESC LIMIT 5") {
            data executionTime dataSource plan { hot { rows } cold { filesTotal filesRead } } } }
        """,
        """
        { federatedQuery(query: "SELECT u.name, sum(s.amount) AS spent FROM sales s JOIN users u ON u.id = s.customer_id GROUP BY u.name ORDER BY spent DESC, u.name LIMIT 5") {
            data executionTime dataSource } }
        """,
        """
        { tables { name namespace dataSource hotRows coldRows coldFiles boundary } }
        """,
    ];

    public static string Welcome(string address) =>
        $"""
        FederatedQuery answers at {address}/graphql: open it in a browser for the playground.
        The demo's tables load meanwhile (once); queries see each of them when it is whole. Three queries to try:

        {string.Join("\n\n", Queries)}

        """;
}
