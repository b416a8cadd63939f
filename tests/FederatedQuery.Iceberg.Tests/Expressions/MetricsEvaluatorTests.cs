using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Expressions;

/// <summary>What the metrics rule out, and so does prune; that they never rule out too much is <see cref="EvaluatorPropertyTests"/>'.</summary>
public class MetricsEvaluatorTests
{
    private static readonly Schema Schema = new(
        0,
        NestedField.RequiredField(1, "id", IcebergType.Int),
        NestedField.OptionalField(2, "name", IcebergType.String),
        NestedField.OptionalField(3, "nulls", IcebergType.Int),
        NestedField.OptionalField(4, "real", IcebergType.Double),
        NestedField.OptionalField(5, "nans", IcebergType.Double),
        NestedField.OptionalField(6, "unknown", IcebergType.Int));

    private static readonly FileMetrics Metrics = new()
    {
        RecordCount = 10,
        ValueCounts = new Dictionary<int, long> { [1] = 10, [2] = 10, [3] = 10, [4] = 10, [5] = 10 },
        NullValueCounts = new Dictionary<int, long> { [1] = 0, [2] = 0, [3] = 10, [4] = 0, [5] = 0 },
        NaNValueCounts = new Dictionary<int, long> { [4] = 0, [5] = 10 },
        LowerBounds = new Dictionary<int, ReadOnlyMemory<byte>>
        {
            [1] = Literal.Int(30).ToBytes(),
            [2] = Literal.String("abc").ToBytes(),
            [4] = Literal.Double(-0.0).ToBytes(),
        },
        UpperBounds = new Dictionary<int, ReadOnlyMemory<byte>>
        {
            [1] = Literal.Int(79).ToBytes(),
            [2] = Literal.String("abe").ToBytes(),
            [4] = Literal.Double(2).ToBytes(),
        },
    };

    public static TheoryData<Expression, bool, bool> Cases() => new()
    {
        { Expression.LessThan("id", Literal.Int(30)), false, false },
        { Expression.LessThan("id", Literal.Int(31)), true, false },
        { Expression.LessThan("id", Literal.Int(80)), true, true },
        { Expression.LessThanOrEqual("id", Literal.Int(29)), false, false },
        { Expression.LessThanOrEqual("id", Literal.Int(30)), true, false },
        { Expression.GreaterThan("id", Literal.Int(79)), false, false },
        { Expression.GreaterThan("id", Literal.Int(78)), true, false },
        { Expression.GreaterThanOrEqual("id", Literal.Int(80)), false, false },
        { Expression.GreaterThanOrEqual("id", Literal.Int(30)), true, true },
        { Expression.Equal("id", Literal.Int(29)), false, false },
        { Expression.Equal("id", Literal.Int(50)), true, false },
        { Expression.NotEqual("id", Literal.Int(29)), true, true },
        { Expression.Not(Expression.LessThan("id", Literal.Int(80))), false, false },
        { Expression.In("id", Literal.Int(1), Literal.Int(29), Literal.Int(80)), false, false },
        { Expression.In("id", Literal.Int(1), Literal.Int(79), Literal.Int(80)), true, false },
        { Expression.NotIn("id", Literal.Int(1), Literal.Int(29), Literal.Int(80)), true, true },
        { Expression.IsNull("id"), false, false },
        { Expression.IsNull("name"), false, false },
        { Expression.NotNull("name"), true, true },
        { Expression.StartsWith("name", "ab"), true, true },
        { Expression.StartsWith("name", "abcd"), true, false },
        { Expression.StartsWith("name", "abb"), false, false },
        { Expression.StartsWith("name", "abf"), false, false },
        { Expression.NotStartsWith("name", "ab"), false, false },
        { Expression.NotStartsWith("name", "abf"), true, true },
        { Expression.NotNull("nulls"), false, false },
        { Expression.LessThan("nulls", Literal.Int(5)), false, false },
        { Expression.NotEqual("nulls", Literal.Int(5)), true, true },
        { Expression.LessThan("real", Literal.Double(0)), false, false },
        { Expression.Equal("real", Literal.Double(0)), true, false },
        { Expression.IsNaN("real"), false, false },
        { Expression.GreaterThan("real", Literal.Double(2)), false, false },
        { Expression.IsNaN("nans"), true, true },
        { Expression.NotNaN("nans"), false, false },
        { Expression.LessThan("nans", Literal.Double(double.PositiveInfinity)), false, false },
        { Expression.GreaterThan("nans", Literal.Double(double.PositiveInfinity)), true, true },
        { Expression.Equal("unknown", Literal.Int(5)), true, false },
        { Expression.IsNull("unknown"), true, false },
        { Expression.And(Expression.Equal("unknown", Literal.Int(5)), Expression.Equal("id", Literal.Int(1))), false, false },
        { Expression.Or(Expression.NotNull("id"), Expression.Equal("unknown", Literal.Int(5))), true, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void MayMatchAndAllMatch_EachPredicate_AreDecidedByTheMetrics(Expression filter, bool mayMatch, bool allMatch)
    {
        var bound = filter.Bind(Schema);

        Assert.Equal((mayMatch, allMatch), (MetricsEvaluator.MayMatch(bound, Metrics), MetricsEvaluator.AllMatch(bound, Metrics)));
    }

    [Fact]
    public void MayMatch_EmptyFile_IsFalse() => Assert.False(
        MetricsEvaluator.MayMatch(Expression.Equal("unknown", Literal.Int(5)).Bind(Schema), new FileMetrics { RecordCount = 0 }));

    [Fact]
    public void MayMatch_BoundsOfThePromotedType_AreRead()
    {
        var schema = new Schema(1, NestedField.OptionalField(1, "id", IcebergType.Long));

        Assert.False(MetricsEvaluator.MayMatch(Expression.Equal("id", Literal.Long(5_000_000_000)).Bind(schema), Metrics));
    }

    [Theory]
    [InlineData("C328", "C3A9")]
    [InlineData("7A", "61")]
    public void MayMatch_BoundsThatAreNoTextOrContradict_TellNothing(string lower, string upper)
    {
        var metrics = new FileMetrics
        {
            RecordCount = 1,
            LowerBounds = new Dictionary<int, ReadOnlyMemory<byte>> { [2] = Convert.FromHexString(lower) },
            UpperBounds = new Dictionary<int, ReadOnlyMemory<byte>> { [2] = Convert.FromHexString(upper) },
        };

        Assert.True(MetricsEvaluator.MayMatch(Expression.Equal("name", Literal.String("é")).Bind(Schema), metrics) || upper == "61");
        Assert.True(MetricsEvaluator.MayMatch(Expression.Equal("name", Literal.String("b")).Bind(Schema), metrics));
    }

    [Fact]
    public void Residual_DecidedParts_AreFoldedAway()
    {
        var filter = Expression.And(Expression.GreaterThan("id", Literal.Int(0)), Expression.Equal("unknown", Literal.Int(5))).Bind(Schema);

        Assert.Equal("unknown = 5", MetricsEvaluator.Residual(filter, Metrics).ToString());
    }

    /// <summary>Bounds of elements tell of lists; counts, which writers disagree on, do not.</summary>
    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(10, false)]
    public void MayMatch_ElementsOfLists_ByTheirBounds(int element, bool mayMatch)
    {
        var schema = new Schema(0, NestedField.OptionalField(1, "numbers", new ListType(2, IcebergType.Int, elementRequired: false)));
        var metrics = new FileMetrics
        {
            RecordCount = 10,
            ValueCounts = new Dictionary<int, long> { [1] = 10, [2] = 3 },
            NullValueCounts = new Dictionary<int, long> { [1] = 10, [2] = 3 },
            LowerBounds = new Dictionary<int, ReadOnlyMemory<byte>> { [2] = Literal.Int(5).ToBytes() },
            UpperBounds = new Dictionary<int, ReadOnlyMemory<byte>> { [2] = Literal.Int(9).ToBytes() },
        };
        var has = Expression.HasElement("numbers", Expression.Equal("element", Literal.Int(element)));

        Assert.Equal(mayMatch, MetricsEvaluator.MayMatch(has.Bind(schema), metrics));
        Assert.True(MetricsEvaluator.MayMatch(Expression.Not(has).Bind(schema), metrics));
        Assert.False(MetricsEvaluator.AllMatch(Expression.Not(has).Bind(schema), metrics));
        Assert.True(MetricsEvaluator.MayMatch(Expression.HasElement("numbers", Expression.IsNull("element")).Bind(schema), metrics));
    }
}
