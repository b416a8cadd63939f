using System.Globalization;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Types;

/// <summary>Types and directives in few words.</summary>
internal static class TypeSyntax
{
    public static NonNullType Required(GraphQLType type) => new(type);

    /// <summary><c>[T!]!</c>.</summary>
    public static NonNullType RequiredList(GraphQLType item) => new(new ListType(new NonNullType(item)));

    /// <summary><c>[T!]</c>.</summary>
    public static ListType ListOf(GraphQLType item) => new(new NonNullType(item));

    public static InputValueDefinition Input(string name, GraphQLType type, string? description = null) => new(name, type) { Description = description };

    /// <summary>Where the length of a list comes from. Nobody has to give one: the resolver has a default.</summary>
    /// <param name="defaultSize">When no argument says.</param>
    /// <param name="sizedFields">The lists below that it is the length of; empty: the field is the list.</param>
    /// <param name="slicingArguments">Arguments that give it.</param>
    public static AppliedDirective ListSize(int defaultSize, IEnumerable<string> sizedFields, IEnumerable<string> slicingArguments)
    {
        var size = new IntValueNode(0, defaultSize.ToString(CultureInfo.InvariantCulture));
        List<ArgumentNode> arguments =
        [
            new(0, "assumedSize", size),
            new(0, "slicingArguments", Texts(slicingArguments)),
            new(0, "slicingArgumentDefaultValue", size),
        ];
        if (sizedFields.Any())
        {
            arguments.Add(new ArgumentNode(0, "sizedFields", Texts(sizedFields)));
        }

        arguments.Add(new ArgumentNode(0, "requireOneSlicingArgument", new BooleanValueNode(0, false)));
        return new AppliedDirective("listSize", arguments);
    }

    private static ListValueNode Texts(IEnumerable<string> texts) => new(0, [.. texts.Select(text => new StringValueNode(0, text))]);
}
