using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Types;

/// <summary>Where a directive may stand (spec section 3.13); the specification's names are in upper case with underscores.</summary>
[Flags]
public enum DirectiveLocation
{
    None = 0,
    Query = 1,
    Mutation = 1 << 1,
    Subscription = 1 << 2,
    Field = 1 << 3,
    FragmentDefinition = 1 << 4,
    FragmentSpread = 1 << 5,
    InlineFragment = 1 << 6,
    VariableDefinition = 1 << 7,
    Schema = 1 << 8,
    Scalar = 1 << 9,
    Object = 1 << 10,
    FieldDefinition = 1 << 11,
    ArgumentDefinition = 1 << 12,
    Interface = 1 << 13,
    Union = 1 << 14,
    Enum = 1 << 15,
    EnumValue = 1 << 16,
    InputObject = 1 << 17,
    InputFieldDefinition = 1 << 18,
    Executable = Query | Mutation | Subscription | Field | FragmentDefinition | FragmentSpread | InlineFragment | VariableDefinition,
    TypeSystem = Schema | Scalar | Object | FieldDefinition | ArgumentDefinition | Interface | Union | Enum | EnumValue | InputObject | InputFieldDefinition,
}

internal static class DirectiveLocationExtensions
{
    /// <summary>In the order of the specification, which is that of the bits.</summary>
    private static readonly ImmutableArray<string> Names =
    [
        "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "VARIABLE_DEFINITION",
        "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM", "ENUM_VALUE",
        "INPUT_OBJECT", "INPUT_FIELD_DEFINITION",
    ];

    public static ImmutableArray<string> ToNames(this DirectiveLocation locations) =>
        [.. Names.Where((_, bit) => ((int)locations & (1 << bit)) != 0)];
}
