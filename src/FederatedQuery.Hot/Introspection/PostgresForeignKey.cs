using System.Collections.Immutable;
using FederatedQuery.Hot.Sql;

namespace FederatedQuery.Hot.Introspection;

/// <summary>A foreign key of a table.</summary>
/// <param name="Name">Of the constraint.</param>
/// <param name="Columns">In the order of the constraint.</param>
/// <param name="ReferencedTable">May be the table itself.</param>
/// <param name="ReferencedColumns">In the same order.</param>
public sealed record PostgresForeignKey(string Name, ImmutableArray<string> Columns, TableName ReferencedTable, ImmutableArray<string> ReferencedColumns);
