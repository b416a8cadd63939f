using FederatedQuery.Federation.Budgets;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Access;

/// <summary>Who may ask for which field of the roots. What has no rule is refused to everybody.</summary>
internal static class FieldRules
{
    /// <summary>The fields of the roots without a rule, or with one that names no role there is, such as <c>Query.sales</c>.</summary>
    public static IEnumerable<string> Unruled(Schema schema) =>
        from root in new[] { schema.QueryType, schema.MutationType, schema.SubscriptionType }
        where root is not null
        from field in root.Fields
        where !field.Name.StartsWith("__", StringComparison.Ordinal) && RolesOf(field) == Roles.None
        select $"{root.Name}.{field.Name}";

    /// <summary>Any one of these is enough; none: the field has no rule.</summary>
    public static Roles RolesOf(FieldDefinition field)
    {
        var roles = Roles.None;
        foreach (var directive in field.AppliedDirectives)
        {
            if (directive.Name != AuthorizeAttribute.Name)
            {
                continue;
            }

            foreach (var argument in directive.Arguments)
            {
                if (argument.Name == AuthorizeAttribute.Argument && argument.Value is ListValueNode list)
                {
                    foreach (var item in list.Values)
                    {
                        roles |= item is StringValueNode name ? RoleNames.Of(name.Value) : Roles.None;
                    }
                }
            }
        }

        return roles;
    }

    /// <returns>Null: the caller may have the field.</returns>
    public static GraphQLError? Check(OperationRequest request, RootField field)
    {
        var caller = Callers.Of(request.TransportContext);
        var needed = RolesOf(field.Definition);
        if (needed != Roles.None && caller.Has(needed))
        {
            return null;
        }

        var names = RoleNames.Of(needed).ToList();
        return new GraphQLError(
            names.Count == 0
                ? $"Field '{field.Coordinate}' may be had by nobody: it has no rule."
                : $"Field '{field.Coordinate}' needs the role {string.Join(" or ", names)}; '{caller.Id}' has {RoleNames.Text(caller.Roles)}.")
        {
            Code = ErrorCodes.Forbidden,
            Extensions = new Dictionary<string, object?> { ["field"] = field.Coordinate, ["roles"] = names },
        };
    }
}
