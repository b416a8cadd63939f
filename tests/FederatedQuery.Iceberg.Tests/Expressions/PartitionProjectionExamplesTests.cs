using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Expressions;

/// <summary>How sharp the projections are; that they are right is <see cref="PartitionProjectionTests"/>'.</summary>
public class PartitionProjectionExamplesTests
{
    private static readonly Schema Schema = new(
        0,
        NestedField.OptionalField(1, "id", IcebergType.Int),
        NestedField.OptionalField(2, "name", IcebergType.String),
        NestedField.OptionalField(3, "at", IcebergType.Timestamptz),
        NestedField.OptionalField(4, "amount", IcebergType.Decimal(9, 2)));

    public static TheoryData<int, string, Expression, string, string> Cases() => new()
    {
        { 3, "day", Expression.LessThan("at", At("2017-12-01T00:00:00Z")), "p <= 2017-11-30", "p < 2017-12-01" },
        { 3, "day", Expression.LessThan("at", At("2017-12-01T00:00:01Z")), "p <= 2017-12-01", "p < 2017-12-01" },
        { 3, "day", Expression.GreaterThanOrEqual("at", At("2017-12-01T00:00:00Z")), "p >= 2017-12-01", "p > 2017-11-30" },
        { 3, "day", Expression.GreaterThan("at", At("2017-12-01T23:59:59.999999Z")), "p >= 2017-12-02", "p > 2017-12-01" },
        { 3, "day", Expression.LessThanOrEqual("at", At("2017-12-01T23:59:59.999999Z")), "p <= 2017-12-01", "p < 2017-12-02" },
        { 3, "day", Expression.Equal("at", At("2017-12-01T10:00:00Z")), "p = 2017-12-01", "false" },
        { 3, "day", Expression.NotEqual("at", At("2017-12-01T10:00:00Z")), "true", "p != 2017-12-01" },
        { 3, "day", Expression.IsNull("at"), "p is null", "p is null" },
        { 3, "hour", Expression.Equal("at", At("2017-12-01T10:00:00Z")), "p = 420034", "false" },
        { 3, "month", Expression.In("at", At("2017-12-01T10:00:00Z"), At("2018-01-01T10:00:00Z")), "p in (575, 576)", "false" },
        { 3, "year", Expression.GreaterThan("at", At("2017-12-01T10:00:00Z")), "p >= 47", "p > 47" },

        // Before 1970, early writers may have stored one more.
        { 3, "year", Expression.Equal("at", At("1969-12-01T10:00:00Z")), "p in (-1, 0)", "false" },
        { 3, "year", Expression.LessThan("at", At("1968-12-01T10:00:00Z")), "p <= -1", "p < -2" },
        { 3, "year", Expression.GreaterThan("at", At("1968-12-01T10:00:00Z")), "p >= -2", "p > -1" },
        { 1, "bucket[100]", Expression.Equal("id", Literal.Int(34)), "p = 79", "false" },
        { 1, "bucket[100]", Expression.In("id", Literal.Int(34), Literal.Int(35)), "p in (25, 79)", "false" },
        { 1, "bucket[100]", Expression.LessThan("id", Literal.Int(34)), "true", "false" },
        { 1, "bucket[100]", Expression.NotEqual("id", Literal.Int(34)), "true", "p != 79" },
        { 1, "bucket[100]", Expression.NotNull("id"), "p is not null", "p is not null" },
        { 1, "truncate[10]", Expression.LessThan("id", Literal.Int(20)), "(p <= 10 or p >= 2147483639)", "p < 20" },
        { 1, "truncate[10]", Expression.GreaterThanOrEqual("id", Literal.Int(20)), "p >= 20", "(p > 10 and p < 2147483639)" },
        { 1, "truncate[10]", Expression.Equal("id", Literal.Int(25)), "p = 20", "false" },
        { 4, "truncate[50]", Expression.GreaterThan("amount", Literal.Decimal(1050, 2)), "p >= 10.50", "p > 10.50" },
        { 2, "truncate[2]", Expression.StartsWith("name", "a"), "p starts with a", "p starts with a" },
        { 2, "truncate[2]", Expression.StartsWith("name", "ab"), "p = ab", "p = ab" },
        { 2, "truncate[2]", Expression.StartsWith("name", "abc"), "p = ab", "false" },
        { 2, "truncate[2]", Expression.NotStartsWith("name", "ab"), "p != ab", "p != ab" },
        { 2, "truncate[2]", Expression.NotStartsWith("name", "abc"), "true", "p != ab" },
        { 2, "truncate[2]", Expression.LessThan("name", Literal.String("abc")), "p <= ab", "p < ab" },
        { 2, "identity", Expression.NotIn("name", Literal.String("a"), Literal.String("b")), "p not in (a, b)", "p not in (a, b)" },
        { 2, "void", Expression.Equal("name", Literal.String("a")), "true", "false" },
        { 2, "zorder", Expression.Equal("name", Literal.String("a")), "true", "false" },
        { 1, "identity", Expression.Equal("name", Literal.String("a")), "true", "false" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Inclusive_And_Strict_EachTransform_GiveTheSharpestPredicate(
        int sourceId, string transform, Expression filter, string inclusive, string strict)
    {
        var spec = new PartitionSpec(0, new PartitionField(sourceId, 1000, "p", Transform.Parse(transform)));
        var bound = filter.Bind(Schema);

        Assert.Equal(inclusive, PartitionProjection.Inclusive(bound, spec, spec.PartitionType(Schema)).ToString());
        Assert.Equal(strict, PartitionProjection.Strict(bound, spec, spec.PartitionType(Schema)).ToString());
    }

    [Fact]
    public void Inclusive_TwoFieldsOfOneColumn_UsesBoth()
    {
        var spec = new PartitionSpec(
            0, new PartitionField(1, 1000, "b", Transform.Bucket(100)), new PartitionField(1, 1001, "i", Transform.Identity));

        Assert.Equal(
            "(b = 79 and i = 34)",
            PartitionProjection.Inclusive(Expression.Equal("id", Literal.Int(34)).Bind(Schema), spec, spec.PartitionType(Schema)).ToString());
    }

    [Fact]
    public void ResidualFor_DecidedPredicates_AreFoldedAway()
    {
        var spec = new PartitionSpec(0, new PartitionField(3, 1000, "day", Transform.Day));
        var filter = Expression.And(
            Expression.GreaterThanOrEqual("at", At("2017-12-01T12:00:00Z")), Expression.Equal("id", Literal.Int(5))).Bind(Schema);
        var residuals = new ResidualEvaluator(filter, spec, spec.PartitionType(Schema));

        Assert.Equal("false", residuals.ResidualFor(new PartitionData([Literal.Date(17500)])).ToString());
        Assert.Equal(filter.ToString(), residuals.ResidualFor(new PartitionData([Literal.Date(17501)])).ToString());
        Assert.Equal("id = 5", residuals.ResidualFor(new PartitionData([Literal.Date(17502)])).ToString());
    }

    [Fact]
    public void ManifestMayMatch_SummariesMissingOrDecided_AreHeeded()
    {
        var spec = new PartitionSpec(0, new PartitionField(3, 1000, "day", Transform.Day));
        var filter = PartitionProjection.Inclusive(
            Expression.GreaterThanOrEqual("at", At("2017-12-01T12:00:00Z")).Bind(Schema), spec, spec.PartitionType(Schema));
        var before = new PartitionFieldSummary(false, false, Literal.Date(17000).ToBytes(), Literal.Date(17500).ToBytes());
        var within = before with { UpperBound = Literal.Date(17501).ToBytes() };

        Assert.True(ManifestEvaluator.MayMatch(filter, null));
        Assert.True(ManifestEvaluator.MayMatch(filter, []));
        Assert.True(ManifestEvaluator.MayMatch(filter, [within]));
        Assert.False(ManifestEvaluator.MayMatch(filter, [before]));
        Assert.False(ManifestEvaluator.MayMatch(filter, [new PartitionFieldSummary(true, null, null, null)]));
        Assert.True(ManifestEvaluator.MayMatch(filter, [new PartitionFieldSummary(false, null, null, null)]));
    }

    private static Literal At(string text) => Literal.TryParse(IcebergType.Timestamptz, text, out var value) ? value : throw new FormatException(text);
}
