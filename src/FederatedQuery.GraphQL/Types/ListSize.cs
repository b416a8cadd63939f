using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Types;

/// <summary>A field's <c>@listSize</c>, read.</summary>
internal sealed record ListSize(
    int? AssumedSize,
    ImmutableArray<string> SlicingArguments,
    int? SlicingArgumentDefaultValue,
    ImmutableArray<string> SizedFields,
    bool RequireOneSlicingArgument)
{
    /// <summary>Null without the directive.</summary>
    public static ListSize? Find(Schema schema, FieldDefinition field) =>
        CostDirectives.Find(schema, CostDirectives.ListSize, field.AppliedDirectives) is { } values
            ? new ListSize(
                values.GetValueOrDefault("assumedSize") as int?,
                Names(values.GetValueOrDefault("slicingArguments")),
                values.GetValueOrDefault("slicingArgumentDefaultValue") as int?,
                Names(values.GetValueOrDefault("sizedFields")),
                values.GetValueOrDefault("requireOneSlicingArgument") is not false)
            : null;

    private static ImmutableArray<string> Names(object? value) => value is object?[] items ? [.. items.OfType<string>()] : [];
}
