using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Types;

/// <summary>The directives that every schema has (spec section 3.13).</summary>
public static class SpecifiedDirectives
{
    public const string DefaultDeprecationReason = "No longer supported";

    public static DirectiveDefinition Include { get; } = new("include", ["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"])
    {
        Description = "Directs the executor to include this field or fragment only when the `if` argument is true.",
        Arguments = [new InputValueDefinition("if", new NonNullType(BooleanScalar.Instance)) { Description = "Included when true." }],
    };

    public static DirectiveDefinition Skip { get; } = new("skip", ["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"])
    {
        Description = "Directs the executor to skip this field or fragment when the `if` argument is true.",
        Arguments = [new InputValueDefinition("if", new NonNullType(BooleanScalar.Instance)) { Description = "Skipped when true." }],
    };

    public static DirectiveDefinition Deprecated { get; } =
        new("deprecated", ["FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INPUT_FIELD_DEFINITION", "ENUM_VALUE"])
        {
            Description = "Marks an element of a GraphQL schema as no longer supported.",
            Arguments =
            [
                new InputValueDefinition("reason", new NonNullType(StringScalar.Instance))
                {
                    Description = "Why the element was deprecated, and what to use instead, in Markdown.",
                    DefaultValue = new StringValueNode(0, DefaultDeprecationReason),
                },
            ],
        };

    public static DirectiveDefinition SpecifiedBy { get; } = new("specifiedBy", ["SCALAR"])
    {
        Description = "Exposes a URL that specifies the behavior of this scalar.",
        Arguments =
        [
            new InputValueDefinition("url", new NonNullType(StringScalar.Instance)) { Description = "The URL that specifies the behavior of this scalar." },
        ],
    };

    public static DirectiveDefinition OneOf { get; } = new("oneOf", ["INPUT_OBJECT"])
    {
        Description = "Indicates exactly one field must be supplied and this field must not be `null`.",
    };

    /// <summary>Whether members of the type system have a property for the directive, so that it is not among their applied directives.</summary>
    internal static bool IsProperty(string name) => name is "deprecated" or "specifiedBy" or "oneOf";

    public static ImmutableArray<DirectiveDefinition> All { get; } = [Include, Skip, Deprecated, SpecifiedBy, OneOf];
}
