using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Tests.Writing;

/// <summary>Predicates over a few columns, and values for those.</summary>
internal static class RandomPredicates
{
    public static readonly Schema Columns = new(
        0,
        NestedField.OptionalField(1, "n", IcebergType.Long),
        NestedField.OptionalField(2, "t", IcebergType.String),
        NestedField.OptionalField(3, "f", IcebergType.Double),
        NestedField.OptionalField(4, "d", IcebergType.Decimal(12, 3)),
        NestedField.OptionalField(5, "day", IcebergType.Date));

    /// <summary>The edges: nulls, NaN, both zeros, negative decimals, days before 1970, text beyond the basic plane.</summary>
    public static readonly Literal?[][] Values =
    [
        [null, Literal.Long(0), Literal.Long(-1), Literal.Long(long.MaxValue), Literal.Long(long.MinValue), Literal.Long(7)],
        [null, Literal.String(""), Literal.String("a"), Literal.String("ab"), Literal.String("\uFFFD"), Literal.String("\U0001F600"), Literal.String("\U0001F600a"), Literal.String("O'Brien")],
        [null, Literal.Double(0.0), Literal.Double(-0.0), Literal.Double(double.NaN), Literal.Double(double.PositiveInfinity), Literal.Double(double.NegativeInfinity), Literal.Double(-1.5)],
        [null, Literal.Decimal(0, 3), Literal.Decimal(-1, 3), Literal.Decimal(-123_456_789_012, 3), Literal.Decimal(5_500, 3)],
        [null, Literal.Date(0), Literal.Date(-1), Literal.Date(-719162), Literal.Date(20000)],
    ];

    public static Expression Next(Random random, int depth)
    {
        if (depth > 0 && random.Next(3) > 0)
        {
            var (left, right) = (Next(random, depth - 1), Next(random, depth - 1));
            return random.Next(3) switch { 0 => Expression.And(left, right), 1 => Expression.Or(left, right), _ => Expression.Not(left) };
        }

        var column = random.Next(Columns.Fields.Length);
        var name = Columns.Fields[column].Name;
        var constants = Values[column].OfType<Literal>().Where(value => !value.IsNaN).ToArray();
        var value = constants[random.Next(constants.Length)];
        return random.Next(16) switch
        {
            0 => Expression.IsNull(name),
            1 => Expression.NotNull(name),
            2 => Expression.IsNaN("f"),
            3 => Expression.NotNaN("f"),
            4 => Expression.LessThan(name, value),
            5 => Expression.LessThanOrEqual(name, value),
            6 => Expression.GreaterThan(name, value),
            7 => Expression.NotEqual(name, value),
            8 => Expression.StartsWith("t", "\U0001F600"),
            9 => Expression.NotStartsWith("t", "a"),
            10 => Expression.Contains("t", "a"),
            11 => Expression.NotEndsWith("t", "\U0001F600"),
            12 => Expression.Search("t", TextSearch.Parse(random.Next(2) == 0 ? "O'Brien" : "-a")),
            13 => Expression.JsonExists("t", JsonPath.Parse("$")),
            14 => Expression.In(name, value, constants[0]),
            _ => Expression.NotIn(name, value, constants[0]),
        };
    }
}
