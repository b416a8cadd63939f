using System.Collections.Immutable;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Federation.Tests.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Federation.Tests.Rows;

/// <summary>Random tables and queries: few values, so that there are equal ones, and those at the edges of their types.</summary>
internal static class RowCases
{
    private const long Day = 86_400_000_000;

    /// <summary>Of three that some tables are partitioned by.</summary>
    private static readonly DateOnly FirstDay = new(2024, 10, 4);

    private static readonly Gen<Literal> WithinDays = Gen.Choose(0, 11).Select(quarter => Literal.Timestamptz((EpochTime.DaysOf(FirstDay) * Day) + (quarter * Day / 4)));

    public static readonly (string Name, string Type, IcebergType Iceberg)[] Columns =
    [
        ("id", "bigint", IcebergType.Long),
        ("ts", "timestamptz", IcebergType.Timestamptz),
        ("flag", "boolean", IcebergType.Boolean),
        ("i", "integer", IcebergType.Int),
        ("f", "real", IcebergType.Float),
        ("x", "double precision", IcebergType.Double),
        ("n", "numeric(12,2)", IcebergType.Decimal(12, 2)),
        ("w", "numeric(38,9)", IcebergType.Decimal(38, 9)),
        ("d", "date", IcebergType.Date),
        ("hm", "time", IcebergType.Time),
        ("local", "timestamp", IcebergType.Timestamp),
        ("s", "text", IcebergType.String),
        ("odd", "text COLLATE odd", IcebergType.String),
        ("u", "uuid", IcebergType.Uuid),
        ("raw", "bytea", IcebergType.Binary),
        ("doc", "jsonb", IcebergType.String),
        ("list", "int[]", new ListType(100, IcebergType.Int, elementRequired: false)),
    ];

    /// <summary>Values of a column that both tiers can hold.</summary>
    public static Gen<Literal?> Value(string column) => Gen.Frequency((1, Gen.Constant((Literal?)null)), (7, Present(column).Select(value => (Literal?)value)));

    public static Gen<Expression> Filter(IReadOnlyList<string> columns) => Gen.Frequency(
        (1, Gen.Constant(Expression.True)),
        (4, Gen.Elements(columns.Where(column => column is not ("doc" or "list"))).SelectMany(column => Generators.Filter(column, (PrimitiveType)Columns.First(known => known.Name == column).Iceberg))),
        (2, from column in Gen.Elements(columns.Where(column => column is not ("doc" or "list"))) from value in Present(column).Where(value => !value.IsNaN) select Expression.GreaterThanOrEqual(column, value)),
        (2, from value in Present("ts") select columns.Contains("ts") ? Expression.LessThan("ts", value) : Expression.True));

    public static Gen<ImmutableArray<string>> Subset(IReadOnlyList<string> of, int most) =>
        from picks in Gen.Elements(of.AsEnumerable()).ListOf() select picks.Distinct().Take(most).ToImmutableArray();

    /// <summary>A table with random rows and columns; by its number with a key or without, in both tiers or one.</summary>
    public static async Task<RowTable> TableAsync(GatewayServices services, SeededRandom random, int number)
    {
        var isKeyed = number % 3 == 1;
        DateOnly? firstDay = number % 2 == 1 ? null : FirstDay;
        var names = Subset([.. Columns.Select(column => column.Name).Skip(2)], 6).Sample(random);
        var columns = Columns.Where(column => column.Name is "id" or "ts" || names.Contains(column.Name)).ToList();
        var next = 0L;
        List<IReadOnlyList<Literal?>> Rows(int count) =>
        [
            .. Enumerable.Range(0, count).Select(_ => columns.ConvertAll(column => isKeyed && column.Name == "id" ? Literal.Long(next++ * 7 % 1009)
                : isKeyed && firstDay is not null && column.Name == "ts" ? WithinDays.Sample(random)
                : Value(column.Name).Sample(random))),
        ];
        var hot = number % 5 == 3 ? null : Rows(Gen.Choose(0, 40).Sample(random));
        var cold = number % 5 == 4 ? null : Enumerable.Range(0, Gen.Choose(0, 4).Sample(random) + (hot is null ? 1 : 0)).Select(_ => (IReadOnlyList<IReadOnlyList<Literal?>>)Rows(Gen.Choose(1, 25).Sample(random))).ToList();
        if (!isKeyed && hot is { Count: > 0 } && cold is { Count: > 0 })
        {
            // The same rows in both tiers, and one many times.
            cold.Add([.. hot.Take(5), .. Enumerable.Repeat(hot[0], 9)]);
        }

        // Texts that differ by case alone are equal in it.
        await services.ExecuteAsync("CREATE COLLATION IF NOT EXISTS odd (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
        return await RowTable.CreateAsync(services, columns, isKeyed, hot, cold, firstDay);
    }

    public static RowQuery Query(RowTable table, SeededRandom random)
    {
        var names = table.Table.Schema.Fields.Select(field => field.Name).ToList();
        var columns = Subset(names, 5).Sample(random);
        return new RowQuery
        {
            Table = table.Table,
            Filter = Filter(names).Sample(random),
            Columns = columns.IsEmpty ? default : [.. columns.Select(table.Id)],
            Order = [.. Subset([.. names.Where(name => name != "list")], 3).Sample(random).Select(name => new RowOrder(table.Id(name), Gen.Elements(true, false).Sample(random)))],
        };
    }

    public static Gen<Literal> Present(string column) => column switch
    {
        "id" => Gen.Choose(-5, 60).Select(value => Literal.Long(value)),
        "ts" => Gen.Choose(0, 12).Select(value => Literal.Timestamptz((20_000 * Day) + (value * Day / 3))),
        "flag" => Gen.Elements(Literal.Boolean(true), Literal.Boolean(false)),
        "i" => Gen.Elements(Literal.Int(0), Literal.Int(1), Literal.Int(-1), Literal.Int(int.MaxValue), Literal.Int(int.MinValue)),
        "f" => Gen.Elements(0f, -0f, 1.5f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e-40f).Select(Literal.Float),
        "x" => Gen.Elements(0.0, -0.0, 0.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon).Select(Literal.Double),
        "n" => Gen.Elements(0, 110, -110, 999_999_999_999L).Select(value => Literal.Decimal(value, 2)),
        "w" => Gen.Elements(Int128.Zero, Int128.One, -Int128.One, Int128.Parse("99999999999999999999999999999999999999")).Select(value => Literal.Decimal(value, 9)),
        "d" => Gen.Elements(0, -1, 19_782, -719_162, 2_932_896).Select(Literal.Date),
        "hm" => Gen.Elements(0, 43_200_000_000, Day - 1).Select(Literal.Time),
        "local" => Gen.Elements(0, -1, 20_000 * Day, (20_000 * Day) + 1).Select(Literal.Timestamp),
        "s" => Gen.Elements("", "a", "A", "ab", "b", "ä", "😀", "\uFFFD", "\uE000", "it's", "a\\b", "z%", "\U0010FFFF").Select(Literal.String),
        "odd" => Gen.Elements("a", "A", "ä", "Ä", "a ", "b").Select(Literal.String),
        "u" => Gen.Elements("00000000-0000-0000-0000-000000000000", "7fffffff-0000-0000-0000-000000000001", "80000000-0000-0000-0000-000000000000", "ffffffff-0000-0000-0000-000000000001")
            .Select(value => Literal.Uuid(Guid.Parse(value))),
        "raw" => Gen.Elements(new byte[0], [0], [0x7f], [0x80, 0], [0xff]).Select(value => Literal.Binary(value)),
        "doc" => Gen.Elements("""{"a": 1}""", """{"a": [1, 2]}""", "null", "\"x\"", "17").Select(Literal.String),
        "list" => Gen.Elements("{}", "{1}", "{1,2}", "{NULL,3}").Select(Literal.String),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column, null),
    };
}
