using System.Globalization;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>
/// Partition values as columns beside those of a table: computed once, and compared with constants, by which DuckDB leaves out what is not of a partition.
/// </summary>
/// <param name="Definitions">Items of a SELECT over the table's columns.</param>
/// <param name="Names">What they are called, quoted.</param>
internal sealed record PartitionColumns(IReadOnlyList<string> Definitions, IReadOnlyList<string> Names)
{
    /// <exception cref="IcebergException">Unsupported: a field is not written with.</exception>
    public static PartitionColumns Of(PartitionSpec spec, Schema schema)
    {
        var taken = new HashSet<string>(DuckDbNames.Of(schema.Fields), StringComparer.OrdinalIgnoreCase);
        var (definitions, names) = (new List<string>(), new List<string>());
        foreach (var (number, field) in spec.Fields.Index())
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"partition {number}");
            while (!taken.Add(name))
            {
                name += "_";
            }

            names.Add(DuckDBSql.QuoteIdentifier(name));
            definitions.Add($"{PartitionSql.Value(field, schema)} AS {names[^1]}");
        }

        return new PartitionColumns(definitions, names);
    }

    /// <summary>True for the rows of one partition.</summary>
    public string Are(PartitionData partition) => string.Join(
        " AND ", Names.Select((name, i) => partition[i] is { } value ? $"{name} = {DuckDbLiterals.Of(value)}" : $"{name} IS NULL"));
}
