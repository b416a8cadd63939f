using System.Globalization;
using FederatedQuery.DuckDb;

namespace FederatedQuery.Cold.Scanning.Reading;

/// <summary>
/// Lists that a statement refers to as variables of its connection: thousands of paths in the statement itself would be parsed, planned and printed each time
/// the statement is.
/// </summary>
/// <param name="prefix">Tells scans of one connection apart.</param>
internal sealed class StatementVariables(string prefix)
{
    private readonly List<string> _statements = [];

    /// <summary>Statements that set them, in order.</summary>
    public IReadOnlyList<string> SetStatements => _statements;

    /// <returns>An expression for the value.</returns>
    public string Add(string expression)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}_{_statements.Count + 1}");
        _statements.Add($"SET VARIABLE {DuckDBSql.QuoteIdentifier(name)} = {expression}");
        return $"getvariable({DuckDBSql.QuoteLiteral(name)})";
    }
}
