using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types;

/// <summary>The wordings of input errors, as graphql-js has them.</summary>
internal static class InputErrors
{
    public static string Enum(EnumType type, string shown, bool isName, string? name) => isName
        ? EnumValue(type, shown, name)
        : $"Enum \"{type.Name}\" cannot represent non-enum value: {shown}.";

    public static string EnumValue(EnumType type, string shown, string? name) => name is null
        ? $"Enum \"{type.Name}\" cannot represent non-string value: {shown}."
        : $"Value \"{name}\" does not exist in \"{type.Name}\" enum.{Suggestions.DidYouMean("the enum value", Suggestions.For(name, type.Values.Names), quote: false)}";

    public static string UnknownField(InputObjectType type, string name) =>
        $"Field \"{name}\" is not defined by type \"{type.Name}\".{Suggestions.DidYouMean(null, Suggestions.For(name, type.Fields.Names))}";

    public static string MissingField(InputObjectType type, InputValueDefinition field) =>
        $"Field \"{type.Name}.{field.Name}\" of required type \"{field.Type}\" was not provided.";

    public static string Null(GraphQLType type) => $"Expected value of non-null type \"{type}\" not to be null.";

    public static string MissingFieldOf(InputObjectType type, InputValueDefinition field, ValueNode found) =>
        $"Expected value of type \"{type.Name}\" to include required field \"{field.Name}\", found: {found}.";

    public static string UnknownFieldOf(InputObjectType type, string name, ValueNode found)
    {
        var hint = Suggestions.DidYouMean(null, Suggestions.For(name, type.Fields.Names));
        return $"Expected value of type \"{type.Name}\" not to include unknown field \"{name}\"{(hint.Length > 0 ? $".{hint} Found" : ", found")}: {found}.";
    }
}
