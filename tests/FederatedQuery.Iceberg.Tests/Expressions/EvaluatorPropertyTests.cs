using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Iceberg.Tests.Expressions;

/// <summary>The evaluators against the row evaluator: what they rule out never matches, what they promise always does.</summary>
public class EvaluatorPropertyTests
{
    private const int FieldId = 1;

    public static TheoryData<string> Types() => [.. Generators.Types.Select(type => type.ToString())];

    [Theory]
    [MemberData(nameof(Types))]
    public void Metrics_AnyFileAndFilter_NeverContradictItsRows(string typeText)
    {
        var type = PrimitiveType.Parse(typeText);
        var schema = new Schema(0, NestedField.OptionalField(FieldId, "c", type));
        var cases =
            from filter in Generators.Filter("c", type)
            from rows in Rows(type)
            from known in Gen.Choose(0, 63)
            from length in Gen.Choose(1, 3)
            select (filter, rows, metrics: MetricsOf(rows, known, length));

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var bound = c.filter.Bind(schema);
            var matches = c.rows.Select(row => bound.Matches(_ => row)).ToList();
            var residual = MetricsEvaluator.Residual(bound, c.metrics);
            return ((!matches.Contains(true) || MetricsEvaluator.MayMatch(bound, c.metrics))
                && (!matches.Contains(false) || !MetricsEvaluator.AllMatch(bound, c.metrics))
                && matches.SequenceEqual(c.rows.Select(row => residual.Matches(_ => row))))
                .Label($"{bound} on {string.Join(", ", c.rows)}");
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Manifest_AnyPartitionsAndFilter_NeverExcludeAMatchingOne(string typeText)
    {
        var type = PrimitiveType.Parse(typeText);
        var partition = new BoundReference(1000, "p", type, true, Position: 0);
        var schema = new Schema(0, NestedField.OptionalField(FieldId, "c", type));
        var spec = new PartitionSpec(0, new PartitionField(FieldId, partition.FieldId, "p", Transform.Identity));
        var cases =
            from filter in Generators.Filter("c", type)
            from rows in Rows(type)
            from reportsNaN in Gen.Elements(true, false)
            select (filter, rows, summary: SummaryOf(rows, reportsNaN));

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var projected = PartitionProjection.Inclusive(c.filter.Bind(schema), spec, spec.PartitionType(schema));
            var matches = c.rows.Any(row => projected.Matches(new PartitionData([row])));
            return (!matches || ManifestEvaluator.MayMatch(projected, [c.summary])).Label($"{projected} on {string.Join(", ", c.rows)}");
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(PartitionProjectionTests.Pairs), MemberType = typeof(PartitionProjectionTests))]
    public void Residual_AnyPartitionAndFilter_SelectsTheSameRows(string typeText, string transformText)
    {
        var type = PrimitiveType.Parse(typeText);
        var schema = new Schema(0, NestedField.OptionalField(FieldId, "c", type));
        var spec = new PartitionSpec(0, new PartitionField(FieldId, 1000, "p", Transform.Parse(transformText)));
        var cases = from filter in Generators.Filter("c", type) from value in Generators.NullableValue(type) select (filter, value);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var bound = c.filter.Bind(schema);
            var partition = new PartitionData([spec.Fields[0].Transform is UnknownTransform ? null : spec.Fields[0].Transform.Apply(c.value)]);
            var residual = new ResidualEvaluator(bound, spec, spec.PartitionType(schema)).ResidualFor(partition);
            return (bound.Matches(_ => c.value) == residual.Matches(_ => c.value)).Label($"{bound} -> {residual} on {c.value}");
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void RewriteNot_AnyFilterAndValue_SelectsTheOpposite(string typeText)
    {
        var type = PrimitiveType.Parse(typeText);
        var schema = new Schema(0, NestedField.OptionalField(FieldId, "c", type));
        var cases = from filter in Generators.Filter("c", type) from value in Generators.NullableValue(type) select (filter, value);

        Prop.ForAll(cases.ToArbitrary(), c =>
            c.filter.Bind(schema).Matches(_ => c.value) != new NotExpression(c.filter).Bind(schema).Matches(_ => c.value))
            .QuickCheckThrowOnFailure();
    }

    private static Gen<Literal?[]> Rows(PrimitiveType type) =>
        from count in Gen.Choose(1, 4) from rows in Generators.NullableValue(type).ArrayOf(count) select rows;

    private static IEnumerable<Literal> Numbers(Literal?[] rows) => rows.OfType<Literal>().Where(value => !value.IsNaN);

    /// <param name="rows">The values of the one column.</param>
    /// <param name="known">One bit for each map that the writer has filled.</param>
    /// <param name="length">What text and bytes are cut to in bounds.</param>
    private static FileMetrics MetricsOf(Literal?[] rows, int known, int length)
    {
        var values = Numbers(rows).Order().ToList();
        Literal? lower = values.Count == 0 ? null : BoundTruncation.Lower(values[0], length);
        var upper = values.Count == 0 ? null : BoundTruncation.Upper(values[^1], length);
        return new FileMetrics
        {
            RecordCount = (known & 32) != 0 ? rows.Length : -1,
            ValueCounts = (known & 1) != 0 ? Count(rows.Length) : null,
            NullValueCounts = (known & 2) != 0 ? Count(rows.Count(row => row is null)) : null,
            NaNValueCounts = (known & 4) != 0 ? Count(rows.Count(row => row is { IsNaN: true })) : null,
            LowerBounds = (known & 8) != 0 ? Bound(lower) : null,
            UpperBounds = (known & 16) != 0 ? Bound(upper) : null,
        };
    }

    private static PartitionFieldSummary SummaryOf(Literal?[] rows, bool reportsNaN)
    {
        var values = Numbers(rows).Order().ToList();
        return new PartitionFieldSummary(
            rows.Contains(null),
            reportsNaN ? rows.Any(row => row is { IsNaN: true }) : null,
            values.Count == 0 ? default(ReadOnlyMemory<byte>?) : values[0].ToBytes(),
            values.Count == 0 ? default(ReadOnlyMemory<byte>?) : values[^1].ToBytes());
    }

    private static Dictionary<int, long> Count(int count) => new() { [FieldId] = count };

    private static Dictionary<int, ReadOnlyMemory<byte>> Bound(Literal? bound) =>
        bound is { } value ? new() { [FieldId] = value.ToBytes() } : [];
}
