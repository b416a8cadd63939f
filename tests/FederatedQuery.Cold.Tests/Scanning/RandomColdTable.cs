using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.Cold.Tests.Scanning;

/// <summary>
/// A table of random columns, rows and partition specs: some rows are written, columns are promoted, renamed and added, the partition spec is changed,
/// more rows are written. The same rows stand in the DuckDB table <see cref="AllRows"/>.
/// </summary>
internal sealed class RandomColdTable : IDisposable
{
    public const string AllRows = "all_rows";

    private const int RowsPerBatch = 16;
    private const int DistinctValues = 5;

    /// <summary>Those of format version 2, and one that can be promoted.</summary>
    private static readonly PrimitiveType[] Types =
        [.. Generators.Types.Where(type => type is not (TimestampNsType or TimestamptzNsType)), IcebergType.Decimal(9, 2), IcebergType.Int, IcebergType.Float];

    private static readonly Transform[] Transforms = [.. Generators.Transforms.Where(transform => transform is not UnknownTransform)];

    private readonly DuckDBConnection _connection;
    private readonly Random _random;
    private readonly ColdAppender _appender;
    private readonly List<Dictionary<int, Literal?>> _rows = [];
    private readonly Dictionary<int, Literal?[]> _values = [];
    private CatalogTable _table;

    private RandomColdTable(IServiceProvider services, DuckDBConnection connection, TemporaryFolder folder, Random random)
    {
        _connection = connection;
        _random = random;
        _appender = services.GetRequiredService<ColdAppender>();
        var location = $"{new Uri(folder.File("warehouse")).AbsoluteUri}/{Guid.NewGuid():N}";
        var fields = Enumerable.Range(2, random.Next(2, 5)).Select(id => NestedField.OptionalField(id, $"c{id}", Pick(Types)));
        var schema = new Schema(0, [NestedField.RequiredField(1, "id", IcebergType.Long), .. fields]);
        var metadata = TableMetadataChanges.Create(Guid.NewGuid(), location, schema, RandomSpec(schema), SortOrder.Unsorted, [], 0);
        _table = new CatalogTable(new TableIdentifier("test", "t"), $"{location}/metadata/00000-{Guid.NewGuid():D}.metadata.json", metadata);
    }

    public CatalogTable Table => _table;

    public TableMetadata Metadata => _table.Metadata;

    public static async Task<RandomColdTable> WriteAsync(
        IServiceProvider services, DuckDBConnection connection, TemporaryFolder folder, Random random, CancellationToken cancellationToken)
    {
        var table = new RandomColdTable(services, connection, folder, random);
        await table.AppendAsync(cancellationToken);
        table.Evolve();
        await table.AppendAsync(cancellationToken);
        table.CreateAllRows();
        return table;
    }

    public void Dispose() => _connection.Execute($"DROP TABLE {AllRows}");

    /// <summary>Over one or two columns, with values of the rows or any other of the columns' types.</summary>
    public Expression Predicate()
    {
        var (left, right) = (ColumnPredicate(), ColumnPredicate());
        return _random.Next(4) switch
        {
            0 => Expression.And(left, right),
            1 => Expression.Or(left, right),
            _ => left,
        };
    }

    /// <summary>A partition spec of up to two of the table's columns.</summary>
    public PartitionSpec Spec() => RandomSpec(Metadata.CurrentSchema);

    public override string ToString() =>
        $"{Metadata.CurrentSchema} {string.Join("; ", Metadata.PartitionSpecs)}";

    private Expression ColumnPredicate()
    {
        var field = Pick(Metadata.CurrentSchema.Fields.AsSpan()[1..].ToArray());
        var own = _values[field.Id].OfType<Literal>().Where(value => !value.IsNaN).ToList();
        if (own.Count > 0 && _random.Next(2) == 0)
        {
            var operations = Enum.GetValues<LiteralOperation>()
                .Where(operation => operation is not (LiteralOperation.StartsWith or LiteralOperation.NotStartsWith) || field.Type is StringType).ToArray();
            return new LiteralPredicate(Pick(operations), field.Name, Pick(own.ToArray()));
        }

        return InRange(Sample(Generators.Filter(field.Name, (PrimitiveType)field.Type)));
    }

    private async Task AppendAsync(CancellationToken cancellationToken)
    {
        var metadata = Metadata;
        foreach (var field in metadata.CurrentSchema.Fields.Skip(1).Where(field => !_values.ContainsKey(field.Id)))
        {
            _values[field.Id] = RandomValues((PrimitiveType)field.Type);
        }

        var rows = Enumerable.Range(0, RowsPerBatch).Select(_ => RandomRow(metadata.CurrentSchema)).ToList();
        var files = ColdFiles.None;
        foreach (var group in rows.GroupBy(row => (Partition: PartitionOf(metadata, row), File: _random.Next(2))))
        {
            files = files.With(await _appender.WritePartitionAsync(
                _connection, Select(metadata.CurrentSchema, group), _table, group.Key.Partition, cancellationToken));
        }

        var staged = await _appender.StageAsync(_table, files, ImmutableDictionary<string, string>.Empty, cancellationToken);
        _table = new CatalogTable(_table.Identifier, staged.NewLocation, staged.Metadata);
        _rows.AddRange(rows);
    }

    private void Evolve()
    {
        var metadata = Metadata;
        var fields = metadata.CurrentSchema.Fields.Skip(1).Select(field =>
        {
            var promoted = _random.Next(2) == 0 ? field.Type : field.Type switch
            {
                IntType => IcebergType.Long,
                FloatType => IcebergType.Double,
                DecimalType { Precision: 9 } => IcebergType.Decimal(18, 2),
                var other => other,
            };
            return field with { Type = promoted, Name = _random.Next(3) == 0 ? $"renamed {field.Id}" : field.Name };
        });
        var added = NestedField.OptionalField(metadata.LastColumnId + 1, "added", Pick(Types));
        var schema = new Schema(1, [metadata.CurrentSchema.Fields[0], added, .. fields.Reverse()]);
        var next = metadata.WithCurrentSchema(schema).WithDefaultPartitionSpec(RandomSpec(schema));
        _table = _table with { Metadata = next with { LastUpdatedMs = metadata.LastUpdatedMs } };
    }

    private void CreateAllRows()
    {
        var schema = Metadata.CurrentSchema;
        _connection.Execute($"CREATE TABLE {AllRows} AS {Select(schema, _rows)}");
    }

    /// <summary>Rows of older schemas too: what they lack is null, what has been promoted is cast.</summary>
    private static string Select(Schema schema, IEnumerable<Dictionary<int, Literal?>> rows)
    {
        var columns = schema.Fields.Select(field => DuckDBSql.QuoteIdentifier(field.Name));
        var tuples = rows.Select(row => $"({string.Join(", ", schema.Fields.Select(field =>
            $"{(row.GetValueOrDefault(field.Id) is { } value ? DuckDbLiterals.Of(value) : "NULL")}::{DuckDbTypes.Of(field.Type)}"))})");
        return $"SELECT * FROM (VALUES {string.Join(", ", tuples)}) AS rows({string.Join(", ", columns)})";
    }

    private static PartitionData PartitionOf(TableMetadata table, Dictionary<int, Literal?> row) =>
        new([.. table.DefaultSpec.Fields.Select(field => field.Transform.Apply(row[field.SourceId]))]);

    private PartitionSpec RandomSpec(Schema schema)
    {
        var sources = schema.Fields.Skip(1).OrderBy(_ => _random.Next()).Take(_random.Next(0, 3)).ToList();
        return new PartitionSpec(0, [.. sources.Select((source, i) => new PartitionField(
            source.Id,
            1000 + i,
            string.Create(CultureInfo.InvariantCulture, $"p{source.Id}_{_random.Next(1_000_000)}"),
            Pick(Transforms.Where(transform => transform.CanTransform(source.Type) && !IsTooWide(transform, source.Type)).ToArray())))]);
    }

    /// <summary>Truncated to a multiple of more than its type holds, a negative decimal has more digits than its type, and is refused.</summary>
    private static bool IsTooWide(Transform transform, IcebergType type) =>
        transform is TruncateTransform truncate && type is DecimalType exact && truncate.Width > exact.MaxUnscaledValue / 4;

    private Dictionary<int, Literal?> RandomRow(Schema schema)
    {
        var row = schema.Fields.Skip(1).ToDictionary(field => field.Id, field => Promoted(Pick(_values[field.Id]), field.Type));
        row[1] = Literal.Long(_random.Next());
        return row;
    }

    /// <summary>A few, so that partitions hold several rows; sometimes nothing but nulls.</summary>
    private Literal?[] RandomValues(PrimitiveType type) => _random.Next(10) == 0
        ? [null]
        : [null, .. Enumerable.Range(0, DistinctValues).Select(_ => (Literal?)InRange(Lengthened(Sample(Generators.Value(type)))))];

    /// <summary>Longer than what bounds keep of a text.</summary>
    private Literal Lengthened(Literal value) => value.TypeId == TypeId.String && value.AsString.Length > 0 && _random.Next(3) == 0
        ? Literal.String(string.Concat(Enumerable.Repeat(value.AsString, 40)) + _random.Next(3).ToString(CultureInfo.InvariantCulture))
        : value;

    private static Literal? Promoted(Literal? value, IcebergType type) => (value?.TypeId, type) switch
    {
        (TypeId.Int, LongType) => Literal.Long(value!.Value.AsLong),
        (TypeId.Float, DoubleType) => Literal.Double(value!.Value.AsDouble),
        _ => value,
    };

    private static Expression InRange(Expression predicate) => predicate switch
    {
        AndExpression and => Expression.And(InRange(and.Left), InRange(and.Right)),
        OrExpression or => Expression.Or(InRange(or.Left), InRange(or.Right)),
        NotExpression not => Expression.Not(InRange(not.Child)),
        LiteralPredicate literal => literal with { Value = InRange(literal.Value) },
        SetPredicate set => set with { Values = [.. set.Values.Select(InRange)] },
        _ => predicate,
    };

    /// <summary>What DuckDB has too, years far beyond 9999 and before Christ included; its ends stand for infinity, and hours
    /// are counted in 32 bits. Decimals keep the room that truncating them takes.</summary>
    private static Literal InRange(Literal value)
    {
        const int Days = 4_000_000;
        const long Micros = 7_000_000_000_000_000_000;
        return value.TypeId switch
        {
            TypeId.Date => Literal.Date(Math.Clamp(value.AsInt, -Days, Days)),
            TypeId.Timestamp => Literal.Timestamp(Math.Clamp(value.AsLong, -Micros, Micros)),
            TypeId.Timestamptz => Literal.Timestamptz(Math.Clamp(value.AsLong, -Micros, Micros)),
            TypeId.Decimal => Literal.Decimal(value.UnscaledValue / 2, value.Scale),
            _ => value,
        };
    }

    private T Sample<T>(Gen<T> generator) => generator.Sample(1, new Rnd((ulong)_random.NextInt64(), ((ulong)_random.NextInt64() << 1) | 1), 20).First();

    private T Pick<T>(T[] items) => items[_random.Next(items.Length)];
}
