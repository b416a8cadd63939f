using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Columns;

/// <summary>The columns of the table that a cold table's rows come from, with what outlives their names.</summary>
/// <param name="Table">Tells that table from every other one: of other databases and servers, and from those that had its name before.</param>
/// <param name="Schema">Names and types of now; its ids count for nothing.</param>
/// <param name="Numbers">One for each field of <paramref name="Schema"/>: it stays when the column is renamed, and no other column of the table ever gets it.</param>
/// <param name="JsonFieldIds">Text fields of <paramref name="Schema"/> that hold JSON.</param>
public sealed record SourceColumns(string Table, Schema Schema, ImmutableArray<int> Numbers, IReadOnlySet<int> JsonFieldIds);
