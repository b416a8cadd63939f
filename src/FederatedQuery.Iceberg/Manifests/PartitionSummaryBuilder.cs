using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>Gathers what the partition tuples of a manifest have in each field (spec: field_summary).</summary>
internal sealed class PartitionSummaryBuilder(StructType partitionType)
{
    private readonly FieldSummary[] _fields = [.. partitionType.Fields.Select(_ => new FieldSummary())];

    public void Add(PartitionData partition)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            _fields[i].Add(partition[i]);
        }
    }

    public ImmutableArray<PartitionFieldSummary> Build() => [.. _fields.Select(field => field.Build())];

    private sealed class FieldSummary
    {
        private bool _containsNull;
        private bool _containsNaN;
        private Literal? _lower;
        private Literal? _upper;

        public void Add(Literal? value)
        {
            if (value is not { } present)
            {
                _containsNull = true;
            }
            else if (present.IsNaN)
            {
                _containsNaN = true;
            }
            else
            {
                _lower = _lower is { } lower && lower.CompareTo(present) <= 0 ? lower : present;
                _upper = _upper is { } upper && upper.CompareTo(present) >= 0 ? upper : present;
            }
        }

        public PartitionFieldSummary Build() => new(_containsNull, _containsNaN, BytesOf(_lower), BytesOf(_upper));

        private static ReadOnlyMemory<byte>? BytesOf(Literal? value) => value is { } present ? present.ToBytes() : default(ReadOnlyMemory<byte>?);
    }
}
