using System.Globalization;
using System.Numerics;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Checksums;

/// <summary>
/// A checksum of rows in no order: the sum over the rows of a hash over their columns, each by its field id, nulls left out. So it stays the same when rows
/// are written anew, columns are added, renamed or widened, and in either tier; and the checksum of rows of which some were taken away is the difference.
/// Defined in docs/verification.md.
/// </summary>
/// <param name="Algorithm">Two checksums can be compared only where it is the same.</param>
/// <param name="Sum">Negative for rows taken away.</param>
public readonly record struct RowChecksum(string Algorithm, BigInteger Sum)
{
    /// <summary>What checksums are made by now. Another definition gets another name.</summary>
    public const string CurrentAlgorithm = "xxh64-rows-1";

    /// <summary>Of no rows.</summary>
    public static RowChecksum Zero { get; } = new(CurrentAlgorithm, BigInteger.Zero);

    public bool IsCurrent => Algorithm == CurrentAlgorithm;

    /// <summary>Of the current algorithm.</summary>
    public static RowChecksum Of(BigInteger sum) => new(CurrentAlgorithm, sum);

    /// <summary>Reads <c>algorithm:sum</c>; a text that is none has the whole of it for an algorithm, so that it compares with nothing.</summary>
    public static RowChecksum Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.LastIndexOf(':');
        return colon > 0 && BigInteger.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var sum)
            ? new RowChecksum(text[..colon], sum)
            : new RowChecksum(text, BigInteger.Zero);
    }

    /// <summary>What one row adds, as an expression of DuckDB's SQL over the columns' names: a UBIGINT, to be summed.</summary>
    public static string Sql(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var columns = schema.Fields.Select(field => $", {DuckDBSql.QuoteIdentifier(field.Name)}::{DuckDbTypes.Of(field.Type)}");
        var ids = schema.Fields.SelectMany(field => Ids(field)).Select(id => id.ToString(CultureInfo.InvariantCulture));
        return $"{RowChecksumFunction.FunctionName}('{string.Join(',', ids)}'{string.Concat(columns)})";
    }

    public static RowChecksum operator +(RowChecksum left, RowChecksum right) =>
        new(left.Algorithm == right.Algorithm ? left.Algorithm : $"{left.Algorithm}+{right.Algorithm}", left.Sum + right.Sum);

    public static RowChecksum operator -(RowChecksum checksum) => checksum with { Sum = -checksum.Sum };

    public override string ToString() => $"{Algorithm}:{Sum}";

    private static IEnumerable<int> Ids(NestedField field) => field.Type switch
    {
        StructType inner => inner.Fields.SelectMany(Ids).Prepend(field.Id),
        ListType list => Ids(list.ElementField).Prepend(field.Id),
        MapType map => Ids(map.KeyField).Concat(Ids(map.ValueField)).Prepend(field.Id),
        _ => [field.Id],
    };
}
