using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>The partitions that rows fall into, as DuckDB finds them.</summary>
internal static class PartitionTuples
{
    /// <summary>More would be a table of tiny files: its partitioning does not suit it.</summary>
    private const int MaximumPartitions = 10_000;

    /// <param name="connection">Where the rows are read.</param>
    /// <param name="relation">What can stand after FROM.</param>
    /// <param name="spec">The partition spec.</param>
    /// <param name="type">Of its tuples.</param>
    /// <param name="values">The value of each of its fields, in order, as DuckDB's SQL over the relation.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    /// <returns>Each once, in order.</returns>
    /// <exception cref="IcebergException">Unsupported: there are too many, or one is of no value that partitions have.</exception>
    public static async Task<IReadOnlyList<PartitionData>> DistinctAsync(
        DuckDBConnection connection, string relation, PartitionSpec spec, StructType type, IReadOnlyList<string> values, CancellationToken cancellationToken)
    {
        var partitions = await AtMostAsync(connection, relation, spec, type, values, MaximumPartitions + 1, cancellationToken);
        return partitions.Count <= MaximumPartitions
            ? partitions
            : throw new IcebergException(
                IcebergErrorKind.Unsupported, $"The rows fall into more than {MaximumPartitions} partitions of {spec}; partition by columns with fewer values.");
    }

    /// <inheritdoc cref="DistinctAsync"/>
    /// <param name="most">How many are given.</param>
    /// <exception cref="IcebergException">Unsupported: one is of no value that partitions have.</exception>
    public static async Task<IReadOnlyList<PartitionData>> AtMostAsync(
        DuckDBConnection connection, string relation, PartitionSpec spec, StructType type, IReadOnlyList<string> values, int most, CancellationToken cancellationToken)
    {
        if (spec.Fields.IsEmpty)
        {
            return [PartitionData.Empty];
        }

        var items = string.Join(", ", values.Select((value, i) => string.Create(CultureInfo.InvariantCulture, $"{Text(type.Fields[i].Type, value)} AS p{i}")));
        using var result = await connection.QueryAsync(
            string.Create(CultureInfo.InvariantCulture, $"SELECT DISTINCT {items} FROM {relation} ORDER BY ALL LIMIT {most}"), null, cancellationToken);
        var partitions = new List<PartitionData>();
        await foreach (var chunk in result.ReadChunksAsync(cancellationToken))
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                var tuple = ImmutableArray.CreateBuilder<Literal?>(spec.Fields.Length);
                for (var i = 0; i < spec.Fields.Length; i++)
                {
                    tuple.Add(chunk[i].IsValid(row) ? Parse(spec.Fields[i], (PrimitiveType)type.Fields[i].Type, chunk[i].String(row)) : null);
                }

                partitions.Add(new PartitionData(tuple.ToImmutable()));
            }
        }

        return partitions;
    }

    /// <summary>Not every value's text is the same there and here: of years before Christ, infinity, bytes it is not.</summary>
    private static string Text(IcebergType type, string value) => type switch
    {
        DateType => $"(({value})::DATE - DATE '1970-01-01')::VARCHAR",
        TimestampType or TimestamptzType => $"epoch_us(({value})::{DuckDbTypes.Of(type)})::VARCHAR",
        FloatType or DoubleType => $"replace(({value})::VARCHAR, 'inf', 'Infinity')",
        BinaryType or FixedType => $"hex({value})",
        _ => $"({value})::VARCHAR",
    };

    private static Literal Parse(PartitionField field, PrimitiveType type, string text) => type switch
    {
        DateType => Literal.Date(int.Parse(text, CultureInfo.InvariantCulture)),
        TimestampType => Literal.Timestamp(long.Parse(text, CultureInfo.InvariantCulture)),
        TimestamptzType => Literal.Timestamptz(long.Parse(text, CultureInfo.InvariantCulture)),
        _ when DuckDbLiterals.TryParse(type, text, out var value) => value,
        _ => throw new IcebergException(IcebergErrorKind.Unsupported, $"'{text}' cannot be a partition value of '{field.Name}' ({field.Transform})."),
    };
}
