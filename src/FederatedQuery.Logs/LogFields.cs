using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Logs;

/// <summary>The names under which clients see the columns of log records: those of the contract's <c>LogRecord</c>.</summary>
public static class LogFields
{
    /// <summary>In the order of <see cref="LogTable.Schema"/>.</summary>
    public static readonly ImmutableArray<string> Names = [.. LogTable.Columns.Select(NameOf)];

    private static readonly FrozenDictionary<string, string> ColumnsByName = LogTable.Columns.ToFrozenDictionary(NameOf);

    /// <returns>Null: no column has the name.</returns>
    public static string? ColumnOf(string name) => ColumnsByName.GetValueOrDefault(name);

    /// <summary><c>resource_id</c> is <c>resourceId</c>.</summary>
    public static string NameOf(string column) =>
        JsonNamingPolicy.CamelCase.ConvertName(string.Concat(column.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));
}
