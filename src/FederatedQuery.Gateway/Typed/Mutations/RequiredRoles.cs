using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Mutations;

/// <summary>
/// Which role a field asks for, as Hot Chocolate says it in schemas: <c>@authorize(roles: ["writer"])</c>. It is on the field's <see cref="FieldDefinition.AppliedDirectives"/>, where whoever
/// refuses by roles finds it.
/// </summary>
internal static class RequiredRoles
{
    /// <summary>Changes rows.</summary>
    public const string Writer = "writer";

    public const string DirectiveName = "authorize";

    private const string Roles = "roles";

    public static DirectiveDefinition Definition { get; } = new(DirectiveName, ["FIELD_DEFINITION"])
    {
        Description = "Who may ask for the field.",
        Arguments = [new InputValueDefinition(Roles, new NonNullType(new ListType(new NonNullType(GraphQL.Types.Scalars.StringScalar.Instance)))) { Description = "Any one of these is enough." }],
    };

    public static AppliedDirective AnyOf(params string[] roles) =>
        new(DirectiveName, new ArgumentNode(0, Roles, new ListValueNode(0, [.. roles.Select(role => new StringValueNode(0, role))])));
}
