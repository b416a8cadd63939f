using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Gateway.Access;

/// <summary>
/// <c>@authorize(roles: ["writer"])</c> on a field of a root: who may ask for it. A field of a root without it is nobody's, and the gateway does not start with one
/// (<see cref="FieldRules"/>).
/// </summary>
/// <param name="roles">Any one of these is enough; an admin has them all.</param>
[DirectiveType(DirectiveLocation.FieldDefinition), GraphQLName(Name), GraphQLDescription("Who may ask for the field.")]
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
internal sealed class AuthorizeAttribute(params string[] roles) : DirectiveAttribute
{
    internal const string Name = "authorize";
    internal const string Argument = "roles";

    [GraphQLDescription("Any one of these is enough.")]
    public string[] Roles { get; } = roles;

    /// <summary>The same for fields that no method stands for.</summary>
    public static AppliedDirective AnyOf(params string[] roles) =>
        new(Name, new ArgumentNode(0, Argument, new ListValueNode(0, [.. roles.Select(role => new StringValueNode(0, role))])));
}
