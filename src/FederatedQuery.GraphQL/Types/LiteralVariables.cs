using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types;

/// <summary>Puts the values of variables into a literal for a scalar that takes lists and objects.</summary>
internal static class LiteralVariables
{
    public static ValueNode Replace(ValueNode literal, VariableValues? variables) => literal switch
    {
        VariableNode variable => variables?.FindLiteral(variable.Name) ?? new NullValueNode(literal.Start),
        ListValueNode list when variables is not null => new ListValueNode(list.Start, [.. list.Values.Select(item => Replace(item, variables))]),
        ObjectValueNode fields when variables is not null => new ObjectValueNode(
            fields.Start,
            [
                .. fields.Fields
                    .Where(field => field.Value is not VariableNode variable || variables.FindLiteral(variable.Name) is not null)
                    .Select(field => new ObjectFieldNode(field.Start, field.Name, Replace(field.Value, variables))),
            ]),
        _ => literal,
    };
}
