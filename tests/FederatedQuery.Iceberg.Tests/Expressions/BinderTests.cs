using System.Numerics;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Iceberg.Tests.Expressions;

public class BinderTests
{
    private static readonly Schema Schema = new(
        0,
        NestedField.RequiredField(1, "id", IcebergType.Int),
        NestedField.OptionalField(2, "name", IcebergType.String),
        NestedField.OptionalField(3, "amount", IcebergType.Decimal(9, 2)),
        NestedField.OptionalField(4, "day", IcebergType.Date),
        NestedField.OptionalField(5, "at", IcebergType.Timestamptz),
        NestedField.OptionalField(6, "real", IcebergType.Float),
        NestedField.OptionalField(7, "count", IcebergType.Int),
        NestedField.OptionalField(8, "point", new StructType(NestedField.RequiredField(9, "x", IcebergType.Int))),
        NestedField.OptionalField(10, "tags", new ListType(11, IcebergType.String, true)),
        NestedField.OptionalField(12, "code", IcebergType.Fixed(2)));

    public static TheoryData<Expression, string> Bindings() => new()
    {
        { Expression.LessThan("id", Literal.Long(5)), "id < 5" },
        { Expression.LessThan("id", Literal.Long(3_000_000_000)), "true" },
        { Expression.LessThan("count", Literal.Long(3_000_000_000)), "count is not null" },
        { Expression.GreaterThan("count", Literal.Long(3_000_000_000)), "false" },
        { Expression.GreaterThan("count", Literal.Long(-3_000_000_000)), "count is not null" },
        { Expression.Equal("count", Literal.Long(3_000_000_000)), "false" },
        { Expression.NotEqual("count", Literal.Long(3_000_000_000)), "true" },
        { Expression.LessThan("count", Literal.Double(2.5)), "count <= 2" },
        { Expression.LessThan("count", Literal.Double(-2.5)), "count <= -3" },
        { Expression.GreaterThanOrEqual("count", Literal.Decimal(25, 1)), "count > 2" },
        { Expression.Equal("count", Literal.Decimal(25, 1)), "false" },
        { Expression.Equal("count", Literal.Decimal(20, 1)), "count = 2" },
        { Expression.GreaterThan("count", Literal.Double(double.PositiveInfinity)), "false" },
        { Expression.LessThan("amount", Literal.Decimal(12345, 3)), "amount <= 12.34" },
        { Expression.LessThanOrEqual("amount", Literal.Int(12)), "amount <= 12.00" },
        { Expression.Equal("amount", Literal.String("12.5")), "amount = 12.50" },
        { Expression.Equal("amount", Literal.Decimal(10_000_000, 0)), "false" },
        { Expression.LessThan("real", Literal.Double(0.1)), "real <= 0.099999994" },
        { Expression.LessThan("real", Literal.Double(1e300)), "real <= 3.4028235E+38" },
        { Expression.Equal("real", Literal.Double(-0.0)), "real = 0" },
        { Expression.Equal("real", Literal.Double(0.5)), "real = 0.5" },
        { Expression.Equal("day", Literal.String("2017-11-16")), "day = 2017-11-16" },
        { Expression.LessThan("day", Literal.Timestamp(-1)), "day <= 1969-12-31" },
        { Expression.LessThan("day", Literal.Timestamp(0)), "day < 1970-01-01" },
        { Expression.Equal("at", Literal.String("1970-01-01T01:00:00+01:00")), "at = 1970-01-01T00:00:00.000000+00:00" },
        { Expression.LessThan("at", Literal.TimestamptzNs(-1)), "at <= 1969-12-31T23:59:59.999999+00:00" },
        { Expression.In("count", Literal.Int(3), Literal.Long(1), Literal.Double(1.5), Literal.Int(3)), "count in (1, 3)" },
        { Expression.In("count", Literal.Int(3), Literal.Double(1.5)), "count = 3" },
        { Expression.In("count"), "false" },
        { Expression.NotIn("count", Literal.Double(1.5)), "true" },
        { Expression.IsNull("id"), "false" },
        { Expression.NotNull("id"), "true" },
        { Expression.IsNull("point"), "point is null" },
        { Expression.IsNull("point.x"), "point.x is null" },
        { Expression.IsNull("tags"), "tags is null" },
        { Expression.Not(Expression.LessThan("id", Literal.Int(5))), "id >= 5" },
        { Expression.Not(Expression.LessThan("count", Literal.Int(5))), "(count >= 5 or count is null)" },
        { Expression.Not(Expression.And(Expression.IsNaN("real"), Expression.StartsWith("name", "a"))), "(real is not nan or name not starts with a)" },
        { Expression.Equal("code", Literal.Binary([1, 2])), "code = 0102" },
        { Expression.And(Expression.Equal("id", Literal.Int(1)), Expression.Equal("id", Literal.Int(1))), "id = 1" },
    };

    [Theory]
    [MemberData(nameof(Bindings))]
    public void Bind_Constants_BecomeValuesOfTheColumnsType(Expression expression, string expected) =>
        Assert.Equal(expected, expression.Bind(Schema).ToString());

    public static TheoryData<Expression, string> Mistakes() => new()
    {
        {
            Expression.IsNull("nam"),
            "There is no column 'nam'; the columns are 'id', 'name', 'amount', 'day', 'at', 'real', 'count', 'point', 'tags', 'code'."
        },
        { Expression.Equal("id", Literal.String("1")), "'id = 1': a constant of kind String cannot be compared with the column 'id' of type int." },
        {
            Expression.Equal("day", Literal.String("yesterday")),
            "'day = yesterday': a constant of kind String cannot be compared with the column 'day' of type date."
        },
        { Expression.Equal("at", Literal.Timestamp(1)),
            "'at = 1970-01-01T00:00:00.000001': a constant of kind Timestamp cannot be compared with the column 'at' of type timestamptz." },
        { Expression.Equal("real", Literal.Float(float.NaN)), "'real = NaN' compares 'real' with NaN; use is-nan or not-nan instead." },
        { Expression.IsNaN("id"), "'id is nan': the column is of type int; only float and double have NaN." },
        { Expression.StartsWith("id", "a"), "'id starts with a': the column 'id' is of type int; only text can start with something." },
        { Expression.Equal("tags.element", Literal.String("a")),
            "The field 'tags.element' is inside a list or map, so it has no one value to compare." },
        { Expression.Equal("point", Literal.Int(1)), "'point = 1': a constant of kind Int cannot be compared with the column 'point' of type struct<9: x: required int>." },
        { Expression.Equal("ID", Literal.Int(1)),
            "There is no column 'ID'; the columns are 'id', 'name', 'amount', 'day', 'at', 'real', 'count', 'point', 'tags', 'code'." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Bind_MistakenPredicate_SaysWhatIsWrong(Expression expression, string message)
    {
        var error = Assert.Throws<IcebergException>(() => expression.Bind(Schema));

        Assert.Equal((IcebergErrorKind.InvalidExpression, message), (error.Kind, error.Message));
    }

    [Fact]
    public void Bind_IgnoringCase_FindsTheColumn() =>
        Assert.Equal("id = 1", Expression.Equal("ID", Literal.Int(1)).Bind(Schema, caseSensitive: false).ToString());

    [Fact]
    public void Bind_ConstantOfAnotherNumberType_DecidesAsExactArithmeticDoes()
    {
        PrimitiveType[] types = [IcebergType.Int, IcebergType.Long, IcebergType.Float, IcebergType.Double, IcebergType.Decimal(9, 2)];
        var cases =
            from columnType in Gen.Elements(types)
            from constantType in Gen.Elements(types)
            from operation in Gen.Elements(Enum.GetValues<LiteralOperation>()).Where(o => o < LiteralOperation.StartsWith)
            from value in Generators.Value(columnType).Where(IsFinite)
            from constant in Generators.Value(constantType).Where(IsFinite)
            select (columnType, operation, value, constant);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var schema = new Schema(0, NestedField.OptionalField(1, "c", c.columnType));
            var bound = new LiteralPredicate(c.operation, "c", c.constant).Bind(schema);
            return (bound.Matches(_ => c.value) == Holds(c.operation, Exact(c.value).CompareTo(Exact(c.constant)))).Label($"{bound} on {c.value}");
        }).QuickCheckThrowOnFailure();
    }

    private static bool IsFinite(Literal value) => value.TypeId is not (TypeId.Float or TypeId.Double) || double.IsFinite(value.AsDouble);

    /// <summary>The value times 10^4 * 2^1100, a whole number for every generated literal.</summary>
    private static BigInteger Exact(Literal value)
    {
        var scale = BigInteger.Pow(10, 4) * (BigInteger.One << 1100);
        return value.TypeId switch
        {
            TypeId.Decimal => value.UnscaledValue * scale / BigInteger.Pow(10, value.Scale),
            TypeId.Float or TypeId.Double => ExactDouble(value.AsDouble) * BigInteger.Pow(10, 4),
            _ => value.AsLong * scale,
        };
    }

    private static BigInteger ExactDouble(double value)
    {
        // Doubling is exact, so 1,100 of them make a whole number; done in steps that stay finite.
        var shift = 1100;
        while (shift > 0 && Math.Abs(value) < 1e300)
        {
            value *= 2;
            shift--;
        }

        return new BigInteger(value) << shift;
    }

    private static bool Holds(LiteralOperation operation, int order) => operation switch
    {
        LiteralOperation.LessThan => order < 0,
        LiteralOperation.LessThanOrEqual => order <= 0,
        LiteralOperation.GreaterThan => order > 0,
        LiteralOperation.GreaterThanOrEqual => order >= 0,
        LiteralOperation.Equal => order == 0,
        _ => order != 0,
    };
}
