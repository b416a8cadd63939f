using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Types;

/// <summary>
/// The directives of incremental delivery (https://github.com/graphql/graphql-spec/pull/1110). They are not in the September 2025 edition,
/// so a schema has them only when it lists them: <see cref="CodeFirst.SchemaBuilder"/> does unless told not to.
/// </summary>
public static class IncrementalDirectives
{
    public static DirectiveDefinition Defer { get; } = new("defer", ["FRAGMENT_SPREAD", "INLINE_FRAGMENT"])
    {
        Description = "Directs the executor to defer this fragment when the `if` argument is true or undefined.",
        Arguments =
        [
            new InputValueDefinition("if", new NonNullType(BooleanScalar.Instance))
            {
                Description = "Deferred when true or undefined.",
                DefaultValue = new BooleanValueNode(0, true),
            },
            new InputValueDefinition("label", StringScalar.Instance) { Description = "Unique name" },
        ],
    };

    public static DirectiveDefinition Stream { get; } = new("stream", ["FIELD"])
    {
        Description = "Directs the executor to stream plural fields when the `if` argument is true or undefined.",
        Arguments =
        [
            new InputValueDefinition("initialCount", new NonNullType(IntScalar.Instance))
            {
                Description = "Number of items to return immediately",
                DefaultValue = new IntValueNode(0, "0"),
            },
            new InputValueDefinition("if", new NonNullType(BooleanScalar.Instance))
            {
                Description = "Stream when true or undefined.",
                DefaultValue = new BooleanValueNode(0, true),
            },
            new InputValueDefinition("label", StringScalar.Instance) { Description = "Unique name" },
        ],
    };

    public static ImmutableArray<DirectiveDefinition> All { get; } = [Defer, Stream];

    /// <summary>The <c>@defer</c> among the directives of a fragment, or null.</summary>
    internal static DirectiveNode? FindDefer(ImmutableArray<DirectiveNode> directives) => Find(directives, Defer.Name);

    /// <summary>The <c>@stream</c> among the directives of a field, or null.</summary>
    internal static DirectiveNode? FindStream(ImmutableArray<DirectiveNode> directives) => Find(directives, Stream.Name);

    private static DirectiveNode? Find(ImmutableArray<DirectiveNode> directives, string name)
    {
        foreach (var directive in directives)
        {
            if (directive.Name == name)
            {
                return directive;
            }
        }

        return null;
    }
}
