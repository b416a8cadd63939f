using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.6.3.</summary>
internal sealed class UniqueInputFieldNamesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterValue(ValueNode node)
    {
        if (node is not ObjectValueNode fields || !Repeats.Any(fields.Fields.AsSpan(), static field => field.Name))
        {
            return;
        }

        var first = new Dictionary<string, ObjectFieldNode>(StringComparer.Ordinal);
        foreach (var field in fields.Fields)
        {
            if (!first.TryAdd(field.Name, field))
            {
                Context.Report($"There can be only one input field named \"{field.Name}\".", first[field.Name], field);
            }
        }
    }
}
