using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Testing;

/// <summary>Random values, predicates and transforms: edges of the types, a few values often (so that predicates hit), and anything else.</summary>
public static class Generators
{
    private const long MicrosPerHour = 3_600_000_000;
    private const long MicrosPerDay = 24 * MicrosPerHour;

    public static readonly PrimitiveType[] Types =
    [
        IcebergType.Boolean, IcebergType.Int, IcebergType.Long, IcebergType.Float, IcebergType.Double, IcebergType.Decimal(9, 2),
        IcebergType.Decimal(38, 10), IcebergType.Date, IcebergType.Time, IcebergType.Timestamp, IcebergType.Timestamptz, IcebergType.TimestampNs,
        IcebergType.TimestamptzNs, IcebergType.String, IcebergType.Uuid, IcebergType.Fixed(3), IcebergType.Binary,
    ];

    public static readonly Transform[] Transforms =
    [
        Transform.Identity, Transform.Bucket(1), Transform.Bucket(7), Transform.Truncate(1), Transform.Truncate(2), Transform.Truncate(10),
        Transform.Truncate(int.MaxValue), Transform.Year, Transform.Month, Transform.Day, Transform.Hour, Transform.Void, new UnknownTransform("zorder"),
    ];

    public static Gen<Literal> Value(PrimitiveType type) => type switch
    {
        BooleanType => Gen.Elements(true, false).Select(Literal.Boolean),
        IntType => Whole(int.MinValue, int.MaxValue).Select(v => Literal.Int((int)v)),
        LongType => Whole(long.MinValue, long.MaxValue).Select(Literal.Long),
        FloatType => Real().Select(v => Literal.Float((float)v)),
        DoubleType => Real().Select(Literal.Double),
        DecimalType d => Whole(-(long)Int128.Min(d.MaxUnscaledValue, long.MaxValue), (long)Int128.Min(d.MaxUnscaledValue, long.MaxValue))
            .Select(v => Literal.Decimal(d.Precision == 38 && Math.Abs(v) == long.MaxValue ? Math.Sign(v) * d.MaxUnscaledValue : v, d.Scale)),
        DateType => Whole(int.MinValue, int.MaxValue, -1, 0, 1, 364, 365, -365, -366, 17501).Select(v => Literal.Date((int)v)),
        TimeType => Whole(0, MicrosPerDay - 1).Select(v => Literal.Time(Math.Abs(v))),
        TimestampType => Instant(MicrosPerHour).Select(Literal.Timestamp),
        TimestamptzType => Instant(MicrosPerHour).Select(Literal.Timestamptz),
        TimestampNsType => Instant(MicrosPerHour * 1000).Select(Literal.TimestampNs),
        TimestamptzNsType => Instant(MicrosPerHour * 1000).Select(Literal.TimestamptzNs),
        StringType => Text().Select(Literal.String),
        UuidType => Bytes(16, 16).Select(b => Literal.Uuid(new Guid(b))),
        FixedType f => Bytes(f.Length, f.Length).Select(b => Literal.Fixed(b)),
        _ => Bytes(0, 4).Select(b => Literal.Binary(b)),
    };

    /// <summary>Text of few letters, among them ones beyond the basic plane and at its end, so that prefixes and orders matter.</summary>
    public static Gen<string> Text() =>
        Gen.Elements("a", "b", "é", "\uFFFD", "\uD7FF", "\uE000", "😀", "\U0010FFFF", "\0").ListOf().Select(parts => string.Concat(parts.Take(5)));

    /// <summary>A predicate over one column; the constants are from the column's type.</summary>
    public static Gen<Expression> Predicate(string column, PrimitiveType type)
    {
        var single =
            from operation in Gen.Elements(Enum.GetValues<LiteralOperation>())
            from value in Value(type).Where(v => !v.IsNaN)
            where operation is not (LiteralOperation.StartsWith or LiteralOperation.NotStartsWith) || type is StringType
            select (Expression)new LiteralPredicate(operation, column, value);
        var set =
            from operation in Gen.Elements(SetOperation.In, SetOperation.NotIn)
            from values in Value(type).Where(v => !v.IsNaN).ListOf()
            select (Expression)new SetPredicate(operation, column, [.. values.Take(4)]);
        var unary = Gen.Elements(Enum.GetValues<UnaryOperation>())
            .Where(o => o is UnaryOperation.IsNull or UnaryOperation.NotNull || type is FloatType or DoubleType)
            .Select(o => (Expression)new UnaryPredicate(o, column));
        var test =
            from text in Value(type)
            from negated in Gen.Elements(true, false)
            from kind in Gen.Choose(0, 2)
            select (Expression)new TestPredicate(
                kind switch { 0 => new ContainsTest(text.AsString), 1 => new EndsWithTest(text.AsString), _ => new SearchTest(TextSearch.Parse(text.AsString.Replace('"', ' '))) },
                column,
                negated);
        return Gen.Frequency((6, single), (2, set), (1, unary), (type is StringType ? 2 : 0, test));
    }

    public static Gen<Expression> Filter(string column, PrimitiveType type, int depth = 2) => depth == 0
        ? Predicate(column, type)
        : Gen.Frequency(
            (3, Predicate(column, type)),
            (1, from l in Filter(column, type, depth - 1) from r in Filter(column, type, depth - 1) select Expression.And(l, r)),
            (1, from l in Filter(column, type, depth - 1) from r in Filter(column, type, depth - 1) select Expression.Or(l, r)),
            (1, Filter(column, type, depth - 1).Select(Expression.Not)));

    public static Gen<Literal?> NullableValue(PrimitiveType type) =>
        Gen.Frequency((1, Gen.Constant((Literal?)null)), (8, Value(type).Select(v => (Literal?)v)));

    private static Gen<long> Whole(long min, long max, params long[] likely) => Gen.Frequency(
        (4, Gen.Choose(-12, 12).Select(v => (long)v)),
        (1, Gen.Elements(min, min + 1, min + 9, max, max - 1, max - 9)),
        (likely.Length > 0 ? 3 : 0, Gen.Elements(likely.Length > 0 ? likely : [0L])),
        (2, ArbMap.Default.GeneratorFor<long>().Select(v => Math.Clamp(v, min, max))));

    private static Gen<long> Instant(long unitsPerHour) => Gen.Frequency(
        (4, from hours in Gen.Choose(-20_000, 20_000) from off in Gen.Choose(-1, 1) select hours * unitsPerHour + off),
        (2, from hours in Gen.Choose(-30, 30) from off in Gen.Choose(-1, 1) select hours * unitsPerHour + off),
        (1, Gen.Elements(long.MinValue, long.MaxValue, -1L, 0L, 1L)));

    private static Gen<double> Real() => Gen.Frequency(
        (3, Gen.Choose(-4, 4).Select(v => v / 2.0)),
        (2, Gen.Elements(0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.1, double.Epsilon, double.MaxValue, float.MaxValue)),
        (1, ArbMap.Default.GeneratorFor<double>()));

    private static Gen<byte[]> Bytes(int min, int max) =>
        from length in Gen.Choose(min, max)
        from bytes in Gen.Elements<byte>(0, 1, 0x7F, 0x80, 0xFF).ArrayOf(length)
        select bytes;
}
