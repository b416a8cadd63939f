using FederatedQuery.Iceberg.Spec;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Federation.Tests.Sql;

/// <summary>Random rows and conditions: values at the edges of their types, constants of other types than the columns they are compared with.</summary>
internal static class PushdownCases
{
    public static readonly Schema Table = new(0,
        NestedField.RequiredField(1, "id", IcebergType.Int),
        NestedField.OptionalField(2, "flag", IcebergType.Boolean),
        NestedField.OptionalField(3, "i", IcebergType.Int),
        NestedField.OptionalField(4, "l", IcebergType.Long),
        NestedField.OptionalField(5, "f", IcebergType.Float),
        NestedField.OptionalField(6, "x", IcebergType.Double),
        NestedField.OptionalField(7, "n", IcebergType.Decimal(12, 2)),
        NestedField.OptionalField(8, "w", IcebergType.Decimal(38, 9)),
        NestedField.OptionalField(9, "d", IcebergType.Date),
        NestedField.OptionalField(10, "hm", IcebergType.Time),
        NestedField.OptionalField(11, "ts", IcebergType.Timestamp),
        NestedField.OptionalField(12, "tz", IcebergType.Timestamptz),
        NestedField.OptionalField(13, "s", IcebergType.String),
        NestedField.OptionalField(14, "u", IcebergType.Uuid),
        NestedField.OptionalField(15, "k", IcebergType.Int));

    private static readonly string[] Wholes = ["0", "1", "-1", "5", "100", "2147483647", "(-2147483648)", "16777216", "16777217"];

    private static readonly string[] Longs =
        [.. Wholes, "9007199254740992", "9007199254740993", "9223372036854775807", "(-9223372036854775808)", "1000000000000000000", "1000000000000000001"];

    private static readonly string[] Reals = ["0.0", "-0.0::DOUBLE", "0.1", "1.5", "-2.25", "0.1::DOUBLE", "0.1::FLOAT", "'nan'::DOUBLE", "'inf'::DOUBLE", "'-inf'::FLOAT", "1e18", "1e300", "9007199254740992e0", "16777216::FLOAT", "1e-40"];

    private static readonly string[] Decimals = ["0.00", "1.10", "-1.10", "100.25", "1.005", "1.1::DOUBLE", "9999999999.99", "1.1::FLOAT"];

    private static readonly string[] Wides = ["1.000000001", "12345678901234567890123456789.123456789", "12345678901234567890123456789.123456788", "0.1", "123456789012.000000001", "123456789012.000000002", "123456789012::DOUBLE", "1.1::DOUBLE"];

    private static readonly string[] Days = ["DATE '1969-12-31'", "DATE '1970-01-01'", "DATE '2024-02-29'", "DATE '2024-03-01'", "DATE '0001-01-01'", "DATE '9999-12-31'", "DATE '1582-10-10'"];

    private static readonly string[] Times = ["TIME '00:00:00'", "TIME '12:00:00'", "TIME '23:59:59.999999'", "TIME '12:00:00.000001'"];

    private static readonly string[] Moments =
    [
        "TIMESTAMP '1969-12-31 23:59:59.999999'", "TIMESTAMP '1970-01-01 00:00:00'", "TIMESTAMP '2024-02-29 12:34:56.789012'", "TIMESTAMP '2024-02-29 00:00:00'",
        "TIMESTAMP '2024-03-01 00:00:00'", "TIMESTAMP '1582-10-10 05:00:00'", "TIMESTAMP '0001-01-01 00:00:00.000001'",
    ];

    private static readonly string[] Texts =
        ["''", "'a'", "'A'", "'ab'", "'abc'", "'b'", "'ä'", "'😀'", "'😀x'", "'\uFFFD'", "'5'", "'05'", "'10'", "'a%'", "'it''s'", "'2024-02-29'", "'true'"];

    private static readonly string[] Uuids = ["UUID '00000000-0000-0000-0000-000000000000'", "UUID 'ffffffff-0000-0000-0000-000000000001'", "UUID '7fffffff-0000-0000-0000-000000000001'", "UUID '80000000-0000-0000-0000-000000000000'"];

    private static readonly string[] TimeTexts = ["'2024-02-29'", "'2024-02-29 12:34:56.789012'", "'2024-02-29 00:00:00+05'", "'1969-12-31'", "'infinity'"];

    private static readonly string[] Odd =
    [
        "NULL", "now()", "current_date", "now() - INTERVAL 3 DAY", "TIMESTAMP '2024-02-29' + INTERVAL 1 MONTH", "DATE '2024-02-28' + 1", "2 + 3", "'a' || 'b'", "'5' || ''", "id", "k", "5::HUGEINT", "true",
        "'a' COLLATE NOCASE", "lower('A' COLLATE NOCASE)", "random()", "(SELECT 1)", "'2024-02-29'::TIMESTAMP_NS", "'2024-02-29 12:34:56.7890125'::TIMESTAMP_NS", "'2024-02-29 12:34:57'::TIMESTAMP_S", "1::UTINYINT", "'00000000-0000-0000-0000-000000000000'", "'FFFFFFFF-0000-0000-0000-000000000001'", "'7FFFFFFF-0000-0000-0000-000000000001' || ''",
    ];

    private static readonly Gen<string> Column = Gen.Elements(Table.Fields.Select(field => field.Name).ToArray());

    private static readonly Gen<string> Symbol = Gen.Elements("=", "<>", "<", "<=", ">", ">=");

    public static readonly Gen<string> Where = Condition("", 2);

    public static readonly Gen<string> Join =
        from kind in Gen.Elements("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN")
        from isUsing in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from key in Gen.Elements("k", "i", "d", "s", "flag")
        from onLeft in Condition("t.", 0)
        from onRight in Condition("u.", 0)
        from withOn in Gen.Choose(0, 3)
        from whereLeft in Condition("t.", 1)
        from whereRight in Condition(kind is "SEMI JOIN" or "ANTI JOIN" ? "t." : "u.", 1)
        from plain in Condition("", 0)
        from form in Gen.Choose(0, 4)
        let clause = isUsing
            ? $"USING ({key})"
            : $"ON t.{key} = u.{key}" + ((withOn & 1) != 0 ? $" AND {onLeft}" : "") + ((withOn & 2) != 0 ? $" AND {onRight}" : "")
        let filter = form switch
        {
            0 => whereLeft,
            1 => whereRight,
            2 => $"{whereLeft} AND {whereRight}",
            3 => $"({whereLeft} OR {whereRight})",
            _ => isUsing || kind is "SEMI JOIN" or "ANTI JOIN" ? plain : whereRight,
        }
        select kind is "SEMI JOIN" or "ANTI JOIN"
            ? $"SELECT t.id FROM t {kind} u {clause} WHERE {filter}"
            : $"SELECT t.id, u.id FROM t {kind} u {clause} WHERE {filter}";

    /// <summary>A value for a column, as SQL; sometimes null.</summary>
    public static Gen<string> Value(string column) => Gen.Frequency((1, Gen.Constant("NULL")), (6, Gen.Elements(Values(column))));

    private static string[] Values(string column) => column switch
    {
        "flag" => ["true", "false"],
        "i" => Wholes,
        "l" => Longs,
        "f" => [.. Reals.Where(real => real is not ("1e18" or "1e300")), "16777218"],
        "x" => Reals,
        "n" => ["0.00", "1.10", "-1.10", "100.25", "9999999999.99", "1.11"],
        "w" => [.. Wides.Where(wide => !wide.Contains("DOUBLE", StringComparison.Ordinal))],
        "d" => Days,
        "hm" => Times,
        "ts" or "tz" => Moments,
        "s" => Texts,
        "u" => Uuids,
        _ => ["1", "2", "3", "4"],
    };

    /// <summary>Mostly what the column's own type suggests, sometimes anything.</summary>
    private static Gen<string> Constant(string column) => Gen.Frequency(
        (8, Gen.Elements(column switch
        {
            "l" => [.. Longs, "1e18", "9007199254740992e0", "9007199254740993e0", "16777216::FLOAT", "99999999999999999999", "5.0", "5.5", "'5'"],
            "id" or "i" or "k" => [.. Wholes, "5.0", "5.5", "1e0", "'5'", "'05'", "16777216::FLOAT", "99999999999", "true"],
            "n" or "w" => [.. Decimals, .. Wides, "1", "'1.10'"],
            "f" or "x" => [.. Reals, "1", "16777217", "'0.1'"],
            "d" => [.. Days, .. Moments, .. TimeTexts],
            "ts" or "tz" => [.. Moments, .. Days, .. TimeTexts, "TIMESTAMPTZ '2024-02-29 05:00:00+05'"],
            "s" => [.. Texts, "5"],
            _ => Values(column),
        })),
        (1, Gen.Elements((string[])[.. Odd, .. Longs, .. Reals, .. Decimals, .. Days, .. Moments, .. Texts])),
        (1, Gen.Elements(Odd)));

    private static Gen<string> Condition(string table, int depth) => depth == 0
        ? Leaf(table)
        : Gen.Frequency(
            (3, Leaf(table)),
            (2, from left in Condition(table, depth - 1) from right in Condition(table, depth - 1) select $"({left} AND {right})"),
            (2, from left in Condition(table, depth - 1) from right in Condition(table, depth - 1) select $"({left} OR {right})"),
            (1, from child in Condition(table, depth - 1) select $"(NOT {child})"));

    private static Gen<string> Leaf(string table) => Column.SelectMany(column => Leaf(table + column, column));

    private static Gen<string> Leaf(string name, string column)
    {
        var constant = Constant(column);
        var leaves = new List<(int, Gen<string>)>
        {
            (6, from symbol in Symbol from value in constant select $"{name} {symbol} {value}"),
            (2, from symbol in Symbol from value in constant select $"{value} {symbol} {name}"),
            (2, from not in Gen.Elements("", "NOT ") from values in constant.ListOf(3) select $"{name} {not}IN ({string.Join(", ", values)})"),
            (2, from not in Gen.Elements("", "NOT ") from low in constant from high in constant select $"{name} {not}BETWEEN {low} AND {high}"),
            (1, Gen.Elements($"{name} IS NULL", $"{name} IS NOT NULL")),
            (1, from value in constant from not in Gen.Elements("", "NOT ") select $"{name} IS {not}DISTINCT FROM {value}"),
        };
        if (column == "s")
        {
            leaves.Add((4, from not in Gen.Elements("", "NOT ")
                           from pattern in Gen.Elements("'a%'", "'ab'", "'a_c'", "'%b'", "'😀%'", "'a\\%'", "'a%' COLLATE NOCASE", "''", "'_%'", "NULL")
                           select $"{name} {not}LIKE {pattern}"));
            leaves.Add((1, Gen.Elements($"starts_with({name}, 'a')", $"{name} ^@ '😀'", $"prefix({name}, '')", $"{name} ILIKE 'A%'", $"{name} LIKE 'a!%' ESCAPE '!'")));
        }

        if (column is "ts" or "tz")
        {
            leaves.Add((4, from symbol in Symbol from day in Constant("d") select $"{name}::DATE {symbol} {day}"));
            leaves.Add((2, from not in Gen.Elements("", "NOT ") from days in Constant("d").ListOf(2) select $"CAST({name} AS DATE) {not}IN ({string.Join(", ", days)})"));
            leaves.Add((1, from low in Constant("d") from high in Constant("d") select $"{name}::DATE BETWEEN {low} AND {high}"));
        }

        if (column == "flag")
        {
            leaves.Add((3, Gen.Elements(name, $"NOT {name}")));
        }

        return Gen.Frequency([.. leaves]);
    }
}
