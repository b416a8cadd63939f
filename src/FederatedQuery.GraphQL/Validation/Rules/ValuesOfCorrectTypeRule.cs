using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Values, input object field names, required fields, OneOf (spec section 5.6).</summary>
internal sealed class ValuesOfCorrectTypeRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterValue(ValueNode node)
    {
        if (Context.InputType is not { } type || node is VariableNode)
        {
            return;
        }

        switch (node)
        {
            case NullValueNode:
                if (type.IsNonNull)
                {
                    Context.Report(InputErrors.Null(type), node);
                }

                break;
            case ListValueNode when type.NullableType is ListType:
                break;
            case ObjectValueNode fields when type.Named is InputObjectType input:
                CheckObject(fields, input);
                break;
            default:
                CheckLeaf(node, type, type.Named);
                break;
        }
    }

    private void CheckObject(ObjectValueNode node, InputObjectType type)
    {
        foreach (var field in type.Fields)
        {
            if (field.IsRequired && !HasField(node, field.Name))
            {
                Context.Report(InputErrors.MissingFieldOf(type, field, node), node);
            }
        }

        var known = 0;
        var hasNull = false;
        foreach (var field in node.Fields)
        {
            if (type.Fields.Contains(field.Name))
            {
                known++;
                hasNull |= field.Value is NullValueNode;
            }
            else
            {
                Context.Report(InputErrors.UnknownFieldOf(type, field.Name, node), field);
            }
        }

        if (type.IsOneOf && (known != 1 || hasNull))
        {
            Context.Report(
                $"Within OneOf Input Object type \"{type.Name}\", exactly one field must be specified, and the value for that field must be non-null.", node);
        }
    }

    private static bool HasField(ObjectValueNode node, string name)
    {
        foreach (var field in node.Fields)
        {
            if (field.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    private void CheckLeaf(ValueNode node, GraphQLType type, NamedType named)
    {
        switch (named)
        {
            case ScalarType scalar:
                // Variables within are checked where they are used; what a scalar makes of them is known only when they have values.
                if (!scalar.TryParseLiteral(LiteralVariables.Replace(node, VariableValues.Empty), out _, out var error))
                {
                    Context.Report(error ?? $"Expected value of type \"{type}\", found {node}.", node);
                }

                break;
            case EnumType enumType when node is EnumValueNode name && enumType.Values.Contains(name.Value):
                break;
            case EnumType enumType when node is EnumValueNode name:
                Context.Report(InputErrors.EnumValue(enumType, name.Value, name.Value), node);
                break;
            case EnumType enumType:
                var hint = Suggestions.DidYouMean("the enum value", Suggestions.For(node.ToString(), enumType.Values.Names));
                Context.Report($"Enum \"{enumType.Name}\" cannot represent non-enum value: {node}.{hint}", node);
                break;
            default:
                Context.Report($"Expected value of type \"{named}\" to be an object, found: {node}.", node);
                break;
        }
    }
}
