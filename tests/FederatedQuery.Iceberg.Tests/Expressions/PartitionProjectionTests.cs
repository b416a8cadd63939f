using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Iceberg.Tests.Expressions;

public class PartitionProjectionTests
{
    public static TheoryData<string, string> Pairs()
    {
        var data = new TheoryData<string, string>();
        foreach (var type in Generators.Types)
        {
            foreach (var transform in Generators.Transforms.Where(t => t.CanTransform(type)))
            {
                data.Add(type.ToString(), transform.ToString());
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Inclusive_AnyFilterAndValue_KeepsThePartitionOfEveryMatch(string typeText, string transformText)
    {
        var (type, spec, schema) = Table(typeText, transformText);
        var partitionType = spec.PartitionType(schema);
        var cases = from filter in Generators.Filter("c", type) from value in Generators.NullableValue(type) select (filter, value);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var bound = c.filter.Bind(schema);
            var projected = PartitionProjection.Inclusive(bound, spec, partitionType);
            var partition = Partition(spec, c.value);
            return (!bound.Matches(_ => c.value) || projected.Matches(partition)).Label($"{bound} -> {projected} on {partition}");
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Strict_AnyFilterAndValue_MatchesOnlyPartitionsWhereEveryRowDoes(string typeText, string transformText)
    {
        var (type, spec, schema) = Table(typeText, transformText);
        var partitionType = spec.PartitionType(schema);
        var cases = from filter in Generators.Filter("c", type) from value in Generators.NullableValue(type) select (filter, value);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var bound = c.filter.Bind(schema);
            var projected = PartitionProjection.Strict(bound, spec, partitionType);
            var partition = Partition(spec, c.value);
            return (bound.Matches(_ => c.value) || !projected.Matches(partition)).Label($"{bound} -> {projected} on {partition}");
        }).QuickCheckThrowOnFailure();
    }

    private static PartitionData Partition(PartitionSpec spec, Literal? value) =>
        new([spec.Fields[0].Transform is UnknownTransform ? null : spec.Fields[0].Transform.Apply(value)]);

    private static (PrimitiveType Type, PartitionSpec Spec, Schema Schema) Table(string typeText, string transformText)
    {
        var type = PrimitiveType.Parse(typeText);
        return (
            type,
            new PartitionSpec(0, new PartitionField(1, 1000, "p", Transform.Parse(transformText))),
            new Schema(0, NestedField.OptionalField(1, "c", type)));
    }
}
