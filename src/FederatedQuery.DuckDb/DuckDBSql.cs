namespace FederatedQuery.DuckDb;

/// <summary>Names and texts as DuckDB's SQL quotes them. The only place that puts quotes around either.</summary>
public static class DuckDBSql
{
    /// <summary>A name in double quotes, with those inside doubled.</summary>
    public static string QuoteIdentifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text in single quotes, with those inside doubled.</summary>
    public static string QuoteLiteral(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
