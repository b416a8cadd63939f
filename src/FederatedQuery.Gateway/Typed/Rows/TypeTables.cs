using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>Which table a type of the schema is of: its rows, connections and aggregates, and what changes of rows give.</summary>
internal sealed class TypeTables(TypedModel model)
{
    private readonly Dictionary<string, TypedTable> _byType = model.Tables
        .SelectMany(table => new[] { table.TypeName, TypeFamily.Connection(table.TypeName), TypeFamily.Aggregate(table.TypeName), TypeFamily.MutationResult(table.TypeName) }.Select(name => (name, table)))
        .ToDictionary(pair => pair.name, pair => pair.table, StringComparer.Ordinal);

    public TypedTable? Find(NamedType type) => _byType.GetValueOrDefault(type.Name);
}
